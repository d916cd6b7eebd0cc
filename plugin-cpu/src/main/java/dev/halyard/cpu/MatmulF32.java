package dev.halyard.cpu;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;

/**
 * Products of F32 matrices with vector instructions, B packed as {@link Kernels#panelWidth}
 * describes.
 *
 * <p>Sums are taken in the order of k, each product and sum rounded once together (fma), and pass
 * through C between blocks, so that a result depends neither on the tile nor on how the work is
 * shared out. Tiles are generated when they are first needed.
 */
final class MatmulF32 {
  /** Rows of B in a block: a panel of it stays in the second-level cache. */
  private static final int DEPTH = 384;

  /** Bytes of A that a row block may fill: they stay in the second-level cache. */
  private static final int ROW_BLOCK_BYTES = 192 << 10;

  private final MatmulTiling tiling;
  private final int width;
  private final AtomicReferenceArray<MatmulTile> tiles;

  /** Published with their tiles: that of a tile is read after the tile. */
  private final TileRepair[] repairs;

  private final TileWatch watch;

  MatmulF32(MatmulTiling tiling) {
    this.tiling = tiling;
    this.width = tiling.panelColumns();
    int count = (tiling.rows() + 1) * slotsPerRow();
    this.tiles = new AtomicReferenceArray<>(count);
    this.repairs = new TileRepair[count];
    this.watch = new TileWatch(count);
  }

  /** As {@link Kernels#pack}, for the width of the tiling. */
  void pack(
      MemorySegment b,
      long bAt,
      long rowStride,
      long columnStride,
      int k,
      int from,
      int to,
      MemorySegment packed,
      long packedAt) {
    if (k == 0 || from >= to) {
      return;
    }
    long span = ((k - 1) * rowStride + (to - 1) * columnStride + 1) * Float.BYTES;
    long source = RawMemory.address(b, bAt, span);
    long target = RawMemory.address(packed, packedAt, panelBytes(k, to));
    for (int column = from; column < to; column += width) {
      packPanel(
          source + column * columnStride * Float.BYTES,
          rowStride,
          columnStride,
          k,
          Math.min(width, to - column),
          target + panelBytes(k, column));
    }
  }

  private void packPanel(
      long source, long rowStride, long columnStride, int k, int columns, long target) {
    if (columns < width) {
      RawMemory.ALL.asSlice(target, (long) k * tiling.panelBytes()).fill((byte) 0);
    }
    if (columnStride == 1) {
      for (int row = 0; row < k; row++) {
        MemorySegment.copy(
            RawMemory.ALL,
            source + row * rowStride * Float.BYTES,
            RawMemory.ALL,
            target + (long) row * tiling.panelBytes(),
            (long) columns * Float.BYTES);
      }
      return;
    }
    for (int column = 0; column < columns; column++) {
      long from = source + column * columnStride * Float.BYTES;
      long to = target + (long) column * Float.BYTES;
      for (int row = 0; row < k; row++) {
        float value = RawMemory.ALL.get(RawMemory.FLOAT, from + row * rowStride * Float.BYTES);
        RawMemory.ALL.set(RawMemory.FLOAT, to + (long) row * tiling.panelBytes(), value);
      }
    }
  }

  /** As {@link Kernels#matmul}, for the width of the tiling. */
  void multiply(
      MemorySegment a,
      long aAt,
      long lda,
      MemorySegment packed,
      long packedAt,
      MemorySegment c,
      long cAt,
      long ldc,
      int rows,
      int k,
      int columns) {
    if (rows == 0 || columns == 0) {
      return;
    }
    long rowA = lda * Float.BYTES;
    long rowC = ldc * Float.BYTES;
    long fromA = RawMemory.address(a, aAt, k == 0 ? 0 : (rows - 1) * rowA + (long) k * Float.BYTES);
    long fromB = RawMemory.address(packed, packedAt, panelBytes(k, columns));
    long toC = RawMemory.address(c, cAt, (rows - 1) * rowC + (long) columns * Float.BYTES);
    long panelStride = panelBytes(k, width);
    int rowBlock = rowBlock(Math.min(k, DEPTH), rows);
    int k0 = 0;
    do {
      int depth = Math.min(DEPTH, k - k0);
      for (int m = 0; m < rows; m += rowBlock) {
        block(
            fromA + m * rowA + (long) k0 * Float.BYTES,
            rowA,
            fromB + (long) k0 * tiling.panelBytes(),
            panelStride,
            toC + m * rowC,
            rowC,
            Math.min(rowBlock, rows - m),
            depth,
            columns,
            k0 > 0);
      }
      k0 += DEPTH;
    } while (k0 < k);
  }

  private void block(
      long a,
      long lda,
      long b,
      long panelStride,
      long c,
      long ldc,
      int rows,
      int k,
      int columns,
      boolean accumulate) {
    int most = panelsAtOnce(rows);
    int column = 0;
    while (column < columns) {
      int panels = column + most * width <= columns ? most : 1;
      int used = Math.min(panels * width, columns - column);
      panels(
          a,
          lda,
          b + column / width * panelStride,
          panelStride,
          c + (long) column * Float.BYTES,
          ldc,
          rows,
          k,
          panels,
          used,
          accumulate);
      column += used;
    }
  }

  /** Tiles of nearly equal height, rather than a small one at the end that runs at a low speed. */
  private void panels(
      long a,
      long lda,
      long b,
      long panelStride,
      long c,
      long ldc,
      int rows,
      int k,
      int panels,
      int columns,
      boolean accumulate) {
    int count = Math.ceilDiv(rows, tiling.rows());
    int height = rows / count;
    int taller = rows % count;
    int lastPanel = columns - (panels - 1) * width;
    int lastColumns = lastPanel % tiling.lanes();
    int vectors = Math.ceilDiv(lastPanel, tiling.lanes());
    int slot = panels > 1 ? 0 : 2 * vectors - (lastColumns != 0 ? 1 : 0);
    double operations = 2.0 * rows * k * columns;
    boolean timed = watch.wants(operations);
    long start = timed ? System.nanoTime() : 0;
    for (int i = 0; i < count; i++) {
      int tileRows = i < taller ? height + 1 : height;
      tile(tileRows, slot, panels, vectors, lastPanel)
          .run(a, lda, b, panelStride, c, ldc, k, lastColumns, accumulate);
      a += tileRows * lda;
      c += tileRows * ldc;
    }
    if (timed) {
      long end = System.nanoTime();
      repairIfSlow(height * slotsPerRow() + slot, operations, start, end);
      if (taller > 0) {
        repairIfSlow((height + 1) * slotsPerRow() + slot, operations, start, end);
      }
    }
  }

  private void repairIfSlow(int index, double operations, long start, long end) {
    if (watch.isSuspect(index, operations, start, end)) {
      repairs[index].request();
    }
  }

  private MatmulTile tile(int rows, int slot, int panels, int vectors, int lastPanel) {
    int index = rows * slotsPerRow() + slot;
    MatmulTile tile = tiles.getAcquire(index);
    return tile == null ? make(index, rows, panels, vectors, lastPanel) : tile;
  }

  private MatmulTile make(int index, int rows, int panels, int vectors, int lastPanel) {
    boolean masked = lastPanel % tiling.lanes() != 0;
    Supplier<MatmulTile> maker =
        () -> MatmulTileGenerator.tile(tiling, rows, panels, vectors, masked);
    TileRepair.prepare();
    repairs[index] = new TileRepair(tiles, index, maker, tiling, rows, panels, lastPanel);
    MatmulTile made = maker.get();
    tiles.setRelease(index, made);
    return made;
  }

  /** One slot for whole panels side by side, and two (masked or not) per count of vectors. */
  private int slotsPerRow() {
    return 1 + 2 * tiling.panelVectors();
  }

  /** One or two rows take several panels: enough independent sums hide the latency of the fma. */
  private static int panelsAtOnce(int rows) {
    return rows == 1 ? 4 : rows == 2 ? 2 : 1;
  }

  private int rowBlock(int k, int rows) {
    int most = Math.max(tiling.rows(), ROW_BLOCK_BYTES / Float.BYTES / Math.max(1, k));
    return Math.ceilDiv(rows, Math.ceilDiv(rows, most));
  }

  private long panelBytes(int k, int columns) {
    return (long) k * Math.ceilDiv(columns, width) * tiling.panelBytes();
  }
}
