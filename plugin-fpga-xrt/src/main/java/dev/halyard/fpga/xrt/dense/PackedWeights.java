package dev.halyard.fpga.xrt.dense;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The weights as the kernel reads them: one stream, front to back.
 *
 * <p>For each 16 rows of W come 16 words of 64 bits, the bias in bits 47 to 0 and the shift in bits
 * 61 to 56, then tiles of 16 columns, left to right, each row by row. What pads W to whole tiles is
 * 0, and must be: the kernel multiplies it by whatever follows a row of x.
 */
public final class PackedWeights {
  /** What the address of packed weights is a multiple of. */
  public static final int ALIGNMENT = 64;

  /** Rows and columns of a tile. */
  static final int TILE = 16;

  private static final int SHIFT_POSITION = 56;
  private static final int BIAS_BITS = 48;
  private static final long BIAS_MASK = (1L << BIAS_BITS) - 1;

  private static final ValueLayout.OfLong WORD =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort WIDE =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private PackedWeights() {}

  /** {@return how many tiles cover an extent} */
  static int tiles(int extent) {
    return (extent + TILE - 1) / TILE;
  }

  /**
   * {@return the bytes of the packed weights of a layer}
   *
   * @param rows of W
   * @param cols of W
   * @param format of the layer
   */
  public static long bytes(int rows, int cols, DenseFormat format) {
    return tiles(rows) * bytesOfRowTile(cols, format);
  }

  private static long bytesOfRowTile(int cols, DenseFormat format) {
    return TILE * ((long) Long.BYTES + (long) tiles(cols) * TILE * format.weightBytes());
  }

  /**
   * Packs the weights, biases and shifts of a layer.
   *
   * @param layer the layer
   * @param into all of whose first {@link #bytes} bytes are written
   * @throws IndexOutOfBoundsException if it is smaller; nothing is written
   */
  public static void pack(DenseLayer layer, MemorySegment into) {
    MemorySegment packed = into.asSlice(0, bytes(layer.rows(), layer.cols(), layer.format()));
    packed.fill((byte) 0);
    for (int row = 0; row < layer.rows(); row++) {
      long word = (long) layer.shift(row) << SHIFT_POSITION | (layer.bias(row) & BIAS_MASK);
      packed.set(WORD, wordOffset(row, layer.cols(), layer.format()), word);
      for (int col = 0; col < layer.cols(); col++) {
        set(packed, layer, row, col);
      }
    }
  }

  private static void set(MemorySegment packed, DenseLayer layer, int row, int col) {
    long offset = weightOffset(row, col, layer.cols(), layer.format());
    if (layer.format().wideWeights()) {
      packed.set(WIDE, offset, layer.weight(row, col));
    } else {
      packed.set(ValueLayout.JAVA_BYTE, offset, (byte) layer.weight(row, col));
    }
  }

  /**
   * {@return the layer whose weights were packed}
   *
   * @param packed what {@link #pack} wrote
   * @param rows of W
   * @param cols of W
   * @param format of the layer
   * @throws IndexOutOfBoundsException if there are fewer bytes than the layer takes
   * @throws IllegalArgumentException if they are not of a layer, or of more than 2^31 - 1 weights,
   *     which no array holds
   */
  public static DenseLayer unpack(MemorySegment packed, int rows, int cols, DenseFormat format) {
    if ((long) rows * cols > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(rows + " * " + cols + " weights are more than 2^31 - 1");
    }
    short[] weights = new short[rows * cols];
    long[] bias = new long[rows];
    int[] shift = new int[rows];
    for (int row = 0; row < rows; row++) {
      long word = packed.get(WORD, wordOffset(row, cols, format));
      int unused = Long.SIZE - BIAS_BITS;
      bias[row] = word << unused >> unused;
      shift[row] = (int) (word >>> SHIFT_POSITION);
      for (int col = 0; col < cols; col++) {
        long offset = weightOffset(row, col, cols, format);
        weights[row * cols + col] =
            format.wideWeights()
                ? packed.get(WIDE, offset)
                : packed.get(ValueLayout.JAVA_BYTE, offset);
      }
    }
    return DenseLayer.of(rows, cols, format, weights, bias, shift);
  }

  private static long wordOffset(int row, int cols, DenseFormat format) {
    return row / TILE * bytesOfRowTile(cols, format) + (long) row % TILE * Long.BYTES;
  }

  private static long weightOffset(int row, int col, int cols, DenseFormat format) {
    long tile = (long) (col / TILE) * TILE * TILE;
    long within = tile + (long) row % TILE * TILE + col % TILE;
    return row / TILE * bytesOfRowTile(cols, format)
        + (long) TILE * Long.BYTES
        + within * format.weightBytes();
  }
}
