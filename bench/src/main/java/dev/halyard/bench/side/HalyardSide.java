package dev.halyard.bench.side;

import dev.halyard.CompileOptions;
import dev.halyard.DType;
import dev.halyard.Graph;
import dev.halyard.Halyard;
import dev.halyard.Invocation;
import dev.halyard.InvocationBuilder;
import dev.halyard.Kernel;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import dev.halyard.Value;
import dev.halyard.bench.side.BenchCase.Launch;
import dev.halyard.bench.side.BenchCase.MiniLmRun;
import dev.halyard.bench.side.BenchCase.Mlp;
import dev.halyard.bench.side.BenchCase.Sgemm;
import dev.halyard.bench.side.BenchCase.XrtDense;
import dev.halyard.spi.DeviceDescriptor;
import dev.halyard.spi.DeviceKind;
import java.util.LinkedHashMap;
import java.util.Map;

/** Halyard itself, on one device, with no fallback to another. */
final class HalyardSide implements Side {
  /** Rows and columns of the tensor that the tiny regions pass on; as in native/launch.c. */
  private static final int SIZE = 64;

  private final Halyard halyard;
  private final Kernel kernel;
  private final TensorArena arena;
  private final Tensor result;
  private final Invocation invocation;

  private HalyardSide(Halyard halyard, Kernel kernel, Map<String, Tensor> inputs) {
    this.halyard = halyard;
    this.kernel = kernel;
    this.arena = kernel.openArena();
    String output = kernel.graph().outputNames().getFirst();
    this.result = kernel.allocateOutput(arena, output);
    InvocationBuilder binding = kernel.bind().output(output, result);
    inputs.forEach((name, values) -> binding.input(name, onDevice(name, values)));
    this.invocation = binding.prepare();
  }

  /** In the memory that the device reaches fastest, so that nothing is copied per run. */
  private Tensor onDevice(String name, Tensor values) {
    return kernel.allocateInput(arena, name).copyFrom(values.segment());
  }

  static HalyardSide open(BenchCase wanted, String device) {
    Halyard halyard = Halyard.open(Halyard.Config.fromEnvironment());
    try {
      Kernel kernel =
          halyard.device(device).compile(graph(wanted), CompileOptions.defaults().fallback(false));
      if (wanted instanceof Launch) {
        checkLaunch(kernel);
      } else if (wanted instanceof XrtDense) {
        checkBoard(kernel);
      }
      return new HalyardSide(halyard, kernel, inputs(wanted));
    } catch (RuntimeException e) {
      halyard.close();
      throw e;
    }
  }

  /** The comparison is one of launches: it means something with so many of them, on OpenCL. */
  private static void checkLaunch(Kernel kernel) {
    int regions = kernel.plan().steps().size();
    if (regions != Launch.REGIONS) {
      throw new IllegalStateException(
          "wants " + Launch.REGIONS + " regions, got " + regions + ": " + kernel.plan().steps());
    }
  }

  /** A card has one kernel, which one of the sides would hold. */
  private static void checkBoard(Kernel kernel) {
    DeviceDescriptor device = kernel.device().descriptor();
    if (device.kind() == DeviceKind.FPGA && !device.emulated()) {
      throw new SideAbsentException(
          "compares emulated boards, of which each side has one, and "
              + device.name()
              + " is none");
    }
  }

  static Graph graph(BenchCase wanted) {
    return switch (wanted) {
      case Sgemm sgemm -> product(sgemm);
      case MiniLmRun(int tokens, boolean seeded) ->
          seeded ? SeededMiniLm.graph(tokens) : MiniLmFile.graph(tokens);
      case Mlp _ -> TinyMlp.graph();
      case Launch launch -> tinyRegions(launch);
      case XrtDense layer -> QuantizedLayer.graph(layer);
    };
  }

  private static Graph product(Sgemm sgemm) {
    return Graph.of(
        sgemm.id(),
        g -> {
          Value a = g.input("a", DType.F32, sgemm.m(), sgemm.k());
          Value b =
              sgemm.weights()
                  ? g.constant(Inputs.right(sgemm), sgemm.k(), sgemm.n())
                  : g.input("b", DType.F32, sgemm.k(), sgemm.n());
          g.output("c", a.matmul(b));
        });
  }

  /** Each stage takes half the mean of a row from it: a sum, and what cannot be fused with it. */
  private static Graph tinyRegions(Launch launch) {
    return Graph.of(
        launch.id(),
        g -> {
          Value x = g.input("x", DType.F32, SIZE, SIZE);
          for (int stage = 0; stage < Launch.REGIONS / 2; stage++) {
            x = x.sub(x.reduceSum(true, 1).mul(0.5 / SIZE));
          }
          g.output("y", x);
        });
  }

  private static Map<String, Tensor> inputs(BenchCase wanted) {
    return switch (wanted) {
      case Sgemm sgemm -> matrices(sgemm);
      case MiniLmRun(int tokens, boolean seeded) -> sentence(tokens, seeded);
      case Mlp _ -> Map.of("x", Tensor.of(Inputs.mlp(), 1, Inputs.mlp().length));
      case Launch _ -> Map.of("x", Tensor.of(Inputs.launch(SIZE * SIZE), SIZE, SIZE));
      case XrtDense layer -> Map.of("x", QuantizedLayer.input(layer));
    };
  }

  private static Map<String, Tensor> matrices(Sgemm sgemm) {
    Map<String, Tensor> matrices = new LinkedHashMap<>();
    matrices.put("a", Tensor.of(Inputs.left(sgemm), sgemm.m(), sgemm.k()));
    if (!sgemm.weights()) {
      matrices.put("b", Tensor.of(Inputs.right(sgemm), sgemm.k(), sgemm.n()));
    }
    return matrices;
  }

  private static Map<String, Tensor> sentence(int tokens, boolean seeded) {
    if (seeded) {
      return Map.of("input_ids", Tensor.of(Inputs.ids(tokens), 1, tokens));
    }
    Map<String, Tensor> sentence = new LinkedHashMap<>();
    MiniLmFile.inputs(tokens)
        .forEach((name, values) -> sentence.put(name, Tensor.of(values, 1, tokens)));
    return sentence;
  }

  /** The name comes last: the runner finds the peers' device by it. */
  @Override
  public String description() {
    DeviceDescriptor found = kernel.device().descriptor();
    return kernel.device().id() + ": " + found.name();
  }

  @Override
  public void run() {
    invocation.execute();
  }

  @Override
  public float[] output() {
    if (result.dtype() == DType.F32) {
      return result.toFloats();
    }
    float[] values = new float[Math.toIntExact(result.elements())];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) result.getDouble(i);
    }
    return values;
  }

  @Override
  public void close() {
    invocation.close();
    kernel.close();
    arena.close();
    halyard.close();
  }
}
