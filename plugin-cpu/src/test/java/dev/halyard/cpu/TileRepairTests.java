package dev.halyard.cpu;

import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.junit.jupiter.api.Test;

final class TileRepairTests {
  private final MatmulTiling tiling = MatmulTiling.of(128, 2);
  private final AtomicReferenceArray<MatmulTile> tiles = new AtomicReferenceArray<>(1);
  private final AtomicInteger made = new AtomicInteger();

  @Test
  void aTileThatIsFastInTheCacheStays() {
    MatmulTile healthy = fast();
    tiles.set(0, healthy);
    repair(fast()).run();
    assertSame(healthy, tiles.get(0));
    assertTrue(made.get() == 0, "a tile was made");
  }

  @Test
  void aTileThatIsSlowInTheCacheGivesWayToAFastOne() {
    tiles.set(0, slow());
    MatmulTile replacement = fast();
    repair(replacement).run();
    assertSame(replacement, tiles.get(0));
  }

  @Test
  void aReplacementThatStaysSlowIsNotTaken() {
    MatmulTile old = slow();
    tiles.set(0, old);
    repair(slow()).run();
    assertSame(old, tiles.get(0));
  }

  @Test
  void aGeneratedTileIsCompiledBeforeItTakesOver() {
    tiles.set(0, slow());
    MatmulTile generated = MatmulTileGenerator.tile(tiling, 4, 1, 2, true);
    repair(generated).run();
    assertSame(generated, tiles.get(0));
  }

  @Test
  void aRequestRunsOnAnotherThread() throws InterruptedException {
    tiles.set(0, slow());
    Thread[] maker = new Thread[1];
    CountDownLatch done = new CountDownLatch(1);
    TileRepair.prepare();
    new TileRepair(
            tiles,
            0,
            () -> {
              maker[0] = Thread.currentThread();
              done.countDown();
              return fast();
            },
            tiling,
            4,
            1,
            7)
        .request();
    assertTrue(done.await(30, TimeUnit.SECONDS));
    assertNotSame(Thread.currentThread(), maker[0]);
    assertTrue(maker[0].isDaemon(), maker[0].getName());
  }

  private TileRepair repair(MatmulTile replacement) {
    return new TileRepair(
        tiles,
        0,
        () -> {
          made.incrementAndGet();
          return replacement;
        },
        tiling,
        4,
        1,
        7);
  }

  private static MatmulTile fast() {
    return (a, lda, b, panelStride, c, ldc, k, lastColumns, accumulate) -> {};
  }

  /** A twentieth of an operation in a nanosecond. */
  private static MatmulTile slow() {
    return (a, lda, b, panelStride, c, ldc, k, lastColumns, accumulate) -> {
      long start = System.nanoTime();
      while (System.nanoTime() - start < 140_000) {
        Thread.onSpinWait();
      }
    };
  }
}
