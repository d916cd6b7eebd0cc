package dev.halyard.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.DeviceLostException;
import dev.halyard.PluginException;
import dev.halyard.spi.DeviceMemory;
import dev.halyard.spi.MemorySlice;
import dev.halyard.spi.Stream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CpuStreamTests {
  private static final long LONG = TimeUnit.SECONDS.toNanos(30);

  private final Drivers.Context context = new Drivers.Context("threads", "2");
  private final List<Integer> ran = Collections.synchronizedList(new ArrayList<>());
  private CpuDriver driver;
  private Stream stream;

  @BeforeEach
  void open() {
    driver = Drivers.open(context);
    stream = driver.openStream();
  }

  @AfterEach
  void close() throws InterruptedException {
    stream.close();
    driver.close();
    for (int i = 0; i < 1000 && driver.threads() > 0; i++) {
      Thread.sleep(1);
    }
    assertEquals(0, driver.threads(), "threads after close");
    assertEquals(0, driver.handles(), "handles after close");
    assertEquals(0, driver.nativeBytes(), "native bytes after close");
  }

  private CpuBinding note(int number) {
    return Bindings.of(driver, () -> ran.add(number));
  }

  private CpuBinding waiting(CountDownLatch gate) {
    return Bindings.of(driver, () -> awaitGate(gate));
  }

  @Test
  void submissionsRunInOrderUnderTicketsFromOne() throws InterruptedException {
    for (int i = 1; i <= 100; i++) {
      assertEquals(i, stream.submit(note(i)));
    }
    assertTrue(stream.await(100, LONG));
    assertEquals(100, stream.completed());
    assertEquals(java.util.stream.IntStream.rangeClosed(1, 100).boxed().toList(), ran);
  }

  @Test
  void executeRunsAfterWhatWasSubmittedAndTakesNoTicket() {
    CountDownLatch gate = new CountDownLatch(1);
    stream.submit(waiting(gate));
    stream.submit(note(1));
    Thread.ofPlatform().start(gate::countDown);
    stream.execute(note(2));
    assertEquals(List.of(1, 2), ran);
    assertEquals(3, stream.submit(note(3)));
  }

  @Test
  void executeOnAnInterruptedThreadRunsAndKeepsTheInterrupt() {
    CountDownLatch gate = new CountDownLatch(1);
    stream.submit(waiting(gate));
    Thread.currentThread().interrupt();
    Thread.ofPlatform().start(gate::countDown);
    stream.execute(note(1));
    assertTrue(Thread.interrupted());
    assertEquals(List.of(1), ran);
  }

  @Test
  void awaitTimesOutAndCanBeInterrupted() throws InterruptedException {
    CountDownLatch gate = new CountDownLatch(1);
    long ticket = stream.submit(waiting(gate));
    assertFalse(stream.await(ticket, 1_000_000));
    Thread.currentThread().interrupt();
    assertThrows(InterruptedException.class, () -> stream.await(ticket, LONG));
    gate.countDown();
    assertTrue(stream.await(ticket, LONG));
  }

  @Test
  void cancelTakesBackWhatHasNotBegun() throws InterruptedException {
    CountDownLatch gate = new CountDownLatch(1);
    CountDownLatch begun = new CountDownLatch(1);
    CpuBinding first =
        Bindings.of(
            driver.counters(),
            step(
                () -> {
                  begun.countDown();
                  assertTrue(gate.await(30, TimeUnit.SECONDS));
                }));
    long running = stream.submit(first);
    assertTrue(begun.await(30, TimeUnit.SECONDS));
    long cancelled = stream.submit(note(1));
    long kept = stream.submit(note(2));
    assertFalse(stream.cancel(running), "it has begun");
    assertTrue(stream.cancel(cancelled));
    gate.countDown();
    assertTrue(stream.await(kept, LONG));
    assertEquals(List.of(2), ran);
    assertFalse(stream.cancel(kept), "it is done");
  }

  private interface Action {
    void run() throws Exception;
  }

  private static Step step(Action action) {
    return new Step(1) {
      @Override
      void run(int task, int worker) {
        try {
          action.run();
        } catch (Exception e) {
          throw new IllegalStateException(e);
        }
      }
    };
  }

  @Test
  void aFailureStopsTheStreamForGood() throws InterruptedException {
    stream.submit(note(1));
    long failing =
        stream.submit(
            Bindings.of(
                driver,
                () -> {
                  throw new IllegalStateException("broken kernel");
                }));
    assertTrue(stream.await(1, LONG));
    PluginException thrown = assertThrows(PluginException.class, () -> stream.await(failing, LONG));
    assertTrue(thrown.getMessage().contains("broken kernel"), thrown.getMessage());
    assertEquals(1, stream.completed());
    assertThrows(PluginException.class, () -> stream.submit(note(2)));
    assertThrows(PluginException.class, () -> stream.execute(note(2)));
    assertEquals(List.of(1), ran);
  }

  @Test
  void waitForHoldsBackUntilTheOtherStreamHasCompleted() throws InterruptedException {
    try (Stream other = driver.openStream()) {
      CountDownLatch gate = new CountDownLatch(1);
      long before = other.submit(waiting(gate));
      stream.waitFor(other, before);
      long after = stream.submit(note(1));
      assertEquals(1, after, "waitFor takes no ticket");
      assertFalse(stream.await(after, 5_000_000));
      gate.countDown();
      assertTrue(stream.await(after, LONG));
      assertTrue(other.completed() >= before);
    }
  }

  @Test
  void aFailureReachesTheStreamsThatWaitForIt() {
    try (Stream other = driver.openStream()) {
      long failing =
          other.submit(
              Bindings.of(
                  driver,
                  () -> {
                    throw new IllegalStateException("broken kernel");
                  }));
      stream.waitFor(other, failing);
      long after = stream.submit(note(1));
      assertThrows(PluginException.class, () -> stream.await(after, LONG));
      assertEquals(List.of(), ran);
    }
  }

  @Test
  void copiesGoUpAcrossAndDown() throws InterruptedException {
    try (Arena arena = Arena.ofShared();
        DeviceMemory a = driver.allocate(driver.memoryKinds().getFirst(), 64);
        DeviceMemory b = driver.allocate(driver.memoryKinds().getFirst(), 64)) {
      MemorySegment from = arena.allocate(8);
      MemorySegment to = arena.allocate(8);
      from.set(ValueLayout.JAVA_LONG_UNALIGNED, 0, 42);
      stream.upload(from, MemorySlice.of(a, 8, 8));
      stream.copy(MemorySlice.of(a, 8, 8), MemorySlice.of(b, 16, 8));
      assertTrue(stream.await(stream.download(MemorySlice.of(b, 16, 8), to), LONG));
      assertEquals(42, to.get(ValueLayout.JAVA_LONG_UNALIGNED, 0));
      assertEquals(0, a.segment().orElseThrow().address() % 64, "alignment");
    }
  }

  @Test
  void lossFailsEverythingAboveCompletedOnEveryStream() throws InterruptedException {
    try (Stream other = driver.openStream()) {
      CountDownLatch gate = new CountDownLatch(1);
      long held = other.submit(waiting(gate));
      assertFalse(other.await(held, 1_000_000));
      driver.testHooks().orElseThrow().loseAt(2);
      assertTrue(stream.await(stream.submit(note(1)), LONG));
      long lost = stream.submit(note(2));
      assertThrows(DeviceLostException.class, () -> stream.await(lost, LONG));
      assertThrows(DeviceLostException.class, () -> other.await(held, LONG));
      assertThrows(DeviceLostException.class, () -> stream.execute(note(3)));
      assertThrows(DeviceLostException.class, () -> driver.openStream());
      assertEquals(1, stream.completed());
      assertEquals(1, context.losses.size());
      gate.countDown();
    }
    assertEquals(List.of(1), ran);
  }

  @Test
  void closeAfterALossWaitsForTheKernelThatStillRuns() throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch gate = new CountDownLatch(1);
    Stream other = driver.openStream();
    other.submit(
        Bindings.of(
            driver,
            () -> {
              begun.countDown();
              awaitGate(gate);
              ran.add(1);
            }));
    assertTrue(begun.await(30, TimeUnit.SECONDS));
    driver.testHooks().orElseThrow().loseAt(1);
    long lost = stream.submit(note(2));
    assertThrows(DeviceLostException.class, () -> stream.await(lost, LONG));
    assertClosesOnlyAfter(gate, other::close);
    assertEquals(List.of(1), ran);
  }

  @Test
  void closeWaitsForARunOnAnotherThread() throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch gate = new CountDownLatch(1);
    Stream other = driver.openStream();
    CpuBinding binding =
        Bindings.of(
            driver,
            () -> {
              begun.countDown();
              awaitGate(gate);
              ran.add(1);
            });
    Thread caller = Thread.ofPlatform().start(() -> other.execute(binding));
    assertTrue(begun.await(30, TimeUnit.SECONDS));
    assertClosesOnlyAfter(gate, other::close);
    assertEquals(List.of(1), ran);
    caller.join();
    assertThrows(IllegalStateException.class, () -> other.execute(binding));
  }

  @Test
  void closingTheDriverEndsWhatStillRuns() throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch gate = new CountDownLatch(1);
    driver
        .openStream()
        .submit(
            Bindings.of(
                driver,
                () -> {
                  begun.countDown();
                  awaitGate(gate);
                  ran.add(1);
                }));
    assertTrue(begun.await(30, TimeUnit.SECONDS));
    assertClosesOnlyAfter(gate, driver::close);
    assertEquals(List.of(1), ran);
  }

  /** Closes on a thread of its own, and opens the gate once that was seen to wait. */
  private static void assertClosesOnlyAfter(CountDownLatch gate, Runnable close)
      throws InterruptedException {
    Thread closer = Thread.ofPlatform().start(close);
    boolean early = closer.join(Duration.ofMillis(200));
    gate.countDown();
    closer.join();
    assertFalse(early, "it closed while a kernel ran");
  }

  private static void awaitGate(CountDownLatch gate) {
    try {
      assertTrue(gate.await(30, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
