package dev.halyard.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.ArenaBusyException;
import dev.halyard.DType;
import dev.halyard.OutOfDeviceMemoryException;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LeasedArenaTests {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Duration SHORT = Duration.ofMillis(20);

  @Test
  void closingFreesTheMemory() {
    LeasedArena arena = LeasedArena.shared(LONG);
    Tensor tensor = arena.allocate(DType.F32, 4);
    arena.close();
    assertFalse(arena.scope().isAlive());
    assertThrows(IllegalStateException.class, () -> tensor.getDouble(0));
    assertThrows(IllegalStateException.class, () -> arena.allocate(DType.F32, 4));
  }

  @Test
  void closingTwiceIsHarmless() {
    LeasedArena arena = LeasedArena.shared(LONG);
    arena.close();
    arena.close();
    assertFalse(arena.scope().isAlive());
  }

  @Test
  void closingWaitsForTheLastLease() throws Exception {
    LeasedArena arena = LeasedArena.shared(LONG);
    Tensor tensor = arena.allocate(DType.F32, 1);
    arena.acquire();
    arena.acquire();
    Thread closer = Thread.ofPlatform().start(arena::close);
    waitUntilClosing(arena);
    arena.release();
    tensor.setDouble(0, 7);
    assertEquals(7, tensor.getDouble(0));
    assertTrue(closer.isAlive());
    arena.release();
    closer.join();
    assertFalse(arena.scope().isAlive());
  }

  @Test
  void noLeaseIsGivenWhileClosing() {
    LeasedArena arena = LeasedArena.shared(SHORT);
    arena.acquire();
    assertThrows(ArenaBusyException.class, arena::close);
    IllegalStateException e = assertThrows(IllegalStateException.class, arena::acquire);
    assertEquals("the arena is being closed; open another for new work", e.getMessage());
    arena.release();
    arena.close();
    e = assertThrows(IllegalStateException.class, arena::acquire);
    assertEquals("the arena is closed; open another for new work", e.getMessage());
  }

  @Test
  void drainTimeoutLeaksUntilClosingSucceeds() {
    LeasedArena arena = LeasedArena.shared(SHORT);
    Tensor tensor = arena.allocate(DType.F32, 1);
    arena.acquire();
    ArenaBusyException e = assertThrows(ArenaBusyException.class, arena::close);
    assertTrue(e.getMessage().contains("1 runs are still in flight"), e.getMessage());
    tensor.setDouble(0, 3);
    assertEquals(3, tensor.getDouble(0), "memory that a device may still write must stay");
    arena.release();
    arena.close();
    assertFalse(arena.scope().isAlive());
  }

  @Test
  void interruptedCloserDrainsAndStaysInterrupted() throws Exception {
    LeasedArena arena = LeasedArena.shared(LONG);
    arena.acquire();
    boolean[] interrupted = {false};
    Thread closer =
        Thread.ofPlatform()
            .start(
                () -> {
                  arena.close();
                  interrupted[0] = Thread.currentThread().isInterrupted();
                });
    waitUntilClosing(arena);
    closer.interrupt();
    assertFalse(closer.join(Duration.ofMillis(20)));
    arena.release();
    closer.join();
    assertTrue(interrupted[0]);
    assertFalse(arena.scope().isAlive());
  }

  @Test
  void automaticArenasAreLeasedButNotClosed() {
    LeasedArena arena = LeasedArena.auto();
    arena.acquire();
    arena.release();
    assertFalse(arena.isCloseable());
    assertThrows(UnsupportedOperationException.class, arena::close);
    assertTrue(arena.scope().isAlive());
  }

  @Test
  void leaseEitherKeepsTheMemoryOrIsRefusedInARaceWithClosing() throws Exception {
    int threads = 8;
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      for (int round = 0; round < 200; round++) {
        race(pool, threads);
      }
    } finally {
      pool.shutdownNow();
      assertTrue(pool.awaitTermination(10, TimeUnit.SECONDS));
    }
  }

  /** Half of the threads close, half read and write under leases until they are refused. */
  private static void race(ExecutorService pool, int threads) throws Exception {
    LeasedArena arena = LeasedArena.shared(LONG);
    Tensor tensor = arena.allocate(DType.I64, threads);
    CountDownLatch ready = new CountDownLatch(threads);
    List<Future<?>> done = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      int slot = i;
      done.add(
          pool.submit(
              () -> {
                ready.countDown();
                ready.await();
                if (slot % 2 == 0) {
                  runUntilRefused(arena, tensor, slot);
                } else {
                  Thread.sleep(0, 200_000);
                  arena.close();
                }
                return null;
              }));
    }
    for (Future<?> future : done) {
      future.get();
    }
    assertFalse(arena.scope().isAlive());
  }

  private static void runUntilRefused(LeasedArena arena, Tensor tensor, int slot) {
    for (long i = 1; ; i++) {
      try {
        arena.acquire();
      } catch (IllegalStateException e) {
        return;
      }
      try {
        tensor.setLong(slot, i);
        assertEquals(i, tensor.getLong(slot));
      } finally {
        arena.release();
      }
    }
  }

  private static void waitUntilClosing(LeasedArena arena) throws InterruptedException {
    while (true) {
      try {
        arena.acquire();
      } catch (IllegalStateException e) {
        return;
      }
      arena.release();
      Thread.sleep(1);
    }
  }

  @Test
  void everyCloserIsToldOfRunsStillInFlight() throws Exception {
    LeasedArena arena = LeasedArena.shared(SHORT);
    arena.acquire();
    ExecutorService pool = Executors.newFixedThreadPool(2);
    try {
      Future<?> first = pool.submit(arena::close);
      Future<?> second = pool.submit(arena::close);
      for (Future<?> closer : List.of(first, second)) {
        ExecutionException e = assertThrows(ExecutionException.class, closer::get);
        assertEquals(ArenaBusyException.class, e.getCause().getClass());
      }
    } finally {
      pool.shutdownNow();
    }
    assertTrue(arena.scope().isAlive());
    arena.release();
    arena.close();
  }

  @Test
  void wantOfMemoryIsATypedErrorAndTheArenaStaysUsable() {
    try (TensorArena arena = TensorArena.open()) {
      OutOfDeviceMemoryException error =
          assertThrows(OutOfDeviceMemoryException.class, () -> arena.allocate(1L << 50, 64));

      assertTrue(error.getMessage().contains("1125899906842624 bytes"), error.getMessage());
      assertEquals(64, arena.allocate(64, 64).byteSize());
    }
  }
}
