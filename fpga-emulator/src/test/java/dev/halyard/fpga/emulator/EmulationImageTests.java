package dev.halyard.fpga.emulator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EmulationImageTests {
  private static final String DESIGN = "0123456789abcdef".repeat(4);
  private static final String TEXT =
      """
      halyard-emulation 1
      memory bank0 0x0 17179869184
      memory bank1 0x400000000 4096
      timing 40 20 100 7
      unit dense:dense_1 0x1800000 design=%s model=dense
      unit dense:dense_2 0x1810000 design=%s
      unit vadd:vadd_1 0x1820000 model=vector-add
      """
          .formatted(DESIGN, DESIGN);
  private static final EmulationImage IMAGE =
      new EmulationImage(
          List.of(new Bank("bank0", 0, 1L << 34), new Bank("bank1", 1L << 34, 4096)),
          List.of(
              unit("dense:dense_1", 0x1800000, DESIGN, "dense"),
              unit("dense:dense_2", 0x1810000, DESIGN, null),
              unit("vadd:vadd_1", 0x1820000, null, "vector-add")),
          new UnitTiming(40, 20, 100, 7));

  private static UnitSpec unit(String name, long address, String design, String model) {
    return new UnitSpec(name, address, Optional.ofNullable(design), Optional.ofNullable(model));
  }

  @Test
  void thePayloadIsReadableText() {
    assertEquals(TEXT, new String(IMAGE.toBytes(), UTF_8));
  }

  @Test
  void thePayloadSaysTheImage() {
    assertEquals(IMAGE, EmulationImage.of(TEXT.getBytes(UTF_8)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "memory b 0 4096; memory c 0x0 8192 | overlap",
        "memory b 1 4096 | multiple of 4096 below 2^62",
        "memory b -4096 4096 | multiple of 4096 below 2^62",
        "memory b 0x7ffffffffffff000 4096 | multiple of 4096 below 2^62",
        "memory b 0 4095 | multiple of 4096 up to 2^40",
        "memory b 0 0 | multiple of 4096 up to 2^40",
        "memory b 0 2199023255552 | multiple of 4096 up to 2^40",
        "memory b 0 99999999999999999999 | has the line",
        "memory b 0 | has the line",
        "memory b 0 4096 8 | has the line",
        "memory  0 4096 | the name of a memory bank",
        "unit vadd 0 model=m | give kernel:instance",
        "unit a:b 0x100 model=m | multiple of 0x10000",
        "unit a:b 0x100000000 model=m | below 2^32",
        "unit a:b 0 | has the line",
        "unit a:b 0 model=m model=n | has the line",
        "unit a:b 0 model=../x | letters, digits",
        "unit a:b 0 design=xyz | SHA-256",
        "unit a:b 0 model=m; unit c:d 0 model=m | one address",
        "timing 0 1 0 1 | 1 cycle or more",
        "timing 1 1 | has the line",
        "timing 1 1 x 1 | has the line",
        "frobnicate | has the line"
      })
  void whatCannotBeIsRefusedWithTheReason(String lines, String reason) {
    String text = "halyard-emulation 1\n" + lines.replace("; ", "\n") + "\n";
    InvalidImageException e =
        assertThrows(InvalidImageException.class, () -> EmulationImage.of(text.getBytes(UTF_8)));
    assertTrue(e.getMessage().contains(reason), e.getMessage());
  }

  @Test
  void tooManyEntriesAreRefused() {
    String text = "halyard-emulation 1\n" + "unit a:b 0 model=m\n".repeat(65);
    InvalidImageException e =
        assertThrows(InvalidImageException.class, () -> EmulationImage.of(text.getBytes(UTF_8)));
    assertEquals("0 memory banks and 65 units: at most 64 of each", e.getMessage());
  }

  @Test
  void aLargeFileIsRefused() {
    byte[] bytes = (TEXT + "\n".repeat(EmulationImage.MAX_BYTES)).getBytes(UTF_8);
    InvalidImageException e =
        assertThrows(InvalidImageException.class, () -> EmulationImage.of(bytes));
    assertTrue(e.getMessage().contains("at most 65536"), e.getMessage());
  }
}
