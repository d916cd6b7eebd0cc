package dev.halyard.runtime.compile;

import dev.halyard.DType;
import dev.halyard.Dim;
import dev.halyard.Gelu;
import dev.halyard.Graph;
import dev.halyard.Shape;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import dev.halyard.Value;
import java.util.Random;

/** Small networks with weights from a fixed seed. */
final class Networks {
  private Networks() {}

  static Tensor weights(long seed, long... shape) {
    Random random = new Random(seed);
    Tensor tensor = TensorArena.ofAuto().allocate(DType.F32, shape);
    for (long i = 0; i < tensor.elements(); i++) {
      tensor.setDouble(i, random.nextGaussian() / 4);
    }
    return tensor;
  }

  static Graph mlp() {
    return Graph.of(
        "mlp",
        g -> {
          Value x = g.input("x", DType.F32, 4, 16);
          Value h =
              x.matmul(g.constant(weights(1, 16, 8))).add(g.constant(weights(2, 8))).gelu(Gelu.ERF);
          g.output(
              "y",
              h.matmul(g.constant(weights(3, 8, 5))).add(g.constant(weights(4, 5))).softmax(-1));
        });
  }

  /** {@return one layer of BERT's encoder (arXiv:1810.04805), with symbolic batch and length} */
  static Graph transformerLayer() {
    int heads = 2;
    int width = 8;
    Dim batch = Dim.symbol("batch", 1, 64);
    Dim length = Dim.symbol("length", 1, 128);
    Shape split = Shape.of(batch, length, Dim.of(heads), Dim.of(width / heads));
    Shape joined = Shape.of(batch, length, Dim.of(width));
    return Graph.of(
        "layer",
        g -> {
          Value x = g.input("x", DType.F32, joined);
          Value mask = g.input("mask", DType.F32, Shape.of(batch, Dim.of(1), Dim.of(1), length));
          Value q = heads(linear(g, x, 10, width, width), split);
          Value k = heads(linear(g, x, 12, width, width), split);
          Value v = heads(linear(g, x, 14, width, width), split);
          Value attended = q.attention(k, v, mask, 0.5).transpose(0, 2, 1, 3).reshape(joined);
          Value mixed = norm(g, linear(g, attended, 16, width, width).add(x), 18, width);
          Value hidden = linear(g, mixed, 20, width, 16).gelu(Gelu.ERF);
          g.output("y", norm(g, linear(g, hidden, 22, 16, width).add(mixed), 24, width));
        });
  }

  private static Value heads(Value x, Shape split) {
    return x.reshape(split).transpose(0, 2, 1, 3);
  }

  private static Value linear(Graph.Builder g, Value x, long seed, long in, long out) {
    return x.matmul(g.constant(weights(seed, in, out))).add(g.constant(weights(seed + 1, out)));
  }

  private static Value norm(Graph.Builder g, Value x, long seed, long width) {
    return x.layerNorm(
        g.constant(weights(seed, width)), g.constant(weights(seed + 1, width)), -1, 1e-12);
  }

  /**
   * {@return a layer as PyTorch writes it into ONNX: layer normalisation and GELU in primitives}
   */
  static Graph exported() {
    return Graph.of(
        "exported",
        g -> {
          Value x = g.input("x", DType.F32, Shape.of(Dim.symbol("rows", 1, 64), Dim.of(8)));
          Value centred = x.sub(x.mean(true, -1));
          Value variance = centred.pow(2).mean(true, -1);
          Value normal =
              centred
                  .div(variance.add(1e-12).sqrt())
                  .mul(g.constant(weights(1, 8)))
                  .add(g.constant(weights(2, 8)));
          Value h = normal.matmul(g.constant(weights(3, 8, 6)));
          g.output("y", h.mul(h.div(Math.sqrt(2)).erf().add(1)).mul(0.5));
        });
  }

  /** {@return a linear layer between quantize and dequantize, with a bias and a relu} */
  static Graph quantized() {
    return Graph.of(
        "quantized",
        g -> {
          Value x = g.input("x", DType.F32, 3, 8);
          Value one = g.scalar(DType.F32, 0.0625);
          Value zero = g.scalar(DType.U8, 128);
          Value a = x.quantize(one, zero, 0, "HALF_EVEN").dequantize(one, zero, 0);
          Value b =
              g.constant(integers(DType.I8, 5, 4, 8))
                  .dequantize(
                      g.constant(new float[] {0.5f, 0.25f, 0.125f, 1}, 4),
                      g.constant(TensorArena.ofAuto().allocate(DType.I8, 4)),
                      0)
                  .transpose(1, 0);
          Value bias =
              g.constant(integers(DType.I32, 6, 4))
                  .dequantize(
                      g.constant(new float[] {0.03125f, 0.015625f, 0.0078125f, 0.0625f}, 4),
                      g.constant(TensorArena.ofAuto().allocate(DType.I32, 4)),
                      0);
          Value scale = g.scalar(DType.F32, 0.5);
          Value least = g.scalar(DType.U8, 0);
          Value y = a.matmul(b).add(bias).relu().quantize(scale, least, 0, "HALF_EVEN");
          g.output("y", y.dequantize(scale, least, 0));
        });
  }

  private static Tensor integers(DType dtype, long seed, long... shape) {
    Random random = new Random(seed);
    Tensor tensor = TensorArena.ofAuto().allocate(dtype, shape);
    for (long i = 0; i < tensor.elements(); i++) {
      tensor.setLong(i, random.nextInt(-100, 100));
    }
    return tensor;
  }
}
