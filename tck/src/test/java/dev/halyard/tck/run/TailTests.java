package dev.halyard.tck.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TailTests {
  @TempDir Path folder;

  @Test
  void whatIsNoUtf8IsReplaced() throws IOException {
    Path file = folder.resolve("out");
    Files.write(file, "Ger\u00e4t verloren\nende\n".getBytes(StandardCharsets.ISO_8859_1));

    assertEquals("Ger\uFFFDt verloren\nende", Tail.of(file, 5));
  }

  @Test
  void onlyTheEndOfAHugeFileIsRead() throws IOException {
    Path file = folder.resolve("out");
    Files.writeString(file, "x".repeat(5_000_000) + "\nlast but one\nlast\n");

    assertEquals("last but one\nlast", Tail.of(file, 2));
    assertTrue(Tail.of(file, 9).length() <= 16 << 10, "more than a tail");
  }

  @Test
  void aProcessThatPrintedNothingHasNoTail() throws IOException {
    assertEquals("", Tail.of(folder.resolve("none"), 5));
  }
}
