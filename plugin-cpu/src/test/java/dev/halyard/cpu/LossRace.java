package dev.halyard.cpu;

import dev.halyard.Completion;
import dev.halyard.DType;
import dev.halyard.Device;
import dev.halyard.DeviceLostException;
import dev.halyard.Graph;
import dev.halyard.Halyard;
import dev.halyard.Invocation;
import dev.halyard.Kernel;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import dev.halyard.spi.DeviceDescriptor;
import dev.halyard.spi.DeviceDriver;
import dev.halyard.spi.DevicePlugin;
import dev.halyard.spi.DriverContext;
import dev.halyard.spi.PluginInfo;
import dev.halyard.spi.ProbeContext;
import dev.halyard.spi.ProbeSink;
import dev.halyard.spi.TestHooks;

/**
 * Loses the device beneath a product that runs for tens of milliseconds, and frees at once all that
 * the product reads and writes. Argument: how many seconds.
 */
final class LossRace {
  private static final int SIZE = 768;

  private final Halyard halyard;
  private final Device device;
  private final LastDriver plugin;

  private LossRace(Halyard halyard, LastDriver plugin) {
    this.halyard = halyard;
    this.device = halyard.device("cpu:0");
    this.plugin = plugin;
  }

  /** The CPU's plugin, which shows the driver opened last. */
  private static final class LastDriver implements DevicePlugin {
    private final CpuPlugin cpu = new CpuPlugin();
    private volatile DeviceDriver driver;

    @Override
    public PluginInfo info() {
      return cpu.info();
    }

    @Override
    public void probe(ProbeContext context, ProbeSink found) {
      cpu.probe(context, found);
    }

    @Override
    public DeviceDriver open(DeviceDescriptor descriptor, DriverContext context) {
      driver = cpu.open(descriptor, context);
      return driver;
    }

    TestHooks hooks() {
      return driver.testHooks().orElseThrow();
    }
  }

  public static void main(String[] args) throws InterruptedException {
    long deadline = System.nanoTime() + Long.parseLong(args[0]) * 1_000_000_000;
    LastDriver plugin = new LastDriver();
    Halyard.Config config =
        Halyard.Config.fromEnvironment().property("halyard.cpu.threads", "2").plugin(plugin);
    try (Halyard halyard = Halyard.open(config)) {
      LossRace race = new LossRace(halyard, plugin);
      int lost = 0;
      while (System.nanoTime() < deadline) {
        lost += race.loseOnce() ? 1 : 0;
      }
      System.out.println("lost " + lost + " times beneath a run");
      if (lost == 0) {
        throw new AssertionError("no run was still going when the device was lost");
      }
    }
    System.out.println("race ok");
  }

  /** {@return whether the product was still running when the device was lost} */
  private boolean loseOnce() throws InterruptedException {
    TensorArena arena = TensorArena.open();
    Invocation product = product(arena);
    Invocation small = small(arena);
    TestHooks lost = plugin.hooks();
    Completion running = product.submit();
    lost.loseAt(1);
    Completion last = small.submit();
    boolean failed = fails(running);
    if (!fails(last)) {
      throw new AssertionError("the run that the device was lost at has completed");
    }
    halyard.reopen("cpu:0");
    if (lost.threads() != 0 || lost.handles() != 0 || lost.nativeBytes() != 0) {
      throw new AssertionError(
          "left after close: "
              + lost.threads()
              + " threads, "
              + lost.handles()
              + " handles, "
              + lost.nativeBytes()
              + " bytes");
    }
    arena.close();
    return failed;
  }

  private static boolean fails(Completion completion) throws InterruptedException {
    try {
      completion.await();
      return false;
    } catch (DeviceLostException e) {
      return true;
    }
  }

  private Invocation product(TensorArena arena) {
    Tensor weights = TensorArena.ofAuto().allocate(DType.F32, SIZE, SIZE);
    Graph graph =
        Graph.of(
            "product",
            g ->
                g.output(
                    "y",
                    g.input("x", DType.F32, SIZE, SIZE)
                        .matmul(g.constant(weights))
                        .softmax(-1)
                        .matmul(g.constant(weights))));
    return prepared(graph, arena, SIZE, SIZE);
  }

  private Invocation small(TensorArena arena) {
    return prepared(
        Graph.of("small", g -> g.output("y", g.input("x", DType.F32, 4).mul(2))), arena, 4);
  }

  private Invocation prepared(Graph graph, TensorArena arena, long... shape) {
    Kernel kernel = device.compile(graph);
    return kernel
        .bind()
        .input("x", arena.allocate(DType.F32, shape))
        .output("y", arena.allocate(DType.F32, shape))
        .prepare();
  }
}
