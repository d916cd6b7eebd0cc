package dev.halyard.runtime.execute;

import static dev.halyard.DType.F32;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.ArenaBusyException;
import dev.halyard.Completion;
import dev.halyard.DeviceLostException;
import dev.halyard.Invocation;
import dev.halyard.Kernel;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ArenaLifetimeTests {
  @TempDir Path cache;

  @Test
  void closingAnArenaDuringARunWaitsForItsEnd() throws InterruptedException {
    try (Fixture fixture = new Fixture(cache);
        Kernel kernel = fixture.device.compile(Fixture.increment())) {
      fixture.plugin.gate = new CountDownLatch(1);
      TensorArena arena = kernel.openArena();
      Tensor y = arena.allocate(F32, 4);
      Invocation run = kernel.bind().input("x", arena.allocate(F32, 4)).output("y", y).prepare();
      Completion completion = run.submit();
      Thread closer = Thread.ofPlatform().start(arena::close);
      closer.join(50);
      assertTrue(closer.isAlive(), "the arena closed under a run");
      assertThrows(
          IllegalStateException.class,
          () -> arena.allocate(F32, 4).segment().fill((byte) 1),
          "new work was taken");
      assertArrayEquals(new float[4], y.toFloats());
      fixture.plugin.gate.countDown();
      closer.join(10_000);
      assertFalse(closer.isAlive(), "the arena did not close after the run");
      completion.await();
      assertThrows(IllegalStateException.class, () -> y.getDouble(0));
    }
  }

  @Test
  void memoryOfAStuckDeviceIsLeakedAndCanBeFreedLater() throws InterruptedException {
    try (Fixture fixture = new Fixture(cache)) {
      fixture.plugin.gate = new CountDownLatch(1);
      Kernel kernel = fixture.device.compile(Fixture.increment());
      TensorArena arena = TensorArena.open(Duration.ofMillis(50));
      Tensor y = arena.allocate(F32, 4);
      Invocation run = kernel.bind().input("x", arena.allocate(F32, 4)).output("y", y).prepare();
      Completion completion = run.submit();
      assertTrue(fixture.plugin.begun.await(10, TimeUnit.SECONDS));
      assertTrue(
          assertThrows(ArenaBusyException.class, arena::close).getMessage().contains("in flight"));
      assertArrayEquals(new float[4], y.toFloats(), "the memory was freed under a stuck device");
      assertThrows(IllegalStateException.class, run::execute);
      fixture.plugin.gate.countDown();
      completion.await();
      arena.close();
      assertThrows(IllegalStateException.class, () -> y.getDouble(0));
      kernel.close();
    }
  }

  @Test
  void closingAKernelWithAStuckRunGivesUpInTimeAndCanBeRepeated() throws InterruptedException {
    Fixture fixture = new Fixture(cache, "50");
    try (fixture;
        TensorArena arena = TensorArena.open()) {
      fixture.plugin.gate = new CountDownLatch(1);
      Kernel kernel = fixture.device.compile(Fixture.increment());
      Invocation run =
          kernel
              .bind()
              .input("x", arena.allocate(F32, 4))
              .output("y", arena.allocate(F32, 4))
              .prepare();
      Completion completion = run.submit();
      assertThrows(ArenaBusyException.class, kernel::close);
      fixture.plugin.gate.countDown();
      completion.await();
      kernel.close();
    }
    assertEquals(0, fixture.plugin.openHandles.get(), "handles left open by the second close");
  }

  @Test
  void memoryOfALostDeviceStaysUntilItsDriverIsClosed() throws InterruptedException {
    TensorArena arena = TensorArena.open(Duration.ofMillis(50));
    try (Fixture fixture = new Fixture(cache)) {
      fixture.plugin.gate = new CountDownLatch(1);
      Kernel kernel = fixture.device.compile(Fixture.increment());
      Invocation run =
          kernel
              .bind()
              .input("x", arena.allocate(F32, 4))
              .output("y", arena.allocate(F32, 4))
              .prepare();
      Completion completion = run.submit();
      assertTrue(fixture.plugin.begun.await(10, TimeUnit.SECONDS));
      fixture.plugin.reportLoss("it is on fire");
      assertThrows(DeviceLostException.class, completion::await);
      assertThrows(ArenaBusyException.class, arena::close);
      fixture.plugin.gate.countDown();
    }
    arena.close();
  }

  @Test
  void anArenaClosesThoughNobodyAwaitedTheRun() {
    try (Fixture fixture = new Fixture(cache);
        Kernel kernel = fixture.device.compile(Fixture.increment())) {
      TensorArena arena = kernel.openArena();
      Invocation run =
          kernel
              .bind()
              .input("x", arena.allocate(F32, 4))
              .output("y", arena.allocate(F32, 4))
              .prepare();
      run.submit();
      arena.close();
    }
  }
}
