package dev.halyard.cpu;

import dev.halyard.CompileOptions;
import dev.halyard.DType;
import dev.halyard.Dims;
import dev.halyard.Gelu;
import dev.halyard.Graph;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import dev.halyard.Value;
import dev.halyard.Window;
import dev.halyard.runtime.reference.Interpreter;
import dev.halyard.runtime.reference.Rounding;
import dev.halyard.testkit.Case;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Shapes beyond one block, one rectangle and one task, on both paths with four threads. */
class LargeShapeTests {
  private static final Interpreter EXACT = new Interpreter(Rounding.NONE);
  private static final List<CpuDriver> DRIVERS =
      List.of(
          Drivers.open("vector", "off", "threads", "4"),
          Drivers.open("vector", "on", "threads", "4"));

  @AfterAll
  static void close() {
    DRIVERS.forEach(CpuDriver::close);
  }

  static Stream<Case> cases() {
    return Stream.of(
            chains(DType.F32), chains(DType.F16), chains(DType.F64), products(), rows(), windows())
        .flatMap(Function.identity());
  }

  private static Stream<Case> chains(DType dtype) {
    return Stream.of(
        graph(
            "long rows " + dtype,
            d -> {
              Value x = d.input(dtype, 3, 50, 130);
              Value y = x.mul(d.input(dtype, 50, 1)).add(d.constant(dtype, 130));
              d.output(y.gelu(Gelu.ERF).add(d.input(dtype, 3, 1, 1)));
              d.output(y.lt(x).select(x, y.neg()));
            }),
        graph(
            "short rows " + dtype,
            d -> {
              Value x = d.input(dtype, 300, 7, 5);
              Value y = x.mul(d.input(dtype, 7, 1)).add(d.constant(dtype, 5));
              d.output(y.sub(d.input(dtype)).max(d.input(dtype, 300, 1, 1)));
            }),
        graph(
            "converted " + dtype,
            d -> {
              Value x = d.input(dtype, 70, 90);
              d.output(x.mul(100).cast(DType.I32).add(d.input(DType.I32, 90)));
              d.output(x.transpose(1, 0).cast(DType.F32).reshape(45, 140).reduceSum(false, 0));
            }));
  }

  private static Stream<Case> products() {
    return Stream.of(
        graph(
            "dense layer",
            d -> {
              Value x = d.input(DType.F32, 2, 70, 130);
              Value y = x.matmul(d.constant(DType.F32, 130, 200));
              d.output(y.add(d.constant(DType.F32, 200)).gelu(Gelu.TANH));
            }),
        graph(
            "residual",
            d -> {
              Value x = d.input(DType.F32, 61, 300);
              Value y = x.matmul(d.constant(DType.F32, 300, 300));
              d.output(y.add(d.constant(DType.F32, 300)).add(x));
            }),
        graph(
            "attention",
            d -> {
              Value q = d.input(DType.F32, 3, 70, 32);
              Value k = d.input(DType.F32, 3, 70, 32).transpose(0, 2, 1);
              Value scores = q.matmul(k).mul(0.2).add(d.input(DType.F32, 3, 1, 70));
              d.output(scores.softmax(-1).matmul(d.input(DType.F32, 3, 70, 32)));
            }),
        graph(
            "one matrix for a batch of right-hand sides",
            d -> d.output(d.input(DType.F32, 40, 60).matmul(d.input(DType.F32, 5, 60, 33)))),
        graph(
            "half precision",
            d -> {
              Value x = d.input(DType.F16, 50, 130).matmul(d.constant(DType.F16, 130, 70));
              d.output(x.add(d.constant(DType.F16, 70)).relu());
            }),
        graph(
            "integers",
            d -> d.output(d.input(DType.I8, 30, 70).matmul(d.constant(DType.I8, 70, 40)))),
        conv("3x3", 8, 16, 1, Window.of(3, 3).padding(1, 1)),
        conv("3x3 with stride and dilation", 6, 9, 3, strided()),
        conv("1x1", 20, 30, 1, Window.of(1, 1)),
        conv("by channel", 12, 12, 12, Window.of(3, 3).padding(1, 1)),
        conv("by channel with stride", 12, 12, 12, Window.of(5, 5).strides(2, 2).padding(2, 2)),
        graph(
            "transposed conv",
            d -> {
              Value w = d.constant(DType.F32, 6, 10, 4, 4);
              Window window = Window.of(4, 4).strides(2, 2).padding(1, 1);
              d.output(d.input(DType.F32, 2, 6, 17, 19).convTranspose(w, window, 1));
            }));
  }

  private static Window strided() {
    return Window.of(3, 3).strides(2, 1).dilations(1, 2).padding(1, 2);
  }

  private static Case conv(String name, long channels, long outputs, long groups, Window window) {
    long size = name.startsWith("1x1") ? 1 : name.contains("with stride") && groups == 12 ? 5 : 3;
    return graph(
        "conv " + name,
        d -> {
          Value x = d.input(DType.F32, 2, channels, 23, 27);
          Value w = d.constant(DType.F32, outputs, channels / groups, size, size);
          Value y = x.conv(w, window, groups);
          d.output(y.add(d.constant(DType.F32, outputs, 1, 1)).hardSwish());
          d.output(y);
        });
  }

  private static Stream<Case> rows() {
    return Stream.of(
        graph(
            "normalisations",
            d -> {
              Value x = d.input(DType.F32, 40, 300);
              d.output(x.layerNorm(d.constant(DType.F32, 300), d.constant(DType.F32, 300), -1, .1));
              d.output(x.rmsNorm(d.constant(DType.F32, 300), -1, 0.1));
              d.output(x.logSoftmax(-1));
              d.output(x.softmax(0));
            }),
        graph(
            "reductions",
            d -> {
              Value x = d.input(DType.F32, 30, 20, 40);
              d.output(x.mul(x).reduceSum(true, 1));
              d.output(x.reduceMax(false, 0, 2));
              d.output(x.reduceMin(false, 0));
              d.output(x.reduceSum(false, 0, 1, 2).add(1));
              d.output(x.argmax(1, false));
              d.output(x.reshape(24000).sort(0, true).getFirst());
            }));
  }

  private static Stream<Case> windows() {
    return Stream.of(
        graph(
            "pools",
            d -> {
              Value x = d.input(DType.F32, 2, 20, 41, 43);
              Window window = Window.of(3, 3).strides(2, 2).padding(1, 1);
              d.output(x.maxPool(window));
              d.output(x.averagePool(window, false).add(1));
            }));
  }

  private static Case graph(String name, Consumer<Draft> draw) {
    SplittableRandom random = new SplittableRandom(name.hashCode());
    Map<String, Tensor> inputs = new HashMap<>();
    Graph graph = Graph.of("large", g -> draw.accept(new Draft(g, inputs, random)));
    return new Case(name, graph, inputs);
  }

  /** A graph in the making, with random inputs. */
  private record Draft(Graph.Builder graph, Map<String, Tensor> inputs, SplittableRandom random) {
    Value input(DType dtype, long... shape) {
      String name = "x" + inputs.size();
      inputs.put(name, tensor(dtype, shape));
      return graph.input(name, dtype, shape);
    }

    Value constant(DType dtype, long... shape) {
      return graph.constant(tensor(dtype, shape));
    }

    void output(Value value) {
      graph.output("y" + value.id(), value);
    }

    private Tensor tensor(DType dtype, long... shape) {
      Tensor tensor = TensorArena.ofAuto().allocate(dtype, shape);
      for (long i = 0; i < tensor.elements(); i++) {
        if (dtype.isFloat()) {
          tensor.setDouble(i, random.nextDouble(-1, 1));
        } else {
          tensor.setLong(i, random.nextInt(-100, 100));
        }
      }
      return tensor;
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void everyPathComputesWhatTheReferenceDefines(Case tested) {
    dev.halyard.testkit.Comparison expected =
        dev.halyard.testkit.Comparison.of(tested, EXACT::evaluate);
    for (CpuDriver driver : DRIVERS) {
      CaseRunner runner = new CaseRunner(driver, CompileOptions.defaults());
      expected.check(runner.run(tested.graph(), tested.inputs(), Dims.none()));
    }
  }
}
