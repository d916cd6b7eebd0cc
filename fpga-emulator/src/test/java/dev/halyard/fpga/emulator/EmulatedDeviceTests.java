package dev.halyard.fpga.emulator;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.Completion;
import dev.halyard.DeviceLostException;
import dev.halyard.Graph;
import dev.halyard.Invocation;
import dev.halyard.Kernel;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import dev.halyard.runtime.reference.Interpreter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The device {@code fpga-xrt:0} as applications see it: through XRT's library, isolated. */
@Timeout(300)
class EmulatedDeviceTests {
  private static final Duration LOSS_LIMIT = Duration.ofSeconds(2);

  /** The longest that a call beside a run is waited for, and then some. */
  private static final Duration HANG_LIMIT = Duration.ofSeconds(15);

  /** The start of two processes, on a machine with much else to do. */
  private static final Duration OPENING = Duration.ofSeconds(30);

  /** Cycles to the first beat of a read with which a large layer takes minutes. */
  private static final String SLOW = "100000";

  private static final Duration AT_WORK = Duration.ofMillis(300);
  private static final int ROWS = 3;
  private static final int[] SIZES = {40, 24, 10};

  @TempDir Path shared;

  @BeforeAll
  static void requireXrt() {
    Lanes.require("xrt");
  }

  private static Graph graph() {
    return new Layers(5).graph(ROWS, SIZES);
  }

  private static Map<String, Tensor> input() {
    return Map.of("x", new Layers(7).integers(ROWS, SIZES[0]));
  }

  @Test
  void theBoardIsListedAsEmulatedWithTheLibraryThatItLoaded() {
    EmulatedSession session = new EmulatedSession(shared);
    try (session) {
      assertTrue(session.device().descriptor().emulated());
      String driver = session.device().descriptor().driver();
      assertTrue(driver.startsWith("libxrt_coreutil.so.2 2."), driver);
      assertTrue(driver.contains("SHA-256"), driver);
    }
    session.assertNothingIsLeft();
  }

  @Test
  void layersAreThoseOfTheReferenceAndOfTheCpu() {
    EmulatedSession session = new EmulatedSession(shared);
    Path folder;
    try (session;
        Kernel kernel = session.compile(graph())) {
      folder = session.boardFolder();
      for (int seed = 0; seed < 5; seed++) {
        Map<String, Tensor> x = Map.of("x", new Layers(seed).integers(ROWS, SIZES[0]));
        long[] found = kernel.run(x).get("y").toLongs();
        assertArrayEquals(new Interpreter().run(graph(), x).get("y").toLongs(), found);
        assertArrayEquals(session.runOnCpu(graph(), x).get("y").toLongs(), found);
      }
    }
    session.assertNothingIsLeft();
    assertFalse(Files.exists(folder), folder::toString);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "drop-reply api=7 skip=2",
        "late-reply api=7 skip=2 millis=20000",
        "exit api=7 skip=2",
        "short-read api=7 skip=2",
        "stuck-unit skip=4",
        "read-slverr skip=4",
        "write-slverr skip=4",
        "silent skip=4",
        "ecc-error skip=4"
      })
  void aFaultOfTheBoardIsALossInTimeAndTheDeviceReopens(String fault) throws Exception {
    assertLost(new EmulatedSession(shared, "faults", fault), () -> {});
  }

  @Test
  void aBoardKilledInARunIsALossInTimeAndTheDeviceReopens() throws Exception {
    EmulatedSession session = new EmulatedSession(shared, "readLatency", SLOW);
    assertLostInARun(session, () -> session.board().destroyForcibly());
  }

  @Test
  void aPluginKilledInARunIsALossInTimeAndTheDeviceReopens() throws Exception {
    EmulatedSession session = new EmulatedSession(shared, "readLatency", SLOW);
    assertLostInARun(session, () -> session.child().destroyForcibly());
  }

  /** Kills in a run that takes minutes, and is a loss at once; then the device reopens. */
  private void assertLostInARun(EmulatedSession session, Runnable kill) throws Exception {
    Path folder;
    try (session) {
      Kernel kernel = session.compile(new Layers(5).graph(ROWS, 512, 512));
      folder = session.boardFolder();
      TensorArena arena = kernel.openArena();
      Tensor x = kernel.allocateInput(arena, "x");
      Tensor y = kernel.allocateOutput(arena, "y");
      Invocation invocation = kernel.bind().input("x", x).output("y", y).prepare();
      ProcessHandle board = session.board();
      Duration idle = cpuTime(board);
      Completion run = invocation.submit();
      assertTrue(
          EmulatedSession.within(
              Duration.ofSeconds(20), () -> cpuTime(board).minus(idle).compareTo(AT_WORK) > 0),
          "the unit turns its clock");
      assertFalse(run.isDone());
      long began = System.nanoTime();
      kill.run();
      assertLossInTime(began, () -> run.await(Duration.ofSeconds(60)));
      invocation.close();
      kernel.close();
      session.halyard.reopen(EmulatedSession.ID);
      arena.close();
      session.compile(graph()).close();
    }
    session.assertNothingIsLeft();
    assertFalse(Files.exists(folder), folder::toString);
  }

  private static Duration cpuTime(ProcessHandle process) {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  @Test
  void aRunOnSlowMemoryTakesItsTimeAndIsNoLoss() {
    // Some 300,000 cycles, which take seconds: more than the limit with the usual latencies.
    EmulatedSession session =
        new EmulatedSession(
            shared, "readLatency", "30000", "writeLatency", "5000", "timeoutMillis", "1");
    try (session;
        Kernel kernel = session.compile(graph())) {
      long[] wanted = new Interpreter().run(graph(), input()).get("y").toLongs();
      assertArrayEquals(wanted, kernel.run(input()).get("y").toLongs());
    }
    session.assertNothingIsLeft();
  }

  /** The calls that load a file, and that allocate; the moves of weights. */
  @ParameterizedTest
  @ValueSource(strings = {"exit api=3", "exit api=4", "exit api=6"})
  void aBoardThatEndsBesideARunIsALossInTime(String fault) {
    assertLostBesideRuns(fault, LOSS_LIMIT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"drop-reply api=3", "drop-reply api=4", "drop-reply api=6"})
  void aBoardThatHangsBesideARunIsALossWithinSeconds(String fault) {
    assertLostBesideRuns(fault, HANG_LIMIT);
  }

  private void assertLostBesideRuns(String fault, Duration limit) {
    EmulatedSession session = new EmulatedSession(shared, "faults", fault);
    try (session) {
      long began = System.nanoTime();
      assertLossInTime(
          began,
          limit.plus(OPENING),
          () -> {
            try (Kernel kernel = session.compile(graph())) {
              kernel.run(input());
            }
          });
    }
    session.assertNothingIsLeft();
  }

  @Test
  void aBoardKilledBeforeACompileIsALossInTime() {
    EmulatedSession session = new EmulatedSession(shared);
    try (session) {
      session.compile(graph()).close();
      session.board().destroyForcibly();
      assertLossInTime(System.nanoTime(), () -> session.compile(graph()).close());
    }
    session.assertNothingIsLeft();
  }

  @Test
  void aBoardKilledBeforeABindingIsALossInTime() {
    EmulatedSession session = new EmulatedSession(shared);
    try (session;
        Kernel kernel = session.compile(graph())) {
      session.board().destroyForcibly();
      assertLossInTime(System.nanoTime(), () -> kernel.run(input()));
    }
    session.assertNothingIsLeft();
  }

  /** Runs until the device is lost, then again on the device that reopens. */
  private void assertLost(EmulatedSession session, Runnable harm) throws Exception {
    long[] wanted = new Interpreter().run(graph(), input()).get("y").toLongs();
    Path folder;
    try (session) {
      Kernel kernel = session.compile(graph());
      folder = session.boardFolder();
      TensorArena arena = kernel.openArena();
      Tensor y = kernel.allocateOutput(arena, "y");
      Tensor x = kernel.allocateInput(arena, "x");
      x.copyFrom(input().get("x").segment());
      Invocation invocation = kernel.bind().input("x", x).output("y", y).prepare();
      invocation.execute();
      assertArrayEquals(wanted, y.toLongs());
      harm.run();
      assertLossInTime(invocation);
      invocation.close();
      kernel.close();
      session.halyard.reopen(EmulatedSession.ID);
      arena.close();
      try (Kernel again = session.compile(graph())) {
        assertArrayEquals(wanted, again.run(input()).get("y").toLongs());
      }
    }
    session.assertNothingIsLeft();
    assertFalse(Files.exists(folder), folder::toString);
    assertJvmIsSound();
  }

  private static void assertLossInTime(Invocation invocation) {
    long[] began = new long[1];
    DeviceLostException loss =
        assertThrows(
            DeviceLostException.class,
            () -> {
              for (int i = 0; i < 1000; i++) {
                began[0] = System.nanoTime();
                invocation.execute();
              }
            });
    assertInTime(began[0], LOSS_LIMIT, loss);
  }

  private static void assertLossInTime(long began, Executable action) {
    assertLossInTime(began, LOSS_LIMIT, action);
  }

  private static void assertLossInTime(long began, Duration limit, Executable action) {
    assertInTime(began, limit, assertThrows(DeviceLostException.class, action));
  }

  private static void assertInTime(long began, Duration limit, DeviceLostException loss) {
    Duration took = Duration.ofNanos(System.nanoTime() - began);
    assertTrue(took.compareTo(limit) < 0, () -> took + ": " + loss.getMessage());
  }

  private void assertJvmIsSound() {
    String nothing = System.getProperty("halyard.test.no such property");
    assertThrows(NullPointerException.class, () -> nothing.strip());
    int zero = shared.toString().isEmpty() ? 1 : 0;
    assertThrows(ArithmeticException.class, () -> Math.floorDiv(1, zero));
    assertEquals(0, zero);
  }
}
