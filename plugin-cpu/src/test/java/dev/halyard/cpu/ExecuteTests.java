package dev.halyard.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.halyard.CompileOptions;
import dev.halyard.DType;
import dev.halyard.Dim;
import dev.halyard.Dims;
import dev.halyard.Gelu;
import dev.halyard.Graph;
import dev.halyard.Shape;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import dev.halyard.Value;
import dev.halyard.Window;
import dev.halyard.runtime.compile.Lowering;
import dev.halyard.runtime.compile.Placed;
import dev.halyard.runtime.compile.Target;
import dev.halyard.spi.Binding;
import dev.halyard.spi.DeviceMemory;
import dev.halyard.spi.MemorySlice;
import dev.halyard.spi.Program;
import dev.halyard.spi.Spi;
import dev.halyard.spi.Stream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a run does besides computing: allocation, states, dimensions, equal bits. */
class ExecuteTests {

  private static Tensor filled(long... shape) {
    Tensor tensor = TensorArena.ofAuto().allocate(DType.F32, shape);
    for (long i = 0; i < tensor.elements(); i++) {
      tensor.setDouble(i, (i * 37 % 19 - 9) / 16.0);
    }
    return tensor;
  }

  private static Graph small() {
    return Graph.of(
        "small",
        g -> {
          Value x = g.input("x", DType.F32, 1, 16);
          Value h = x.matmul(g.constant(filled(16, 64))).add(g.constant(filled(64)));
          Value y = h.gelu(Gelu.ERF).matmul(g.constant(filled(64, 5))).softmax(-1);
          g.output("y", y.add(g.constant(filled(5))).reduceMax(true, 1));
          Value image = y.reshape(1, 1, 1, 5);
          Window window = Window.of(1, 3).padding(new long[] {0, 1}, new long[] {0, 1});
          g.output("z", image.conv(g.constant(filled(2, 1, 1, 3)), window, 1).maxPool(window));
          g.output("i", y.gather(g.constant(Tensor.of(new int[] {1, -1}, 2)), 1).argmax(1, true));
          g.output("s", y.transpose(1, 0).sort(0, true).getFirst().cast(DType.I32));
        });
  }

  /** A program with memory for one run at a time. */
  private static final class Session implements AutoCloseable {
    final Arena arena = Arena.ofShared();
    final List<MemorySegment> in = new ArrayList<>();
    final List<MemorySegment> out = new ArrayList<>();
    final Program program;
    final Binding binding;
    final Stream stream;

    Session(CpuDriver driver, Graph graph, Dims dims, boolean inPlace) {
      Placed placed =
          Lowering.lower(
                  graph, List.of(new Target("cpu:0", driver, Spi.LEVEL)), CompileOptions.defaults())
              .placed()
              .getFirst();
      long[] symbols = placed.partition().symbols().stream().mapToLong(dims::get).toArray();
      program = driver.compile(placed.partition(), null);
      placed.inputs().forEach(value -> in.add(memory(value, dims)));
      placed.outputs().forEach(value -> out.add(inPlace ? in.getFirst() : memory(value, dims)));
      long bytes = program.workspaceBytes(symbols);
      MemorySlice workspace = slice(driver, arena.allocate(bytes + 1, 64), bytes);
      binding = program.bind(slices(driver, in), slices(driver, out), workspace, symbols);
      stream = driver.openStream();
    }

    private MemorySegment memory(Value value, Dims dims) {
      long elements = Shape.elements(value.shape().resolve(dims).toArray());
      MemorySegment segment = arena.allocate(elements * value.dtype().bytes(), 64);
      for (long i = 0; value.dtype() == DType.F32 && i < elements; i++) {
        segment.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) (i % 7));
      }
      return segment;
    }

    private static MemorySlice slice(CpuDriver driver, MemorySegment segment, long bytes) {
      DeviceMemory memory = driver.importHost(segment).orElseThrow();
      return MemorySlice.of(memory, 0, bytes);
    }

    private static List<MemorySlice> slices(CpuDriver driver, List<MemorySegment> segments) {
      return segments.stream().map(s -> slice(driver, s, s.byteSize())).toList();
    }

    @Override
    public void close() {
      stream.close();
      binding.close();
      program.close();
      arena.close();
    }
  }

  /** Prints what the runs of a graph allocate; arguments: vector, threads, graph, runs. */
  static final class Allocation {
    public static void main(String[] arguments) {
      Graph graph = arguments[2].equals("large") ? large() : small();
      try (CpuDriver driver = Drivers.open("vector", arguments[0], "threads", arguments[1]);
          Session session = new Session(driver, graph, Dims.none(), false)) {
        long bytes = allocated(session, Integer.parseInt(arguments[3]));
        System.err.println("allocated " + bytes + " bytes");
      }
    }
  }

  // In a JVM of its own: where hundreds of tests warm loops at once, HotSpot may leave one of them
  // half compiled for good (see TileWatch), and such a loop boxes its vectors.
  @ParameterizedTest
  @CsvSource({
    "on,1,small,10000",
    "off,1,small,10000",
    "on,3,small,10000",
    "off,3,small,10000",
    "on,3,large,200"
  })
  void executeAllocatesNothing(String vector, String threads, String graph, String runs)
      throws IOException, InterruptedException {
    Process jvm =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules",
                "jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Allocation.class.getName(),
                vector,
                threads,
                graph,
                runs)
            .redirectErrorStream(true)
            .start();
    String output = new String(jvm.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, jvm.waitFor(), output);
    assertTrue(output.contains("allocated 0 bytes"), output);
  }

  /**
   * {@return the bytes that a number of runs allocate on this thread, 0 as soon as that many have
   * allocated nothing: until its loops are compiled, the Vector API and var handles box what they
   * work with}
   */
  private static long allocated(Session session, int runs) {
    long bytes = Long.MAX_VALUE;
    for (int i = 0; i < 100 && bytes != 0; i++) {
      bytes = allocatedBy(session, runs);
    }
    return bytes;
  }

  private static long allocatedBy(Session session, int runs) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    long own = threads.getCurrentThreadAllocatedBytes() - before;
    before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < runs; i++) {
      session.stream.execute(session.binding);
    }
    return threads.getCurrentThreadAllocatedBytes() - before - own;
  }

  /** {@return work that a team shares} */
  private static Graph large() {
    return Graph.of(
        "large",
        g -> {
          Value x = g.input("x", DType.F32, 64, 256);
          Value h = x.matmul(g.constant(filled(256, 256))).add(g.constant(filled(256)));
          g.output("y", h.relu().softmax(-1));
        });
  }

  @Test
  void submitAndAwaitAllocateAtMostTwentyFourBytes() throws InterruptedException {
    try (CpuDriver driver = Drivers.open();
        Session session = new Session(driver, small(), Dims.none(), false)) {
      ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
      for (int i = 0; i < 1000; i++) {
        roundTrip(session);
      }
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 1000; i++) {
        roundTrip(session);
      }
      long each = (threads.getCurrentThreadAllocatedBytes() - before) / 1000;
      assertTrue(each <= 24, each + " bytes");
    }
  }

  private static void roundTrip(Session session) throws InterruptedException {
    long ticket = session.stream.submit(session.binding);
    assertTrue(session.stream.await(ticket, TimeUnit.SECONDS.toNanos(30)));
  }

  @Test
  void anOutputInThePlaceOfItsInputIsComputedFromTheOldValues() {
    Graph graph =
        Graph.of(
            "reversed",
            g -> {
              Value x = g.input("x", DType.F32, 3, 3);
              g.output("y", x.transpose(1, 0).add(x));
            });
    try (CpuDriver driver = Drivers.open();
        Session session = new Session(driver, graph, Dims.none(), true)) {
      for (int i = 0; i < 9; i++) {
        session.in.getFirst().setAtIndex(ValueLayout.JAVA_FLOAT, i, i);
      }
      session.stream.execute(session.binding);
      assertArrayEquals(
          new float[] {0, 4, 8, 4, 8, 12, 8, 12, 16},
          session.out.getFirst().toArray(ValueLayout.JAVA_FLOAT));
    }
  }

  @Test
  void oneProgramServesEveryValueOfItsDimensions() {
    Dim rows = Dim.symbol("rows", 1, 100);
    Graph graph =
        Graph.of(
            "rows",
            g -> {
              Value x = g.input("x", DType.F32, Shape.of(rows, Dim.of(2)));
              g.output("y", x.matmul(g.constant(filled(2, 2))).reduceSum(false, 1));
            });
    try (CpuDriver driver = Drivers.open()) {
      for (long value : new long[] {1, 7, 100}) {
        try (Session session = new Session(driver, graph, Dims.of("rows", value), false)) {
          session.stream.execute(session.binding);
          float[] x = session.in.getFirst().toArray(ValueLayout.JAVA_FLOAT);
          float[] y = session.out.getFirst().toArray(ValueLayout.JAVA_FLOAT);
          assertEquals(value, y.length);
          float[] w = {-9 / 16f, 9 / 16f, 8 / 16f, 7 / 16f};
          int last = y.length - 1;
          float expected = x[2 * last] * (w[0] + w[1]) + x[2 * last + 1] * (w[2] + w[3]);
          assertEquals(expected, y[last], 1e-5);
        }
      }
    }
  }

  @Test
  void runsGiveEqualBitsHoweverManyThreadsHelp() {
    try (CpuDriver driver = Drivers.open("threads", "4");
        Session session = new Session(driver, small(), Dims.none(), false)) {
      session.stream.execute(session.binding);
      List<byte[]> first = session.out.stream().map(s -> s.toArray(ValueLayout.JAVA_BYTE)).toList();
      for (int i = 0; i < 1000; i++) {
        session.stream.execute(session.binding);
        for (int o = 0; o < first.size(); o++) {
          assertArrayEquals(first.get(o), session.out.get(o).toArray(ValueLayout.JAVA_BYTE));
        }
      }
    }
  }
}
