package dev.halyard.examples.digits;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The network among the resources on the digits of people. */
class TrainedDigitsTests {
  private static DigitSet digits;

  @BeforeAll
  static void fetch() throws IOException {
    Lanes.require("npm");
    digits = DigitSet.open();
  }

  @Test
  void hundredOfEachClassAreHeldOutAndNoneOfThemIsTrainedOn() {
    Map<Integer, Long> counts =
        digits.heldOut().stream()
            .collect(Collectors.groupingBy(Digit::label, Collectors.counting()));
    Set<Digit> both = new HashSet<>(digits.training());
    both.retainAll(new HashSet<>(digits.heldOut()));

    assertEquals(9_000, digits.training().size());
    assertEquals(10, counts.size());
    assertTrue(counts.values().stream().allMatch(count -> count == 100), counts.toString());
    assertEquals(Set.of(), both);
  }

  @Test
  void trainingMakesTheNetworkThatIsAmongTheResources() throws IOException {
    ByteArrayOutputStream trained = new ByteArrayOutputStream();
    TrainDigits.train(digits, (epoch, loss) -> {}).writeTo(trained);

    try (InputStream file = Mlp.class.getResourceAsStream(Mlp.RESOURCE)) {
      assertArrayEquals(file.readAllBytes(), trained.toByteArray());
    }
  }

  @Test
  void programShowsWhatItReadAndMisread() throws IOException {
    PrintStream console = System.out;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    try {
      ClassifyDigits.main(new String[] {"--device", "cpu:0"});
    } finally {
      System.setOut(console);
    }
    String printed = bytes.toString(StandardCharsets.UTF_8);

    assertTrue(printed.startsWith("Digits     1,000 that training never saw"), printed);
    assertTrue(printed.matches("(?s).*Misread    \\d+, of which the first:.*"), printed);
    assertTrue(printed.contains(", read as "), printed);
    assertTrue(printed.contains("(measured"), printed);
  }
}
