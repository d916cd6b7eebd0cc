package dev.halyard.fpga.xrt.dense;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class PackedWeightsProperties {
  private static final DenseFormat NARROW = new DenseFormat(false, false, false, false);
  private static final DenseFormat WIDE = new DenseFormat(true, true, true, true);

  private static MemorySegment packed(DenseLayer layer) {
    MemorySegment memory =
        Arena.ofAuto()
            .allocate(
                PackedWeights.bytes(layer.rows(), layer.cols(), layer.format()),
                PackedWeights.ALIGNMENT)
            .fill((byte) 0x5a);
    PackedWeights.pack(layer, memory);
    return memory;
  }

  private static long word(MemorySegment packed, long offset) {
    return packed.get(ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN), offset);
  }

  @Example
  void sixteenRowsHaveAHeaderAndWholeTiles() {
    assertEquals(16 * 8 + 16 * 16, PackedWeights.bytes(1, 1, NARROW));
    assertEquals(2 * (16 * 8 + 2 * 16 * 16), PackedWeights.bytes(17, 17, NARROW));
    assertEquals(16 * 8 + 16 * 16 * 2, PackedWeights.bytes(16, 16, WIDE));
  }

  @Example
  void headerHoldsBiasAndShiftOfARow() {
    DenseLayer layer =
        DenseLayer.of(
            2, 1, NARROW, new short[] {0, 0}, new long[] {-2, 0x123456789aL}, new int[] {48, 3});

    assertEquals(0x30_00_ffff_ffff_fffeL, word(packed(layer), 0));
    assertEquals(0x03_00_0012_3456_789aL, word(packed(layer), 8));
    assertEquals(0, word(packed(layer), 16));
  }

  @Example
  void tilesFollowByColumnsAndTheirRestIsZero() {
    short[] weights = new short[2 * 17];
    weights[17] = -3; // row 1, column 0
    weights[17 + 16] = 9; // row 1, column 16
    MemorySegment packed = packed(DenseLayer.of(2, 17, NARROW, weights, new long[2], new int[2]));

    assertEquals(-3, packed.get(ValueLayout.JAVA_BYTE, 128 + 16));
    assertEquals(9, packed.get(ValueLayout.JAVA_BYTE, 128 + 256 + 16));
    assertEquals(0, packed.get(ValueLayout.JAVA_BYTE, 128 + 256 + 16 + 1));
  }

  @Example
  void tooLittleMemoryIsRefusedBeforeAnythingIsWritten() {
    DenseLayer layer = DenseLayer.of(1, 1, NARROW, new short[] {1}, new long[1], new int[1]);
    MemorySegment small = Arena.ofAuto().allocate(383);

    assertThrows(IndexOutOfBoundsException.class, () -> PackedWeights.pack(layer, small));
    assertEquals(-1, small.mismatch(Arena.ofAuto().allocate(383)));
  }

  @Property(tries = 200)
  void whatWasPackedUnpacks(
      @ForAll @IntRange(min = 1, max = 40) int rows,
      @ForAll @IntRange(min = 1, max = 40) int cols,
      @ForAll long seed) {
    RandomLayers draw = new RandomLayers(seed);
    DenseLayer layer = draw.layer(rows, cols, draw.format(), 46);
    DenseLayer back = PackedWeights.unpack(packed(layer), rows, cols, layer.format());

    for (int row = 0; row < rows; row++) {
      assertEquals(layer.bias(row), back.bias(row));
      assertEquals(layer.shift(row), back.shift(row));
      for (int col = 0; col < cols; col++) {
        assertEquals(layer.weight(row, col), back.weight(row, col));
      }
    }
  }
}
