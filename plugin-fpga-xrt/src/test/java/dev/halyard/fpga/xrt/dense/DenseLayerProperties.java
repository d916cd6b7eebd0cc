package dev.halyard.fpga.xrt.dense;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.DType;
import dev.halyard.Graph;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import dev.halyard.Value;
import dev.halyard.runtime.reference.Interpreter;
import dev.halyard.runtime.reference.Rounding;
import dev.halyard.spi.Attributes;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class DenseLayerProperties {
  private static final int A_BITS = 3; // of the scale of x, 2^-3
  private static final int Y_BITS = 2; // of the scale of y, 2^2

  @Property(tries = 200)
  void layerIsQuantizedMatmulRoundedHalfUp(
      @ForAll @IntRange(min = 1, max = 20) int rows,
      @ForAll @IntRange(min = 1, max = 40) int cols,
      @ForAll @IntRange(min = 1, max = 3) int batch,
      @ForAll long seed) {
    RandomLayers draw = new RandomLayers(seed);
    DenseFormat drawn = draw.format();
    DenseFormat format =
        new DenseFormat(drawn.wideInput(), drawn.wideWeights(), drawn.wideOutput(), false);
    boolean wideSums = format.wideInput() || format.wideWeights();
    DenseLayer layer = draw.layer(rows, cols, format, wideSums ? 45 : 24);
    assertTrue(wideSums || layer.largestSum() <= Integer.MAX_VALUE);
    short[] x = draw.values(batch * cols, format.wideInput());

    assertArrayEquals(quantizedMatmul(layer, x, batch, wideSums), applied(layer, x, batch));
  }

  private static short[] applied(DenseLayer layer, short[] x, int batch) {
    short[] y = new short[batch * layer.rows()];
    for (int i = 0; i < batch; i++) {
      short[] row = new short[layer.cols()];
      System.arraycopy(x, i * row.length, row, 0, row.length);
      System.arraycopy(layer.apply(row), 0, y, i * layer.rows(), layer.rows());
    }
    return y;
  }

  private static short[] quantizedMatmul(DenseLayer layer, short[] x, int batch, boolean wideSums) {
    DType input = type(layer.format().wideInput());
    DType weights = type(layer.format().wideWeights());
    DType output = type(layer.format().wideOutput());
    Graph graph =
        Graph.of(
            "layer",
            g -> {
              Value a = g.input("x", input, batch, layer.cols());
              g.output(
                  "y",
                  g.op(
                          "halyard.qmatmul/1",
                          Attributes.none().with("rounding", "HALF_UP").with("to", output),
                          a,
                          g.scalar(DType.F64, Math.scalb(1.0, -A_BITS)),
                          g.scalar(input, 0),
                          g.constant(transposed(layer, weights)),
                          g.constant(weightScales(layer)),
                          g.constant(zeros(weights, layer.rows())),
                          g.scalar(DType.F64, Math.scalb(1.0, Y_BITS)),
                          g.scalar(output, 0),
                          g.constant(bias(layer, wideSums)))
                      .getFirst());
            });
    Tensor in = tensor(input, x, batch, layer.cols());
    Tensor out = new Interpreter(Rounding.NONE).run(graph, Map.of("x", in)).get("y");
    return elements(out, batch * layer.rows());
  }

  private static DType type(boolean wide) {
    return wide ? DType.I16 : DType.I8;
  }

  private static Tensor transposed(DenseLayer layer, DType type) {
    short[] b = new short[layer.rows() * layer.cols()];
    for (int row = 0; row < layer.rows(); row++) {
      for (int col = 0; col < layer.cols(); col++) {
        b[col * layer.rows() + row] = layer.weight(row, col);
      }
    }
    return tensor(type, b, layer.cols(), layer.rows());
  }

  private static Tensor weightScales(DenseLayer layer) {
    double[] scales = new double[layer.rows()];
    for (int row = 0; row < layer.rows(); row++) {
      scales[row] = Math.scalb(1.0, A_BITS + Y_BITS - layer.shift(row));
    }
    return Tensor.of(scales, layer.rows());
  }

  private static Tensor zeros(DType type, int count) {
    return tensor(type, new short[count], count);
  }

  private static Tensor bias(DenseLayer layer, boolean wide) {
    long[] bias = new long[layer.rows()];
    int[] narrow = new int[layer.rows()];
    for (int row = 0; row < layer.rows(); row++) {
      bias[row] = layer.bias(row);
      narrow[row] = (int) layer.bias(row);
    }
    return wide ? Tensor.of(bias, layer.rows()) : Tensor.of(narrow, layer.rows());
  }

  private static Tensor tensor(DType type, short[] values, long... shape) {
    TensorArena arena = TensorArena.ofAuto();
    MemorySegment bytes = arena.allocate((long) values.length * type.bytes(), Long.BYTES);
    for (int i = 0; i < values.length; i++) {
      if (type == DType.I16) {
        bytes.setAtIndex(ValueLayout.JAVA_SHORT, i, values[i]);
      } else {
        bytes.set(ValueLayout.JAVA_BYTE, i, (byte) values[i]);
      }
    }
    return Tensor.copyOf(arena, bytes, type, shape);
  }

  private static short[] elements(Tensor tensor, int count) {
    short[] elements = new short[count];
    for (int i = 0; i < count; i++) {
      elements[i] =
          tensor.dtype() == DType.I16
              ? tensor.segment().getAtIndex(ValueLayout.JAVA_SHORT, i)
              : tensor.segment().get(ValueLayout.JAVA_BYTE, i);
    }
    return elements;
  }
}
