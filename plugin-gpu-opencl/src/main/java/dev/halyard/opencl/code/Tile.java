package dev.halyard.opencl.code;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a product is cut for a work-item.
 *
 * @param rows of the result that it holds at once
 * @param columns of the result: on a CPU in vectors, on a GPU in elements
 * @param depth how many products it makes between two barriers; 1 on a CPU, which has none
 */
public record Tile(int rows, int columns, int depth) {
  private static final Pattern TEXT = Pattern.compile("(\\d{1,3})x(\\d{1,3})x(\\d{1,3})");

  /** Vectors of 16 floats mean AVX-512 and 32 registers; others 16. */
  private static final int REGISTERS_OF_WIDEST = 32;

  private static final int REGISTERS = 16;

  /** {@return the tile that is taken where nothing was measured} */
  static Tile usual(DeviceModel device, TileBucket bucket) {
    if (device.family() == DeviceModel.Family.GPU) {
      return bucket.isSmall() ? new Tile(2, 2, 16) : new Tile(4, 4, 16);
    }
    // A row of columns and one of broadcasts stay free beside the sums.
    return device.floatWidth() >= RegisterTile.WIDEST ? new Tile(8, 2, 1) : new Tile(6, 2, 1);
  }

  /** {@return the tiles that are worth a trial on a device, the usual one first} */
  static List<Tile> candidates(DeviceModel device, TileBucket bucket) {
    List<Tile> tiles = new ArrayList<>(List.of(usual(device, bucket)));
    boolean gpu = device.family() == DeviceModel.Family.GPU;
    for (int columns : gpu ? new int[] {2, 4, 8} : new int[] {1, 2, 3, 4}) {
      for (int rows : gpu ? new int[] {2, 4, 8} : new int[] {4, 6, 8, 10, 12, 14}) {
        for (int depth : gpu ? new int[] {8, 16, 32} : new int[] {1}) {
          Tile tile = new Tile(rows, columns, depth);
          if (tile.fits(device) && !tiles.contains(tile)) {
            tiles.add(tile);
          }
        }
      }
    }
    return tiles;
  }

  /** {@return whether a device has registers or local memory for it} */
  boolean fits(DeviceModel device) {
    if (device.family() == DeviceModel.Family.GPU) {
      return rows * columns <= 64 && LocalTile.localBytes(this) <= DeviceModel.GPU_LOCAL_BYTES;
    }
    int registers = device.floatWidth() >= RegisterTile.WIDEST ? REGISTERS_OF_WIDEST : REGISTERS;
    int used = rows * columns + columns + 1;
    return used <= registers && used > registers / 3;
  }

  /** {@return the tile that {@link #toString} has written} */
  public static Optional<Tile> parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    return matcher.matches()
        ? Optional.of(
            new Tile(
                Integer.parseInt(matcher.group(1)),
                Integer.parseInt(matcher.group(2)),
                Integer.parseInt(matcher.group(3))))
        : Optional.empty();
  }

  @Override
  public String toString() {
    return rows + "x" + columns + "x" + depth;
  }
}
