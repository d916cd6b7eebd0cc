package dev.halyard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class DemoTests {
  @Test
  void fewPassagesGoTheWholeWay() {
    Cli.Result demo = Cli.run("demo", "--passages", "12", "how", "do", "corals", "grow");

    assertEquals(0, demo.code(), demo.err());
    String text = demo.out().replaceAll("\\s+", " ");
    assertTrue(text.startsWith("how do corals grow "), text);
    for (String part :
        List.of(
            "The Fairy-Land of Science, Arabella B. Buckley, 1879",
            ", p99 ",
            "12 passages",
            "Total ")) {
      assertTrue(text.contains(part), part + " in " + text);
    }
    // Which device is the best is for this machine to say; all of the model runs there.
    Matcher device = Pattern.compile("Device (cpu|opencl):0: ").matcher(text);
    assertTrue(device.find(), text);
    assertTrue(text.contains(" regions on " + device.group(1) + ":0"), text);
  }

  @Test
  void outputFitsEightyColumnsWithNoEscapesOffATerminal() {
    Cli.Result demo = Cli.run("demo", "--passages", "6");

    assertEquals(0, demo.code(), demo.err());
    demo.out().lines().forEach(line -> assertTrue(line.length() <= 80, line));
    assertFalse(demo.out().contains("\033"), demo.out());
    assertFalse(demo.err().contains("\r"), demo.err());
    assertTrue(demo.err().contains("embedding"), demo.err());
  }

  @Test
  void nearestPassageIsAboutTheQuestion() {
    String demo = Cli.run("demo", "--passages", "12", "how do corals build their skeleton").out();

    String first = demo.substring(demo.indexOf(" 1  "), demo.indexOf(" 2  "));
    assertTrue(first.contains("coral"), first);
  }
}
