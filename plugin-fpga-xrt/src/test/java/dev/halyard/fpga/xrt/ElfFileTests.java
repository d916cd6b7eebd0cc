package dev.halyard.fpga.xrt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class ElfFileTests {
  @Test
  @EnabledOnOs(OS.LINUX)
  void theNameIsThatOfTheDynamicSection() throws IOException {
    assertEquals(Optional.of("libnet.so"), ElfFile.soname(library()));
  }

  @Test
  void whatIsNoLibraryHasNoName() {
    assertEquals(Optional.empty(), ElfFile.soname(new byte[0]));
    assertEquals(Optional.empty(), ElfFile.soname(new byte[] {0x7f, 'E', 'L', 'F'}));
    assertEquals(Optional.empty(), ElfFile.soname("a text of no sort".getBytes(UTF_8)));
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aFileThatIsCutShortHasNoName() throws IOException {
    byte[] whole = library();
    for (int length = 0; length < 1024; length += 7) {
      assertEquals(Optional.empty(), ElfFile.soname(Arrays.copyOf(whole, length)));
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aDamagedFileHasSomeNameOrNone() throws IOException {
    byte[] whole = library();
    Random random = new Random(17);
    int named = 0;
    for (int i = 0; i < 2000; i++) {
      byte[] damaged = whole.clone();
      ByteBuffer.wrap(damaged).putLong(16 + random.nextInt(600), random.nextLong());
      named += ElfFile.soname(damaged).isPresent() ? 1 : 0;
    }
    assertTrue(named > 0, "no damage spared the name");
  }

  private static byte[] library() throws IOException {
    return Files.readAllBytes(XrtLibraryTests.jdkLibrary("libnet.so"));
  }
}
