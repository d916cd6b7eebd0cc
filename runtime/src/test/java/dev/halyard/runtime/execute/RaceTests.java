package dev.halyard.runtime.execute;

import static dev.halyard.DType.F32;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.Completion;
import dev.halyard.DeviceLostException;
import dev.halyard.Halyard;
import dev.halyard.HalyardException;
import dev.halyard.Invocation;
import dev.halyard.Kernel;
import dev.halyard.PluginException;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What must hold when closing, cancelling, failing and losing meet a run in progress. */
@Timeout(120)
class RaceTests {
  @TempDir Path folder;
  private Fixture fixture;

  @BeforeEach
  void open() {
    fixture = new Fixture(folder.resolve("cache"));
  }

  @AfterEach
  void closingLeavesNothingOpen() {
    fixture.close();
    assertEquals(0, fixture.plugin.openHandles.get(), "handles of the plugin left open");
  }

  private static Invocation increment(Kernel kernel, Tensor x, Tensor y) {
    return kernel.bind().input("x", x).output("y", y).prepare();
  }

  @Test
  void anArenaDoesNotCloseWhileThePluginIsStillTakingTheSubmission() throws InterruptedException {
    try (Kernel kernel = fixture.device.compile(Fixture.increment())) {
      TensorArena arena = kernel.openArena();
      Invocation run = increment(kernel, arena.allocate(F32, 4), arena.allocate(F32, 4));
      fixture.plugin.beforeQueueing = new CountDownLatch(1);
      Thread submitter = Thread.ofPlatform().start(run::submit);
      while (submitter.getState() != Thread.State.WAITING) {
        Thread.onSpinWait();
      }
      Thread closer = Thread.ofPlatform().start(arena::close);
      closer.join(100);
      assertTrue(closer.isAlive(), "the arena closed before the run was queued");
      fixture.plugin.beforeQueueing.countDown();
      submitter.join();
      closer.join();
      assertEquals(1, fixture.plugin.runs.get());
    }
  }

  @Test
  void aRunReportedAsDoneHasRunAndACancelledOneHasNot() throws InterruptedException {
    try (Kernel kernel = fixture.device.compile(Fixture.increment());
        TensorArena arena = kernel.openArena();
        Invocation run = increment(kernel, arena.allocate(F32, 4), arena.allocate(F32, 4))) {
      int done = 0;
      for (int round = 0; round < 2000; round++) {
        Completion completion = run.submit();
        Thread settler = Thread.ofVirtual().start(completion::isDone);
        boolean cancelled = completion.cancel();
        try {
          completion.await();
          assertFalse(cancelled, "a cancelled run was reported as done");
          done++;
        } catch (CancellationException e) {
          assertTrue(cancelled);
        }
        settler.join();
      }
      assertEquals(done, fixture.plugin.runs.get());
    }
  }

  @Test
  void preparingWhileTheKernelClosesIsRefusedByTheKernelAndLeavesNothing()
      throws InterruptedException {
    for (int round = 0; round < 200; round++) {
      Kernel kernel = fixture.device.compile(Fixture.increment());
      try (TensorArena arena = TensorArena.open()) {
        AtomicReference<Exception> refusal = new AtomicReference<>();
        Thread preparer =
            Thread.ofPlatform()
                .start(
                    () -> {
                      try {
                        while (true) {
                          increment(kernel, arena.allocate(F32, 4), arena.allocate(F32, 4));
                        }
                      } catch (RuntimeException e) {
                        refusal.set(e);
                      }
                    });
        kernel.close();
        preparer.join();
        assertTrue(
            refusal.get() instanceof IllegalStateException
                && refusal.get().getMessage().contains("kernel"),
            () -> "round refused by " + refusal.get());
        kernel.close();
      }
    }
  }

  @Test
  void anErrorInsideThePluginReturnsTheLeases() throws InterruptedException {
    try (Kernel kernel = fixture.device.compile(Fixture.increment())) {
      TensorArena arena = kernel.openArena();
      Tensor x = arena.allocate(F32, 4);
      Invocation run = increment(kernel, x, arena.allocate(F32, 4));
      fixture.plugin.failNext = new InternalError("a fault occurred in an unsafe memory access");
      assertThrows(InternalError.class, run::execute);
      fixture.plugin.failNext = new NoClassDefFoundError("vendor/Gone");
      assertThrows(PluginException.class, run::execute);
      fixture.plugin.failNext = new StackOverflowError();
      Completion failing = run.submit();
      assertThrows(PluginException.class, failing::await);
      try (Invocation hosted =
          kernel.bind().input("x", x).output("y", Arena.ofAuto().allocate(16)).prepare()) {
        fixture.plugin.failNext = new InternalError("again");
        Completion completion = hosted.submit();
        assertThrows(PluginException.class, completion::await);
      }
      run.execute();
      arena.close();
    }
  }

  @Test
  void aReadOnlyTensorCannotBeAnOutput() throws IOException {
    Path file = Files.write(folder.resolve("mapped"), new byte[16]);
    try (Kernel kernel = fixture.device.compile(Fixture.increment());
        TensorArena arena = kernel.openArena();
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      Tensor mapped =
          Tensor.wrap(arena, channel.map(FileChannel.MapMode.READ_ONLY, 0, 16, arena), F32, 4);
      Exception e =
          assertThrows(IllegalArgumentException.class, () -> kernel.bind().output("y", mapped));
      assertTrue(
          e.getMessage().contains("'y'") && e.getMessage().contains("read-only"), e.getMessage());
      try (Invocation run = increment(kernel, mapped, arena.allocate(F32, 4))) {
        run.execute();
      }
    }
  }

  @Test
  void aLossUpstreamDoesNotSpreadToAHealthyDevice() throws InterruptedException {
    FakePlugin other = new FakePlugin("other");
    // The arena closes last: leases of the lost device are returned when its driver is closed.
    try (TensorArena arena = TensorArena.open();
        Halyard halyard =
            Halyard.open(
                Halyard.Config.fromEnvironment()
                    .plugin(fixture.plugin)
                    .plugin(other)
                    .cacheFolder(folder.resolve("cache"))
                    .property("halyard.check", "true"));
        Kernel lost = halyard.device("fake:0").compile(Fixture.increment());
        Kernel healthy = halyard.device("other:0").compile(Fixture.increment())) {
      Tensor y = arena.allocate(F32, 4);
      fixture.plugin.gate = new CountDownLatch(1);
      fixture.plugin.loseNext = true;
      try (Invocation first = increment(lost, arena.allocate(F32, 4), y);
          Invocation second = increment(healthy, y, arena.allocate(F32, 4))) {
        Completion last = second.submit(first.submit());
        fixture.plugin.gate.countDown();
        assertThrows(DeviceLostException.class, last::await);
        assertTrue(halyard.device("fake:0").isLost());
        assertFalse(halyard.device("other:0").isLost());
        assertEquals(0, healthy.metrics().failures());
        second.execute();
      }
    }
  }

  @Test
  void readersThatHaveEndedDoNotStandInTheWayOfAWriter() throws InterruptedException {
    try (Kernel kernel = fixture.device.compile(Fixture.increment());
        TensorArena arena = kernel.openArena()) {
      Tensor x = arena.allocate(F32, 4);
      Completion last = null;
      List<Invocation> readers = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        Invocation reader = increment(kernel, x, arena.allocate(F32, 4));
        readers.add(reader);
        last = last == null ? reader.submit() : reader.submit(last);
      }
      last.await();
      try (Invocation writer = increment(kernel, arena.allocate(F32, 4), x)) {
        writer.submit().await();
        writer.execute();
      }
      assertArrayEquals(new float[] {1, 1, 1, 1}, x.toFloats());
      readers.forEach(Invocation::close);
    }
  }

  @Test
  void aCompletionExcusesItsOwnRunAndNotALaterOne() throws InterruptedException {
    try (Kernel kernel = fixture.device.compile(Fixture.increment());
        TensorArena arena = kernel.openArena()) {
      Tensor y = arena.allocate(F32, 4);
      try (Invocation writer = increment(kernel, arena.allocate(F32, 4), y);
          Invocation reader = increment(kernel, y, arena.allocate(F32, 4))) {
        Completion earlier = writer.submit();
        earlier.await();
        fixture.plugin.gate = new CountDownLatch(1);
        Completion running = writer.submit();
        assertThrows(IllegalStateException.class, () -> reader.submit(earlier));
        fixture.plugin.gate.countDown();
        running.await();
      }
    }
  }

  @Test
  void aSegmentConfinedToAThreadIsRefusedBeforeTheRunIsHandedToAnother() {
    try (Kernel kernel = fixture.device.compile(Fixture.increment());
        Arena confined = Arena.ofConfined()) {
      MemorySegment out = confined.allocate(16);
      try (Invocation run =
          kernel
              .bind()
              .input("x", MemorySegment.ofArray(new float[4]))
              .output("y", out)
              .prepare()) {
        run.execute();
        Exception e = assertThrows(IllegalStateException.class, run::submit);
        assertTrue(e.getMessage().contains("confined"), e.getMessage());
        run.execute();
      }
    }
  }

  @Test
  void aDeviceClosesOnlyWhenNoCallToItsDriverIsGoingOn() throws InterruptedException {
    AtomicInteger refused = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    for (int round = 0; round < 100; round++) {
                      try (Kernel kernel = fixture.device.compile(Fixture.increment());
                          TensorArena arena = TensorArena.open();
                          Invocation run =
                              increment(kernel, arena.allocate(F32, 4), arena.allocate(F32, 4))) {
                        run.execute();
                      } catch (IllegalStateException | HalyardException e) {
                        refused.incrementAndGet();
                      }
                    }
                  }));
    }
    for (int i = 0; i < 20; i++) {
      fixture.halyard.reopen("fake:0");
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertTrue(
        fixture.plugin.runs.get() + refused.get() >= 400,
        "runs and refusals account for every attempt");
  }
}
