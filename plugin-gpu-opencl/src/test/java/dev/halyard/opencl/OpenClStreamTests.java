package dev.halyard.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.halyard.DeviceLostException;
import dev.halyard.OutOfDeviceMemoryException;
import dev.halyard.spi.Binding;
import dev.halyard.spi.MemorySlice;
import dev.halyard.spi.Stream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(300)
class OpenClStreamTests {
  private static final long LONG = TimeUnit.SECONDS.toNanos(200);

  private static final int CLOSES = 100;

  /** More than the calls of any version of cl_khr_icd. */
  private static final int DISPATCHED = 256;

  private OpenClDriver driver;
  private Runs runs;
  private Stream stream;

  @BeforeEach
  void needsPocl() {
    Lanes.require("pocl");
  }

  private void open(CodeGenerator generator, String memory) {
    driver =
        memory.equals("staged")
            ? Drivers.open(generator, "memory", "device", "staging", "on")
            : Drivers.open(generator, "memory", memory);
    runs = Runs.of(driver);
    stream = driver.openStream();
  }

  @AfterEach
  void close() throws Exception {
    if (driver == null) {
      return;
    }
    stream.close();
    runs.close();
    for (int i = 0; i < 1000 && driver.threads() > 0; i++) {
      Thread.sleep(1);
    }
    assertEquals(0, driver.threads(), "threads");
    assertEquals(0, driver.handles(), "handles");
    assertEquals(0, driver.nativeBytes(), "native bytes");
    driver.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"auto", "device", "staged"})
  void copiesKeepEveryByteAndTouchNoOther(String memory) throws InterruptedException {
    open(Runs.always(HandWritten.spin()), memory);
    Random random = new Random(1);
    MemorySlice a = runs.allocate(1000);
    MemorySlice b = runs.allocate(1000);
    try (Arena arena = Arena.ofShared()) {
      MemorySegment zeros = arena.allocate(1000);
      for (int i = 0; i < 50; i++) {
        int bytes = random.nextInt(300);
        int from = random.nextInt(700);
        int to = random.nextInt(700);
        byte[] data = new byte[bytes];
        random.nextBytes(data);
        MemorySegment host = arena.allocate(Math.max(1, bytes)).asSlice(0, bytes);
        host.copyFrom(MemorySegment.ofArray(data));
        MemorySegment back = arena.allocate(1000);
        stream.upload(zeros, b);
        stream.upload(host, MemorySlice.of(a.memory(), from, bytes));
        stream.copy(MemorySlice.of(a.memory(), from, bytes), MemorySlice.of(b.memory(), to, bytes));
        assertTrue(stream.await(stream.download(b, back), LONG));
        byte[] expected = new byte[1000];
        System.arraycopy(data, 0, expected, to, bytes);
        assertArrayEquals(expected, back.toArray(ValueLayout.JAVA_BYTE));
      }
    }
  }

  @Test
  void rangesOfOneBlockThatOverlapAreCopiedAsIfAside() throws InterruptedException {
    open(Runs.always(HandWritten.spin()), "device");
    MemorySlice a = runs.device(stream, 1, 2, 3, 4, 5);
    stream.copy(MemorySlice.of(a.memory(), 0, 16), MemorySlice.of(a.memory(), 4, 16));
    assertArrayEquals(new float[] {1, 1, 2, 3, 4}, runs.read(stream, a));
  }

  @Test
  void ticketsGrowAndCompletedIsNeverAhead() throws InterruptedException {
    open(Runs.always(HandWritten.spin()), "auto");
    Binding slow = runs.bind(runs.device(stream, 0), runs.allocate(4));
    long last = stream.completed();
    List<Long> tickets = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      tickets.add(stream.submit(slow));
    }
    assertTrue(
        stream.completed() < tickets.getLast(), "the last of five slow runs is done at once");
    for (long ticket : tickets) {
      assertTrue(ticket > last);
      last = ticket;
      assertTrue(stream.await(ticket, LONG));
      assertTrue(stream.completed() >= ticket);
    }
  }

  @Test
  void submittingReturnsLongBeforeTheWorkIsDone() throws InterruptedException {
    open(Runs.always(HandWritten.spin()), "auto");
    Binding slow = runs.bind(runs.device(stream, 0), runs.allocate(4));
    stream.execute(slow);
    long begin = System.nanoTime();
    long ticket = stream.submit(slow);
    long submitted = System.nanoTime() - begin;
    assertTrue(stream.await(ticket, LONG));
    long total = System.nanoTime() - begin;
    assertTrue(submitted * 2 < total, submitted + " of " + total + " ns");
    List<Long> nanos = new ArrayList<>();
    stream.timing(
        ticket,
        new dev.halyard.spi.TimingSink() {
          @Override
          public void measured(String part, long value) {
            nanos.add(value);
          }

          @Override
          public void simulated(String part, long cycles) {}

          @Override
          public void assumed(String part, long value, String basis) {}
        });
    assertTrue(nanos.getFirst() > 0 && nanos.getFirst() <= total, nanos + " of " + total);
  }

  @Test
  void awaitTimesOutAndCanBeInterruptedAndTheWorkGoesOn() throws InterruptedException {
    open(Runs.always(HandWritten.spin()), "auto");
    Binding slow = runs.bind(runs.device(stream, 0), runs.allocate(4));
    stream.execute(slow);
    long ticket = 0;
    for (int i = 0; i < 10; i++) {
      ticket = stream.submit(slow);
    }
    long awaited = ticket;
    assertFalse(stream.await(ticket, 1_000_000));
    Thread.currentThread().interrupt();
    assertThrows(InterruptedException.class, () -> stream.await(awaited, LONG));
    Thread.currentThread().interrupt();
    stream.execute(slow);
    assertTrue(Thread.interrupted(), "execute keeps the interrupt");
    assertTrue(stream.completed() >= ticket, "execute ran after what was submitted");
  }

  @Test
  void aStreamWaitsForAnother() throws InterruptedException {
    open(Runs.always(HandWritten.spin()), "auto");
    MemorySlice y = runs.allocate(4);
    MemorySlice copied = runs.allocate(4);
    Binding slow = runs.bind(runs.device(stream, 0), y);
    try (Stream other = driver.openStream()) {
      for (int i = 0; i < 3; i++) {
        stream.await(stream.upload(runs.host(-1), y), LONG);
        long ticket = stream.submit(slow);
        other.waitFor(stream, ticket);
        assertTrue(other.await(other.copy(y, copied), LONG));
        assertTrue(stream.completed() >= ticket);
        assertTrue(runs.read(other, copied)[0] > 0.9f);
      }
    }
  }

  @Test
  void memoryIsPinnedUpToALimit() {
    open(Runs.always(HandWritten.spin()), "staged");
    OpenClContext context = driver.context();
    long before = driver.nativeBytes();
    assertNull(context.takeStaging(Staging.MAX_COPY_BYTES + 1));
    List<ClBlock> blocks = new ArrayList<>();
    for (long bytes = 0; bytes < Staging.MAX_BYTES; bytes += Staging.MAX_COPY_BYTES) {
      blocks.add(context.takeStaging(Staging.MAX_COPY_BYTES));
    }
    assertEquals(before + Staging.MAX_BYTES, driver.nativeBytes());
    assertNull(context.takeStaging(1));
    context.giveStaging(blocks.removeLast());
    blocks.add(context.takeStaging(1));
    assertEquals(1, blocks.getLast().hostMemory().fill((byte) 1).get(ValueLayout.JAVA_BYTE, 0));
    blocks.forEach(context::giveStaging);
    assertEquals(before, driver.nativeBytes());
  }

  @Test
  void aCopyThroughPinnedMemoryIsCompleteWhenItsTicketIs() throws InterruptedException {
    open(Runs.always(HandWritten.later()), "staged");
    MemorySlice x = runs.device(stream, 5);
    MemorySlice y = runs.allocate(4);
    Binding slow = runs.bind(x, y);
    try (Arena confined = Arena.ofConfined();
        Stream other = driver.openStream()) {
      MemorySegment host = confined.allocate(4, 4);
      stream.submit(slow);
      long ticket = stream.download(y, host);
      other.waitFor(stream, ticket);
      assertTrue(other.await(other.upload(runs.host(1), x), LONG));
      assertEquals(6, host.get(ValueLayout.JAVA_FLOAT, 0));
    }
  }

  @Test
  void pinnedMemoryOfCopiesUnderWayComesBackFromALoss() throws InterruptedException {
    open(Runs.always(HandWritten.spin()), "staged");
    MemorySlice y = runs.allocate(4);
    Binding slow = runs.bind(runs.device(stream, 0), y);
    try (Stream other = driver.openStream()) {
      for (int i = 0; i < 5; i++) {
        stream.submit(slow);
      }
      stream.upload(runs.host(1), runs.allocate(4));
      MemorySegment back = runs.host(-1);
      long last = stream.download(y, back);
      driver.loseAt(1);
      assertThrows(DeviceLostException.class, () -> other.await(other.submit(slow), LONG));
      assertThrows(DeviceLostException.class, () -> stream.await(last, LONG));
      assertEquals(-1, back.get(ValueLayout.JAVA_FLOAT, 0));
    }
  }

  @Test
  void aLossFailsWhatIsNotDoneAndAllThatFollows() throws InterruptedException {
    open(Runs.always(HandWritten.spin()), "auto");
    Binding slow = runs.bind(runs.device(stream, 0), runs.allocate(4));
    long before = stream.submit(slow);
    assertTrue(stream.await(before, LONG));
    Stream other = driver.openStream();
    driver.loseAt(2);
    long alive = stream.submit(slow);
    long fatal = stream.submit(slow);
    long after = stream.submit(slow);
    assertThrows(DeviceLostException.class, () -> stream.await(fatal, LONG));
    assertThrows(DeviceLostException.class, () -> stream.await(after, LONG));
    assertEquals(alive, stream.completed());
    assertThrows(DeviceLostException.class, () -> stream.submit(slow));
    assertThrows(DeviceLostException.class, () -> stream.execute(slow));
    assertThrows(DeviceLostException.class, () -> other.submit(slow));
    assertThrows(DeviceLostException.class, () -> driver.openStream());
    other.close();
  }

  @Test
  void aLossInARunIsThrownByIt() throws InterruptedException {
    open(Runs.always(HandWritten.spin()), "auto");
    Binding slow = runs.bind(runs.device(stream, 0), runs.allocate(4));
    driver.loseAt(1);
    assertThrows(DeviceLostException.class, () -> stream.execute(slow));
  }

  @Test
  void closingWaitsForWhatWasSubmitted() throws InterruptedException {
    open(Runs.always(HandWritten.spin()), "auto");
    MemorySlice y = runs.device(stream, -1);
    Binding slow = runs.bind(runs.device(stream, 0), y);
    stream.execute(slow);
    Stream closing = driver.openStream();
    long ticket = 0;
    for (int i = 0; i < 4; i++) {
      ticket = closing.submit(slow);
    }
    closing.close();
    assertEquals(ticket, closing.completed());
  }

  @Test
  void aClosedStreamIsFreeThoughCallsStillCome() throws InterruptedException {
    open(Runs.always(HandWritten.reverse(1)), "auto");
    Binding run = runs.bind(runs.device(stream, 1), runs.allocate(4));
    for (int i = 0; i < CLOSES; i++) {
      OpenClStream closing = (OpenClStream) driver.openStream();
      AtomicBoolean over = new AtomicBoolean();
      Thread late =
          Thread.ofPlatform()
              .start(
                  () -> {
                    while (!over.get()) {
                      runOrBeRefused(closing, run);
                    }
                  });
      Thread.sleep(1);
      closing.close();
      over.set(true);
      late.join();
      assertTrue(closing.isFree(), "close " + i);
    }
  }

  private static void runOrBeRefused(Stream closing, Binding run) {
    try {
      closing.execute(run);
    } catch (IllegalStateException closed) {
      assertEquals("this stream is closed", closed.getMessage());
    }
  }

  /** An event of which the loader of drivers knows no more than where its calls go. */
  private static MemorySegment event(Arena arena, int answer) {
    MethodHandle constant =
        MethodHandles.dropArguments(MethodHandles.constant(int.class, answer), 0, long.class);
    MemorySegment call =
        Linker.nativeLinker()
            .upcallStub(
                constant,
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG),
                arena);
    MemorySegment calls = arena.allocate(ValueLayout.ADDRESS, DISPATCHED);
    for (int i = 0; i < DISPATCHED; i++) {
      calls.setAtIndex(ValueLayout.ADDRESS, i, call);
    }
    MemorySegment event = arena.allocate(ValueLayout.ADDRESS);
    event.set(ValueLayout.ADDRESS, 0, calls);
    return event;
  }

  @Test
  void aWaitForAnEventThatTheDriverWillNotKeepFails() throws Exception {
    open(Runs.always(HandWritten.reverse(1)), "auto");
    try (Arena arena = Arena.ofShared();
        OpenClStream waiting = (OpenClStream) driver.openStream();
        OpenClStream other = (OpenClStream) driver.openStream()) {
      synchronized (other.submissions) {
        other.submissions.pending.add(1).event = event(arena, -6).address();
      }
      try {
        assertThrows(OutOfDeviceMemoryException.class, () -> waiting.waitFor(other, 1));
      } finally {
        // Nobody ends the event: a stream that waits for it all the same would never close.
        driver.loseOnPurpose();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"auto", "device", "staged"})
  void aRunAndItsCopiesAllocateNothingOnTheHeap(String memory) throws InterruptedException {
    open(Runs.always(HandWritten.reverse(4)), memory);
    MemorySlice x = runs.device(stream, 1, 2, 3, 4);
    MemorySlice y = runs.allocate(16);
    Binding run = runs.bind(x, y);
    MemorySegment host = runs.host(1, 2, 3, 4);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    for (int i = 0; i < 20_000; i++) {
      copyAndRun(run, host, x, y);
    }
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < 1000; i++) {
      copyAndRun(run, host, x, y);
    }
    long bytes = threads.getCurrentThreadAllocatedBytes() - before;
    assertTrue(bytes < 10_000, bytes + " bytes in 1000 runs");
  }

  private void copyAndRun(Binding run, MemorySegment host, MemorySlice x, MemorySlice y)
      throws InterruptedException {
    assertTrue(stream.await(stream.upload(host, x), LONG));
    stream.execute(run);
    assertTrue(stream.await(stream.download(y, host), LONG));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aTicketOfNothingHoldsBackWhatWaitsForIt(boolean synchronous) throws InterruptedException {
    open(Runs.always(HandWritten.later()), "auto");
    MemorySlice x = runs.device(stream, 5);
    MemorySlice y = runs.device(stream, 100);
    MemorySlice z = runs.device(stream, 1000);
    Binding first = runs.bind(x, y);
    Binding second = runs.bind(y, z);
    try (Stream other = driver.openStream()) {
      stream.submit(first);
      long nothing = stream.upload(runs.host(), runs.allocate(0));
      other.waitFor(stream, nothing);
      if (synchronous) {
        other.execute(second);
      } else {
        assertTrue(other.await(other.submit(second), LONG));
      }
      assertArrayEquals(new float[] {7}, runs.read(other, z));
      assertTrue(stream.await(nothing, LONG));
    }
  }

  @Test
  void sixteenThreadsShareADevice() throws Exception {
    open(Runs.always(HandWritten.twicePlus(64, runs64())), "auto");
    ConcurrentLinkedQueue<Throwable> faults = new ConcurrentLinkedQueue<>();
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 16; t++) {
      int id = t;
      threads.add(
          Thread.ofPlatform()
              .uncaughtExceptionHandler((thread, thrown) -> faults.add(thrown))
              .start(() -> runMany(id)));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertEquals(List.of(), List.copyOf(faults));
  }

  private static MemorySegment runs64() {
    return Arena.global().allocate(256, 4);
  }

  private void runMany(int id) {
    try (Runs own = Runs.of(driver);
        Stream mine = driver.openStream()) {
      float[] values = new float[64];
      MemorySlice x = own.device(mine, values);
      MemorySlice y = own.allocate(256);
      Binding binding = own.bind(x, y);
      for (int i = 0; i < 30; i++) {
        java.util.Arrays.fill(values, id * 100 + i);
        mine.upload(own.host(values), x);
        long ticket = mine.submit(binding);
        assertTrue(mine.await(ticket, LONG));
        for (float found : own.read(mine, y)) {
          assertEquals(2 * (id * 100 + i), found);
        }
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
