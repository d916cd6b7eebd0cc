package dev.halyard.bench.side;

import dev.halyard.DType;
import dev.halyard.Graph;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import dev.halyard.Value;
import dev.halyard.bench.side.BenchCase.XrtDense;
import dev.halyard.spi.Attributes;

/**
 * A dense layer of 8-bit integers whose products are shifted by {@link #SHIFT}; its numbers are
 * those of native/dense_host.c.
 */
final class QuantizedLayer {
  private static final int SHIFT = 9;

  private QuantizedLayer() {}

  /** {@return the layer, from {@code x} to {@code y}} */
  static Graph graph(XrtDense layer) {
    return Graph.of(
        layer.id(),
        g -> {
          Value x = g.input("x", DType.I8, 1, layer.cols());
          Value one = g.scalar(DType.F32, 1.0);
          Value zero = g.scalar(DType.I8, 0);
          Value scale = g.scalar(DType.F32, Math.scalb(1.0, SHIFT));
          Attributes attributes =
              Attributes.none().with("rounding", "HALF_UP").with("to", DType.I8);
          Value weights = g.constant(weights(layer));
          g.output(
              "y",
              g.op("halyard.qmatmul/1", attributes, x, one, zero, weights, one, zero, scale, zero)
                  .getFirst());
        });
  }

  private static Tensor weights(XrtDense layer) {
    Tensor weights = TensorArena.ofAuto().allocate(DType.I8, layer.cols(), layer.rows());
    for (int col = 0; col < layer.cols(); col++) {
      for (int row = 0; row < layer.rows(); row++) {
        weights.setLong((long) col * layer.rows() + row, (col * 97 + row * 31) % 127 - 63);
      }
    }
    return weights;
  }

  static Tensor input(XrtDense layer) {
    Tensor x = TensorArena.ofAuto().allocate(DType.I8, 1, layer.cols());
    for (int col = 0; col < layer.cols(); col++) {
      x.setLong(col, col * 7919 % 256 - 128);
    }
    return x;
  }
}
