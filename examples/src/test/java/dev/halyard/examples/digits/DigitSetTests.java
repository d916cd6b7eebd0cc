package dev.halyard.examples.digits;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DigitSetTests {
  @TempDir private Path folder;

  private Path packed(Map<String, String> files) throws IOException {
    Path tarball = folder.resolve("digits.tgz");
    try (TarArchiveOutputStream tar =
        new TarArchiveOutputStream(new GZIPOutputStream(Files.newOutputStream(tarball)))) {
      for (Map.Entry<String, String> file : files.entrySet()) {
        byte[] content = file.getValue().getBytes(UTF_8);
        TarArchiveEntry entry = new TarArchiveEntry("package/" + file.getKey());
        entry.setSize(content.length);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
      }
    }
    return tarball;
  }

  /** Pictures of one shade each, the shades 0, 1, 2 and so on of 255. */
  private static String pictures(int count) {
    StringBuilder pixels = new StringBuilder();
    for (int i = 0; i < count; i++) {
      String pixel = Double.toString(Math.round(1000 * i / 255.0) / 1000.0);
      pixels.append(String.join(",", Collections.nCopies(Digit.PIXELS, pixel))).append(',');
    }
    return "{\"data\": [" + pixels.substring(0, pixels.length() - 1) + "]}";
  }

  private void assertDamaged(String json, String reason) throws IOException {
    Path tarball = packed(Map.of("src/digits/3.json", json));
    IOException damaged = assertThrows(IOException.class, () -> DigitSet.read(tarball));
    assertTrue(damaged.getMessage().contains(reason), damaged.getMessage());
  }

  @Test
  void lastHundredOfEachClassAreHeldOut() throws IOException {
    DigitSet set =
        DigitSet.read(
            packed(Map.of("src/digits/0.json", pictures(103), "src/digits/9.json", pictures(101))));

    assertEquals(
        Map.of(0, 3L, 9, 1L),
        set.training().stream()
            .collect(Collectors.groupingBy(Digit::label, Collectors.counting())));
    assertEquals(
        Map.of(0, 100L, 9, 100L),
        set.heldOut().stream().collect(Collectors.groupingBy(Digit::label, Collectors.counting())));
  }

  @Test
  void decimalsBecomeTheBytesTheyWereMadeOf() throws IOException {
    DigitSet set = DigitSet.read(packed(Map.of("src/digits/5.json", pictures(256))));

    List<Digit> digits = List.copyOf(set.training());
    for (int shade = 0; shade < digits.size(); shade++) {
      assertEquals(shade, digits.get(shade).ink(13, 13));
    }
    assertEquals(255, set.heldOut().getLast().ink(0, 0));
  }

  @Test
  void otherFilesAreNotRead() throws IOException {
    DigitSet set =
        DigitSet.read(
            packed(Map.of("src/mnist.js", "no JSON", "src/digits/1.json", pictures(101))));

    assertEquals(1, set.training().size());
  }

  @Test
  void damagedFilesAreRefused() throws IOException {
    assertDamaged("{\"data\": [0, 0", "is damaged");
    assertDamaged("{\"data\": [0, 0]}", "the file of the digit 3 has no whole pictures");
    assertDamaged("{}", "the file of the digit 3 has no whole pictures");
    assertDamaged(pictures(1).replace("[0.0", "[2"), "a pixel is a number from 0 to 1, found 2");
    assertDamaged(pictures(1).replace("[0.0", "[\"x\""), "found x");
  }
}
