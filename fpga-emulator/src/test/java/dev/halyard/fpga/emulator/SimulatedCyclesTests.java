package dev.halyard.fpga.emulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.CompileOptions;
import dev.halyard.Graph;
import dev.halyard.Halyard;
import dev.halyard.fpga.xrt.XrtPlugin;
import dev.halyard.fpga.xrt.dense.DenseCycles;
import dev.halyard.fpga.xrt.dense.DenseFormat;
import dev.halyard.fpga.xrt.dense.DenseRun;
import dev.halyard.runtime.cache.CacheFolder;
import dev.halyard.runtime.cache.FolderArtefactStore;
import dev.halyard.runtime.compile.Lowering;
import dev.halyard.runtime.compile.Target;
import dev.halyard.runtime.isolate.IsolatedPlugin;
import dev.halyard.spi.ArtefactStore;
import dev.halyard.spi.Binding;
import dev.halyard.spi.CompileContext;
import dev.halyard.spi.CompileMode;
import dev.halyard.spi.DeviceDescriptor;
import dev.halyard.spi.DeviceDriver;
import dev.halyard.spi.DeviceMemory;
import dev.halyard.spi.DriverContext;
import dev.halyard.spi.MemorySlice;
import dev.halyard.spi.Partition;
import dev.halyard.spi.ProbeContext;
import dev.halyard.spi.ProbeSink;
import dev.halyard.spi.Program;
import dev.halyard.spi.Spi;
import dev.halyard.spi.Stream;
import dev.halyard.spi.TimingSink;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a run through XRT's library reports as its cycles, on a memory with fixed latencies. */
@Timeout(300)
class SimulatedCyclesTests {
  private static final Path CACHE = Path.of("target", "cache", "plugin-fpga-xrt").toAbsolutePath();
  private static final int[] SIZES = {784, 128, 64, 10};

  @BeforeAll
  static void requireXrt() {
    Lanes.require("xrt");
  }

  @ParameterizedTest
  @CsvSource({"1, 30, 20", "3, 30, 20", "17, 30, 20", "1, 1, 1", "2, 117, 64"})
  void ofEachLayerAreThePredictedOnes(int rows, int readLatency, int writeLatency)
      throws Exception {
    Context context =
        new Context(Map.of("readLatency", "" + readLatency, "writeLatency", "" + writeLatency));
    Graph graph = new Layers(3).graph(rows, SIZES);
    try (DeviceDriver driver = open(context);
        Stream stream = driver.openStream()) {
      assertEquals(
          predicted(rows, readLatency, writeLatency), simulated(driver, stream, graph, rows));
    }
  }

  private static List<Long> predicted(int rows, int readLatency, int writeLatency) {
    List<Long> cycles = new ArrayList<>();
    for (int i = 1; i < SIZES.length; i++) {
      DenseFormat bytes = new DenseFormat(false, false, false, false);
      DenseRun run = new DenseRun(0, 0, 0, rows, SIZES[i], SIZES[i - 1], bytes);
      cycles.add(DenseCycles.of(run, readLatency, writeLatency));
    }
    return cycles;
  }

  private static List<Long> simulated(DeviceDriver driver, Stream stream, Graph graph, int rows)
      throws Exception {
    Partition partition =
        Lowering.lower(
                graph,
                List.of(new Target("fpga-xrt:0", driver, Spi.LEVEL)),
                CompileOptions.defaults())
            .placed()
            .getFirst()
            .partition();
    List<Long> cycles = new ArrayList<>();
    try (Program program = driver.compile(partition, new Compile());
        DeviceMemory x = memory(driver, (long) rows * SIZES[0]);
        DeviceMemory y = memory(driver, (long) rows * SIZES[SIZES.length - 1]);
        DeviceMemory workspace = memory(driver, program.workspaceBytes(new long[0]));
        Binding binding =
            program.bind(
                List.of(MemorySlice.of(x, 0, (long) rows * SIZES[0])),
                List.of(MemorySlice.of(y, 0, (long) rows * SIZES[SIZES.length - 1])),
                MemorySlice.of(workspace, 0, program.workspaceBytes(new long[0])),
                new long[0])) {
      long ticket = stream.submit(binding);
      assertTrue(stream.await(ticket, Long.MAX_VALUE));
      stream.timing(ticket, new Cycles(cycles));
    }
    return cycles;
  }

  private static DeviceMemory memory(DeviceDriver driver, long bytes) {
    return driver.allocate(driver.memoryKinds().getFirst(), Math.max(1, bytes));
  }

  private static DeviceDriver open(Context context) {
    XrtPlugin plugin = new XrtPlugin();
    IsolatedPlugin isolated =
        IsolatedPlugin.of(plugin, plugin.info(), Halyard.Config.fromEnvironment());
    List<DeviceDescriptor> found = new ArrayList<>();
    isolated.probe(context, new First(found));
    return isolated.open(found.getFirst(), context);
  }

  private record Cycles(List<Long> simulated) implements TimingSink {
    @Override
    public void measured(String part, long nanos) {
      throw new AssertionError("the time of an emulation is none: " + part);
    }

    @Override
    public void simulated(String part, long cycles) {
      simulated.add(cycles);
    }

    @Override
    public void assumed(String part, long nanos, String basis) {
      assertNotNull(basis);
    }
  }

  private record First(List<DeviceDescriptor> devices) implements ProbeSink {
    @Override
    public void device(DeviceDescriptor descriptor) {
      devices.add(descriptor);
    }

    @Override
    public void nothing(String reason) {
      throw new AssertionError(reason);
    }
  }

  private record Context(Map<String, String> configuration) implements DriverContext, ProbeContext {
    @Override
    public Optional<String> environment(String variable) {
      return Optional.ofNullable(System.getenv(variable));
    }

    @Override
    public void lost(String reason) {}

    @Override
    public System.Logger log() {
      return System.getLogger("dev.halyard.fpga.emulator");
    }

    @Override
    public Path cacheFolder() {
      return CACHE;
    }
  }

  private record Compile() implements CompileContext {
    @Override
    public CompileMode mode() {
      return CompileMode.JIT;
    }

    @Override
    public Instant deadline() {
      return Instant.MAX;
    }

    @Override
    public void progress(double fraction, String step) {}

    @Override
    public ArtefactStore artefacts() {
      return new FolderArtefactStore(new CacheFolder(CACHE, 1 << 20));
    }
  }
}
