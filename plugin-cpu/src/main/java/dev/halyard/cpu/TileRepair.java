package dev.halyard.cpu;

import java.lang.foreign.Arena;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;

/**
 * Replaces a tile that is half compiled, on a thread of its own.
 *
 * <p>A tile under suspicion may only have waited for memory. So it runs on a small problem that
 * stays in the cache first, and is left alone if it is fast there. Else a new one runs on that
 * problem until C2 has compiled it, and then takes the old one's place.
 */
final class TileRepair implements Runnable {
  /**
   * In the cache half compiled tiles make about 1 operation in a nanosecond, others more than 5.
   */
  private static final double SLOW_PER_NANO = 2;

  private static final int DEPTH = 128;

  /** Such a number of operations takes 25 to 50 microseconds at the lowest speed. */
  private static final double OPERATIONS = 50_000;

  private static final int TRIALS = 8;
  private static final long PATIENCE_NANOS = 3_000_000_000L;

  /** What doesn't fit is suspected again later. */
  private static final BlockingQueue<TileRepair> SUSPECTS = new ArrayBlockingQueue<>(64);

  /** Starts the thread when the first tile is made, so that reporting one allocates nothing. */
  private static final class Worker {
    static final Thread THREAD =
        Thread.ofPlatform().daemon().name("halyard-cpu-tiles").start(Worker::work);

    private Worker() {}

    private static void work() {
      try {
        while (true) {
          SUSPECTS.take().run();
        }
      } catch (InterruptedException e) {
        // Nobody interrupts it but to end it.
        Thread.currentThread().interrupt();
      }
    }
  }

  private final AtomicReferenceArray<MatmulTile> tiles;
  private final int index;
  private final Supplier<MatmulTile> maker;
  private final int rows;
  private final int panels;
  private final int lastColumns;
  private final MatmulTiling tiling;

  /**
   * Watches over a tile.
   *
   * @param tiles where it is
   * @param index which it is
   * @param maker makes it anew
   * @param tiling of the tile
   * @param rows of the tile
   * @param panels it spans
   * @param lastColumns it uses of the last panel
   */
  TileRepair(
      AtomicReferenceArray<MatmulTile> tiles,
      int index,
      Supplier<MatmulTile> maker,
      MatmulTiling tiling,
      int rows,
      int panels,
      int lastColumns) {
    this.tiles = tiles;
    this.index = index;
    this.maker = maker;
    this.tiling = tiling;
    this.rows = rows;
    this.panels = panels;
    this.lastColumns = lastColumns;
  }

  /** Makes sure that {@link #request} has a thread to go to. */
  static void prepare() {
    Worker.THREAD.getName();
  }

  /** Asks for {@link #run} on the thread for it; allocates nothing. */
  void request() {
    SUSPECTS.offer(this);
  }

  @Override
  public void run() {
    MatmulTile tile = tiles.getAcquire(index);
    if (tile == null || speed(tile) > SLOW_PER_NANO) {
      return;
    }
    MatmulTile made = maker.get();
    long start = System.nanoTime();
    while (speed(made) <= SLOW_PER_NANO) {
      if (System.nanoTime() - start > PATIENCE_NANOS) {
        return;
      }
    }
    tiles.setRelease(index, made);
  }

  /** Operations in a nanosecond, in the fastest of some trials. */
  private double speed(MatmulTile tile) {
    int columns = (panels - 1) * tiling.panelColumns() + lastColumns;
    long rowBytes = (long) panels * tiling.panelBytes();
    long panelBytes = (long) DEPTH * tiling.panelBytes();
    double operations = 2.0 * rows * DEPTH * columns;
    int runs = (int) Math.ceil(OPERATIONS / operations);
    try (Arena arena = Arena.ofConfined()) {
      long a = arena.allocate((long) rows * DEPTH * Float.BYTES, 64).address();
      long b = arena.allocate(panels * panelBytes, 64).address();
      long c = arena.allocate(rows * rowBytes, 64).address();
      long least = Long.MAX_VALUE;
      for (int trial = 0; trial < TRIALS; trial++) {
        long start = System.nanoTime();
        for (int i = 0; i < runs; i++) {
          tile.run(
              a,
              (long) DEPTH * Float.BYTES,
              b,
              panelBytes,
              c,
              rowBytes,
              DEPTH,
              lastColumns % tiling.lanes(),
              (i & 1) == 1);
        }
        least = Math.min(least, System.nanoTime() - start);
      }
      return runs * operations / Math.max(1, least);
    }
  }
}
