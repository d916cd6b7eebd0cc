package dev.halyard.fpga.emulator;

import dev.halyard.DType;
import dev.halyard.Graph;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import dev.halyard.Value;
import dev.halyard.spi.Attributes;
import java.util.List;
import java.util.SplittableRandom;

/** Quantised layers that the kernel {@code dense} computes, with random weights. */
final class Layers {
  private final SplittableRandom random;

  Layers(long seed) {
    random = new SplittableRandom(seed);
  }

  /**
   * {@return layers of I8 with a ReLU between two}
   *
   * @param rows of the input
   * @param sizes the extent of the input, then of each layer's output
   */
  Graph graph(long rows, int... sizes) {
    return Graph.of(
        "layers",
        g -> {
          Value x = g.input("x", DType.I8, rows, sizes[0]);
          for (int i = 1; i < sizes.length; i++) {
            x = layer(g, i == 1 ? x : x.relu(), sizes[i]);
          }
          g.output("y", x);
        });
  }

  private Value layer(Graph.Builder g, Value x, long columns) {
    long inner = x.shape().dim(-1).constant();
    Tensor bias = TensorArena.ofAuto().allocate(DType.I32, columns);
    for (long i = 0; i < columns; i++) {
      bias.setLong(i, random.nextLong(-500, 500));
    }
    List<Value> operands =
        List.of(
            x,
            g.scalar(DType.F32, 0x1p-3),
            g.scalar(DType.I8, 0.0),
            g.constant(integers(inner, columns)),
            g.scalar(DType.F32, 0x1p-6),
            g.scalar(DType.I8, 0.0),
            g.scalar(DType.F32, 0x1p-2),
            g.scalar(DType.I8, 0.0),
            g.constant(bias));
    Attributes attributes = Attributes.none().with("rounding", "HALF_UP").with("to", DType.I8);
    return g.op("halyard.qmatmul/1", attributes, operands.toArray(Value[]::new)).getFirst();
  }

  /** {@return I8 of a shape} */
  Tensor integers(long... shape) {
    Tensor tensor = TensorArena.ofAuto().allocate(DType.I8, shape);
    for (long i = 0; i < tensor.elements(); i++) {
      tensor.setLong(i, random.nextLong(-128, 128));
    }
    return tensor;
  }
}
