package dev.halyard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class ProgressBarTests {
  private final StringWriter text = new StringWriter();

  private ProgressBar bar(boolean terminal) {
    return new ProgressBar(new PrintWriter(text), terminal);
  }

  @Test
  void elsewhereEachStepIsALine() {
    ProgressBar bar = bar(false);
    bar.at("reading", 0, 1);
    bar.at("embedding", 1, 2);
    bar.at("embedding", 2, 2);
    bar.clear();

    assertEquals("reading\nembedding\n", text.toString().replace("\r\n", "\n"));
  }

  @Test
  void terminalShowsTheLastStateAndThenACleanLine() {
    ProgressBar bar = bar(true);
    for (int done = 1; done <= 60; done++) {
      bar.at("embedding", done, 60);
    }
    bar.clear();

    assertTrue(text.toString().contains("[" + "#".repeat(30) + "] 60/60"), text.toString());
    assertTrue(text.toString().endsWith("\r\033[K"), text.toString());
    assertEquals(-1, text.toString().indexOf('\n'));
  }

  @Test
  void terminalIsNotRedrawnForEveryStep() {
    ProgressBar bar = bar(true);
    for (int done = 1; done <= 1_000_000; done++) {
      bar.at("embedding", done, 1_000_000);
    }

    assertTrue(text.toString().length() < 100_000, text.toString().length() + " characters");
  }
}
