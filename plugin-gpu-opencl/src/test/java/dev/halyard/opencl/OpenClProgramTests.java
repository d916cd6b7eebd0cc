package dev.halyard.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.CompileException;
import dev.halyard.OutOfDeviceMemoryException;
import dev.halyard.PluginException;
import dev.halyard.opencl.code.Launch;
import dev.halyard.opencl.code.Schedule;
import dev.halyard.spi.Binding;
import dev.halyard.spi.DeviceMemory;
import dev.halyard.spi.MemorySlice;
import dev.halyard.spi.Stream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(300)
class OpenClProgramTests {
  private static final MemorySegment CONSTANT =
      Arena.global().allocateFrom(ValueLayout.JAVA_FLOAT, 10, 20, 30, 40);

  @BeforeEach
  void needsPocl() {
    Lanes.require("pocl");
  }

  private static void requireNothingHeld(OpenClDriver driver) {
    assertEquals(0, driver.handles(), "handles");
    assertEquals(0, driver.nativeBytes(), "native bytes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"auto", "device"})
  void launchesRunInOrderAndAllIsGivenBack(String memory) throws Exception {
    OpenClDriver driver =
        Drivers.open(Runs.always(HandWritten.twicePlus(4, CONSTANT)), "memory", memory);
    try (driver) {
      assertEquals(memory.equals("auto"), driver.memoryKinds().getFirst().hostVisible());
      try (Runs runs = Runs.of(driver);
          Stream stream = driver.openStream()) {
        MemorySlice x = runs.device(stream, 1, 2, 3, 4);
        MemorySlice y = runs.allocate(16);
        Binding binding = runs.bind(x, y);
        stream.execute(binding);
        assertArrayEquals(new float[] {12, 24, 36, 48}, runs.read(stream, y));
        stream.await(stream.upload(runs.host(5, 6, 7, 8), x), Long.MAX_VALUE);
        assertTrue(stream.await(stream.submit(binding), Long.MAX_VALUE));
        assertArrayEquals(new float[] {20, 32, 44, 56}, runs.read(stream, y));
      }
      requireNothingHeld(driver);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"on", "off"})
  void recordedLaunchesRunAsOftenAsTheyAreSubmitted(String commandBuffer) throws Exception {
    CodeGenerator generator = Runs.always(HandWritten.twicePlus(4, CONSTANT));
    OpenClDriver driver = Drivers.open(generator, "commandBuffer", commandBuffer);
    try (driver) {
      boolean expected =
          commandBuffer.equals("on")
              && driver.context().device().hasExtension(CommandBuffers.EXTENSION);
      assertEquals(expected, driver.context().commandBuffers().isPresent());
      try (Runs runs = Runs.of(driver);
          Stream stream = driver.openStream();
          Stream other = driver.openStream()) {
        MemorySlice x = runs.device(stream, 1, 2, 3, 4);
        Binding there = runs.bind(x, runs.allocate(16));
        MemorySlice y = runs.allocate(16);
        Binding back = runs.bind(x, y);
        for (int i = 0; i < 20; i++) {
          stream.submit(there);
        }
        assertTrue(stream.await(stream.submit(back), Long.MAX_VALUE));
        assertArrayEquals(new float[] {12, 24, 36, 48}, runs.read(stream, y));
        stream.await(stream.upload(runs.host(5, 6, 7, 8), x), Long.MAX_VALUE);
        other.execute(back);
        assertArrayEquals(new float[] {20, 32, 44, 56}, runs.read(other, y));
      }
      requireNothingHeld(driver);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"auto", "device"})
  void anOutputMayTakeAnInputsPlace(String memory) throws Exception {
    OpenClDriver driver = Drivers.open(Runs.always(HandWritten.reverse(4)), "memory", memory);
    try (driver;
        Runs runs = Runs.of(driver);
        Stream stream = driver.openStream()) {
      MemorySlice state = runs.device(stream, 1, 2, 3, 4);
      Binding binding = runs.bind(state, state);
      stream.execute(binding);
      assertArrayEquals(new float[] {4, 3, 2, 1}, runs.read(stream, state));
      stream.execute(binding);
      assertArrayEquals(new float[] {1, 2, 3, 4}, runs.read(stream, state));
    }
  }

  @Test
  void importedMemoryIsTheHostsAtAnyOffset() throws Exception {
    OpenClDriver driver = Drivers.open(Runs.always(HandWritten.reverse(3)));
    try (driver;
        Runs runs = Runs.of(driver);
        Stream stream = driver.openStream();
        Arena arena = Arena.ofShared()) {
      MemorySegment host = arena.allocate(10_000, 4096);
      MemorySegment from = host.asSlice(4100, 12);
      MemorySegment to = host.asSlice(8188, 12);
      MemorySegment.copy(new float[] {1, 2, 3}, 0, from, ValueLayout.JAVA_FLOAT, 0, 3);
      try (DeviceMemory x = driver.importHost(from).orElseThrow();
          DeviceMemory y = driver.importHost(to).orElseThrow()) {
        assertEquals(from.address(), x.segment().orElseThrow().address());
        Binding binding = runs.bind(MemorySlice.of(x), MemorySlice.of(y));
        stream.execute(binding);
        assertArrayEquals(new float[] {3, 2, 1}, to.toArray(ValueLayout.JAVA_FLOAT));
      }
    }
  }

  @Test
  void aConstantIsPlacedOncePerProgramHoweverManySchedulesReadIt() throws Exception {
    CodeGenerator generator =
        (partition, dims, device, tiles) -> HandWritten.twicePlus((int) dims[0], CONSTANT);
    OpenClDriver driver = Drivers.open(generator, "memory", "device");
    try (driver) {
      try (Runs runs = Runs.of(driver, "n")) {
        for (long n = 1; n <= 4; n++) {
          runs.program.workspaceBytes(new long[] {n});
        }
        assertEquals(16, driver.nativeBytes());
        assertEquals(4, driver.compiles());
      }
      requireNothingHeld(driver);
    }
  }

  @Test
  void schedulesThatArePushedOutLeaveTheirBindingsWorking() throws Exception {
    CodeGenerator generator =
        (partition, dims, device, tiles) -> {
          MemorySegment constant = Arena.ofAuto().allocate(4L * dims[0], 4);
          constant.fill((byte) 0);
          return HandWritten.twicePlus((int) dims[0], constant);
        };
    OpenClDriver driver = Drivers.open(generator);
    try (driver) {
      try (Runs runs = Runs.of(driver, "n");
          Stream stream = driver.openStream()) {
        MemorySlice x = runs.device(stream, 1, 2, 3);
        MemorySlice y = runs.allocate(12);
        Binding binding = runs.bind(x, y, 3);
        for (long n = 10; n < 30; n++) {
          runs.program.workspaceBytes(new long[] {n});
        }
        System.gc();
        stream.execute(binding);
        assertArrayEquals(new float[] {2, 4, 6}, runs.read(stream, y));
      }
      requireNothingHeld(driver);
    }
  }

  @Test
  void threadsMayBuildTheSameSourceAtTheSameTime() throws Exception {
    long start = System.nanoTime();
    CodeGenerator generator =
        (partition, dims, device, tiles) -> {
          Schedule known = HandWritten.reverse(4);
          String source = "// " + dims[0] / 16 + " of " + start + "\n" + known.source();
          return new Schedule(source, known.launches(), 0);
        };
    OpenClDriver driver = Drivers.open(generator);
    try (driver;
        ExecutorService threads = Executors.newFixedThreadPool(16)) {
      List<Callable<Long>> builds = new ArrayList<>();
      for (long n = 1; n <= 160; n++) {
        long[] dims = {n};
        builds.add(
            () -> {
              try (Runs runs = Runs.of(driver, "n")) {
                return runs.program.workspaceBytes(dims);
              }
            });
      }
      for (Future<Long> build : threads.invokeAll(builds)) {
        assertEquals(0, build.get());
      }
      assertEquals(160, driver.compiles());
    }
  }

  @Test
  void aBuildErrorCarriesTheDriversLog() {
    String source = "kernel void f(global uchar* a, ulong o) { a[o] = nosuchname; }";
    Schedule schedule =
        new Schedule(source, List.of(HandWritten.launch("f", 1, HandWritten.out(0, 4))), 0);
    try (OpenClDriver driver = Drivers.open(Runs.always(schedule))) {
      CompileException thrown = assertThrows(CompileException.class, () -> Runs.of(driver));
      assertTrue(String.valueOf(thrown.getMessage()).contains("nosuchname"), thrown.getMessage());
      requireNothingHeld(driver);
    }
  }

  @Test
  void aScheduleThatADriverWouldNotSurviveIsRefusedBeforeItSeesIt() {
    List<Launch> launches =
        List.of(
            HandWritten.launch("twice", 1, HandWritten.in(0, 4)),
            HandWritten.launch("twice", 0, HandWritten.in(0, 4), HandWritten.out(0, 4)),
            HandWritten.launch("twice", 1, HandWritten.in(0, 4), HandWritten.workspace(8, 4)));
    for (Launch launch : launches) {
      Schedule schedule = new Schedule(HandWritten.SOURCE, List.of(launch), 8);
      try (OpenClDriver driver = Drivers.open(Runs.always(schedule))) {
        assertThrows(
            PluginException.class,
            () -> {
              try (Runs runs = Runs.of(driver)) {
                runs.bind(runs.allocate(4), runs.allocate(4));
              }
            });
      }
    }
  }

  @Test
  void tooLargeAnAllocationIsATypedErrorAndTheDeviceWorksOn() {
    for (String memory : List.of("auto", "device")) {
      try (OpenClDriver driver = Drivers.open(Runs.always(HandWritten.spin()), "memory", memory)) {
        var kind = driver.memoryKinds().getFirst();
        for (long bytes : new long[] {1L << 50, kind.maxBytes() + 1}) {
          assertThrows(OutOfDeviceMemoryException.class, () -> driver.allocate(kind, bytes));
        }
        requireNothingHeld(driver);
        driver.allocate(kind, 1 << 20).close();
        requireNothingHeld(driver);
      }
    }
  }

  @Test
  void whatIsClosedIsRefusedWithoutACrash() throws Exception {
    OpenClDriver driver = Drivers.open(Runs.always(HandWritten.reverse(1)), "memory", "device");
    try (driver) {
      Stream stream = driver.openStream();
      Runs runs = Runs.of(driver);
      MemorySlice x = runs.device(stream, 1);
      MemorySlice y = runs.allocate(4);
      Binding binding = runs.bind(x, y);
      runs.close();
      assertThrows(IllegalStateException.class, () -> stream.execute(binding));
      assertThrows(IllegalStateException.class, () -> stream.submit(binding));
      assertThrows(IllegalStateException.class, () -> stream.copy(x, y));
      assertThrows(
          IllegalStateException.class,
          () -> runs.program.bind(List.of(x), List.of(y), x, new long[0]));
      stream.close();
      assertThrows(IllegalStateException.class, () -> stream.execute(binding));
      stream.close();
      requireNothingHeld(driver);
    }
  }

  @Test
  void aProgramDescribesItsDeviceScheduleSourceAndMemory() throws Exception {
    OpenClDriver driver = Drivers.open(Runs.always(HandWritten.twicePlus(4, CONSTANT)));
    try (driver;
        Runs runs = Runs.of(driver)) {
      List<String> titles = new ArrayList<>();
      StringBuilder text = new StringBuilder();
      runs.program.describe(
          (title, lines) -> {
            titles.add(title);
            text.append(lines);
          });
      assertEquals(List.of("device", "schedule", "source", "memory"), titles);
      assertTrue(text.toString().contains("kernel void twice"), text.toString());
    }
  }

  @Test
  void spoiledArtefactsAreBuiltAnew() throws Exception {
    HandWritten.Store store = new HandWritten.Store();
    runOnce(store);
    String key = store.entries.keySet().iterator().next();
    byte[] good = store.entries.get(key);
    byte[] altered = good.clone();
    altered[good.length / 2] ^= 1;
    byte[] foreign =
        BinaryCache.wrap("opencl-another", BinaryCache.unwrap(key, good).orElseThrow());
    for (byte[] bad :
        List.of(new byte[0], Arrays.copyOf(good, 100), Arrays.copyOf(good, 20), altered, foreign)) {
      store.entries.put(key, bad);
      runOnce(store);
      assertTrue(BinaryCache.unwrap(key, store.entries.get(key)).isPresent(), "it was rebuilt");
    }
    // A binary that is whole and no program: the driver itself refuses it.
    store.entries.put(key, BinaryCache.wrap(key, new byte[1000]));
    runOnce(store);
  }

  @Test
  void aBinaryThatIsThereIsNotBuiltAgain() throws Exception {
    HandWritten.Store store = new HandWritten.Store();
    Schedule schedule = HandWritten.twicePlus(4, CONSTANT);
    String thrice = schedule.source().replace("2 * F", "3 * F");
    assertArrayEquals(
        new float[] {13, 26, 39, 52}, run(store, new Schedule(thrice, schedule.launches(), 80)));
    String key = store.entries.keySet().iterator().next();
    byte[] binary = BinaryCache.unwrap(key, store.entries.get(key)).orElseThrow();
    store.entries.clear();
    runOnce(store);
    String other = store.entries.keySet().iterator().next();
    store.entries.put(other, BinaryCache.wrap(other, binary));

    assertArrayEquals(new float[] {13, 26, 39, 52}, run(store, schedule));
  }

  private static void runOnce(HandWritten.Store store) throws Exception {
    assertArrayEquals(new float[] {12, 24, 36, 48}, run(store, HandWritten.twicePlus(4, CONSTANT)));
  }

  private static float[] run(HandWritten.Store store, Schedule schedule) throws Exception {
    OpenClDriver driver = Drivers.open(Runs.always(schedule));
    try (driver;
        Runs runs = Runs.of(driver, store);
        Stream stream = driver.openStream()) {
      MemorySlice y = runs.allocate(16);
      Binding binding = runs.bind(runs.device(stream, 1, 2, 3, 4), y);
      stream.execute(binding);
      return runs.read(stream, y);
    }
  }
}
