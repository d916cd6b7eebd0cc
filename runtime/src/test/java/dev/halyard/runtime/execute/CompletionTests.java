package dev.halyard.runtime.execute;

import static dev.halyard.DType.F32;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.Completion;
import dev.halyard.DeviceLostException;
import dev.halyard.HalyardException;
import dev.halyard.Invocation;
import dev.halyard.Kernel;
import dev.halyard.PluginException;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class CompletionTests {
  @TempDir Path cache;
  private Fixture fixture;
  private Kernel kernel;
  private TensorArena arena;
  private Tensor x;
  private Tensor y;
  private Tensor z;
  private Invocation first;
  private Invocation second;

  @BeforeEach
  void prepare() {
    fixture = new Fixture(cache);
    kernel = fixture.device.compile(Fixture.increment());
    arena = kernel.openArena();
    x = kernel.allocateInput(arena, "x").copyFrom(new float[] {1, 2, 3, 4});
    y = arena.allocate(F32, 4);
    z = arena.allocate(F32, 4);
    first = kernel.bind().input("x", x).output("y", y).prepare();
    second = kernel.bind().input("x", y).output("y", z).prepare();
  }

  @AfterEach
  void close() {
    if (fixture.plugin.gate != null) {
      fixture.plugin.gate.countDown();
    }
    kernel.close();
    fixture.close();
    arena.close();
  }

  private void stopAtGate() {
    fixture.plugin.begun = new CountDownLatch(1);
    fixture.plugin.gate = new CountDownLatch(1);
  }

  private void awaitBegun() throws InterruptedException {
    assertTrue(fixture.plugin.begun.await(10, TimeUnit.SECONDS), "the run did not begin");
  }

  @Test
  void aSubmissionIsDoneWhenItsOutputsAreWritten() throws InterruptedException {
    stopAtGate();
    Completion completion = first.submit();
    assertFalse(completion.isDone());
    assertFalse(completion.await(Duration.ofMillis(20)));
    fixture.plugin.gate.countDown();
    completion.await();
    assertTrue(completion.isDone());
    assertArrayEquals(new float[] {2, 3, 4, 5}, y.toFloats());
  }

  @Test
  void aSecondUseOfAnInvocationInFlightIsRefusedAndHarmless() throws InterruptedException {
    stopAtGate();
    Completion completion = first.submit();
    assertTrue(
        assertThrows(IllegalStateException.class, first::execute)
            .getMessage()
            .contains("in flight"));
    assertThrows(IllegalStateException.class, first::submit);
    fixture.plugin.gate.countDown();
    completion.await();
    first.execute();
    assertEquals(2, kernel.metrics().executions());
  }

  @Test
  void twoThreadsInOneInvocationAreRefused() throws InterruptedException {
    stopAtGate();
    Thread runner = Thread.ofPlatform().start(first::execute);
    awaitBegun();
    assertTrue(
        assertThrows(IllegalStateException.class, first::execute)
            .getMessage()
            .contains("another thread"));
    fixture.plugin.gate.countDown();
    runner.join();
    assertArrayEquals(new float[] {2, 3, 4, 5}, y.toFloats());
  }

  @Test
  void invocationsChainedByAfterRunInOrder() throws InterruptedException {
    stopAtGate();
    Completion last = second.submit(first.submit());
    fixture.plugin.gate.countDown();
    last.await();
    assertArrayEquals(new float[] {3, 4, 5, 6}, z.toFloats());
  }

  @Test
  void aRunThatCannotBeChainedLeavesItsTensorsFree() throws InterruptedException {
    stopAtGate();
    Completion completion = first.submit();
    fixture.plugin.refusesToWait = true;
    assertThrows(HalyardException.class, () -> second.submit(completion));
    fixture.plugin.gate.countDown();
    completion.await();
    second.execute();
    assertArrayEquals(new float[] {3, 4, 5, 6}, z.toFloats());
  }

  @Test
  void aConflictingUseInFlightIsRefused() throws InterruptedException {
    stopAtGate();
    Completion completion = first.submit();
    assertTrue(
        assertThrows(IllegalStateException.class, second::submit)
            .getMessage()
            .contains("in flight"));
    assertThrows(IllegalStateException.class, second::execute);
    fixture.plugin.gate.countDown();
    completion.await();
    second.execute();
    assertArrayEquals(new float[] {3, 4, 5, 6}, z.toFloats());
  }

  @Test
  void aRunThatHasNotBegunCanBeTakenBack() throws InterruptedException {
    stopAtGate();
    Completion blocking = first.submit();
    awaitBegun();
    Completion waiting = second.submit(blocking);
    assertFalse(blocking.cancel(), "a run in progress was cancelled");
    assertTrue(waiting.cancel());
    assertTrue(waiting.isCancelled());
    assertThrows(CancellationException.class, waiting::await);
    fixture.plugin.gate.countDown();
    blocking.await();
    assertArrayEquals(new float[4], z.toFloats());
    second.execute();
    assertArrayEquals(new float[] {3, 4, 5, 6}, z.toFloats());
  }

  @Test
  void aRunThatAnotherWaitsForCannotBeTakenBack() throws InterruptedException {
    stopAtGate();
    Tensor other = arena.allocate(F32, 4);
    try (Invocation zeroth =
        kernel.bind().input("x", other).output("y", arena.allocate(F32, 4)).prepare()) {
      Completion blocking = zeroth.submit();
      awaitBegun();
      Completion middle = first.submit(blocking);
      Completion last = second.submit(middle);
      assertFalse(middle.cancel());
      fixture.plugin.gate.countDown();
      last.await();
      assertArrayEquals(new float[] {3, 4, 5, 6}, z.toFloats());
    }
  }

  @Test
  void anInterruptEndsTheWaitAndNotTheRun() throws InterruptedException {
    stopAtGate();
    Completion completion = first.submit();
    Thread.currentThread().interrupt();
    assertThrows(InterruptedException.class, completion::await);
    assertFalse(Thread.interrupted());
    fixture.plugin.gate.countDown();
    completion.await();
    assertArrayEquals(new float[] {2, 3, 4, 5}, y.toFloats());
  }

  @Test
  void executeIsNotCutShortByAnInterruptAndKeepsTheFlag() throws InterruptedException {
    stopAtGate();
    AtomicReference<Boolean> kept = new AtomicReference<>();
    Thread runner =
        Thread.ofPlatform()
            .start(
                () -> {
                  first.execute();
                  kept.set(Thread.currentThread().isInterrupted());
                });
    awaitBegun();
    runner.interrupt();
    runner.join(50);
    assertTrue(runner.isAlive(), "the interrupt cut execute() short");
    fixture.plugin.gate.countDown();
    runner.join();
    assertEquals(true, kept.get());
    assertArrayEquals(new float[] {2, 3, 4, 5}, y.toFloats());
  }

  @Test
  void aFailureReachesTheWaiterAndTheInvocationRecovers() throws InterruptedException {
    fixture.plugin.failNext = new HalyardException("the kernel went wrong");
    Completion failing = first.submit();
    assertTrue(
        assertThrows(HalyardException.class, failing::await).getMessage().contains("went wrong"));
    assertThrows(HalyardException.class, failing::await);
    fixture.plugin.failNext = new IllegalMonitorStateException("odd");
    assertTrue(assertThrows(PluginException.class, first::execute).getMessage().contains("fake:0"));
    first.execute();
    assertArrayEquals(new float[] {2, 3, 4, 5}, y.toFloats());
    assertEquals(2, kernel.metrics().failures());
  }

  @Test
  void aFailureSpreadsToWhatWaitsForIt() throws InterruptedException {
    stopAtGate();
    fixture.plugin.failNext = new HalyardException("the first went wrong");
    Completion failing = first.submit();
    Completion dependent = second.submit(failing);
    fixture.plugin.gate.countDown();
    assertThrows(HalyardException.class, dependent::await);
    assertArrayEquals(new float[4], z.toFloats());
  }

  @Test
  void aLostDeviceFailsEveryPendingRunAndReopens() throws InterruptedException {
    stopAtGate();
    Completion pending = first.submit();
    awaitBegun();
    fixture.plugin.reportLoss("the cable was pulled");
    Exception e = assertThrows(DeviceLostException.class, pending::await);
    assertTrue(e.getMessage().contains("the cable was pulled"), e.getMessage());
    assertThrows(DeviceLostException.class, second::execute);
    assertThrows(DeviceLostException.class, () -> fixture.device.compile(Fixture.increment()));
    fixture.plugin.gate.countDown();
    fixture.plugin.gate = null;
    fixture.halyard.reopen("fake:0");
    try (Kernel again = fixture.halyard.device("fake:0").compile(Fixture.increment());
        Invocation run = again.bind().input("x", x).output("y", z).prepare()) {
      run.execute();
    }
    assertArrayEquals(new float[] {2, 3, 4, 5}, z.toFloats());
  }

  @Test
  void aLossDuringExecuteIsTyped() {
    fixture.plugin.loseNext = true;
    assertThrows(DeviceLostException.class, first::execute);
    assertTrue(fixture.device.isLost());
    assertThrows(DeviceLostException.class, first::execute);
  }

  @Test
  void reopeningADeviceThatIsStillGoneSaysSoAndCanBeRepeated() {
    fixture.plugin.loseNext = true;
    assertThrows(DeviceLostException.class, first::execute);
    fixture.plugin.gone = true;
    assertThrows(DeviceLostException.class, () -> fixture.halyard.reopen("fake:0"));
    fixture.plugin.gone = false;
    fixture.halyard.reopen("fake:0");
    assertFalse(fixture.device.isLost());
  }
}
