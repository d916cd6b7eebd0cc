package dev.halyard.fpga.xrt;

import dev.halyard.DType;
import dev.halyard.Dim;
import dev.halyard.Graph;
import dev.halyard.Shape;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import dev.halyard.Value;
import dev.halyard.spi.Attributes;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Draws quantised products that the kernel computes; each field may be changed before. */
final class Product {
  DType b = DType.I8;
  DType to = DType.I8;
  DType scales = DType.F32;
  @Nullable DType bias = DType.I32;
  String rounding = "HALF_UP";
  double leftScale = 0x1p-3;
  double rightScale = 0x1p-6;
  double resultScale = 0x1p-2;
  long leftZero;
  long rightZero;
  long resultZero;
  long largestBias = 500;
  boolean perRow;
  boolean constantWeights = true;
  private final SplittableRandom random;

  Product(long seed) {
    random = new SplittableRandom(seed);
  }

  /** {@return one of the products that are claimed, of any types, scales and biases} */
  static Product any(long seed) {
    Product product = new Product(seed);
    SplittableRandom random = product.random;
    product.b = random.nextBoolean() ? DType.I8 : DType.I16;
    product.to = random.nextBoolean() ? DType.I8 : DType.I16;
    product.scales = List.of(DType.F32, DType.F64, DType.F16, DType.BF16).get(random.nextInt(4));
    product.bias = random.nextInt(3) == 0 ? null : DType.I32;
    product.perRow = random.nextBoolean();
    product.rightScale = Math.scalb(1.0, -random.nextInt(12));
    return product;
  }

  /** Adds the product of an input with weights of the shape [its last extent, columns]. */
  Value of(Graph.Builder g, Value a, long columns) {
    long inner = a.shape().dim(-1).constant();
    long[] perColumn = perRow ? new long[] {columns} : new long[0];
    Tensor rightScales = TensorArena.ofAuto().allocate(scales, perColumn);
    Tensor rightZeros = TensorArena.ofAuto().allocate(b, perColumn);
    for (long i = 0; i < rightScales.elements(); i++) {
      rightScales.setDouble(i, rightScale * Math.scalb(1.0, perRow ? -(int) (i % 5) : 0));
      rightZeros.setLong(i, rightZero);
    }
    List<Value> operands =
        new ArrayList<>(
            List.of(
                a,
                g.scalar(scales, leftScale),
                g.scalar(a.dtype(), (double) leftZero),
                constantWeights
                    ? g.constant(integers(b, inner, columns))
                    : g.input("b", b, inner, columns),
                g.constant(rightScales),
                g.constant(rightZeros),
                g.scalar(scales, resultScale),
                g.scalar(to, (double) resultZero)));
    DType biasType = bias;
    if (biasType != null) {
      Tensor biases = TensorArena.ofAuto().allocate(biasType, columns);
      for (long i = 0; i < columns; i++) {
        biases.setLong(i, i == 0 ? largestBias : random.nextLong(-largestBias, largestBias));
      }
      operands.add(g.constant(biases));
    }
    Attributes attributes = Attributes.none().with("rounding", rounding).with("to", to);
    return g.op("halyard.qmatmul/1", attributes, operands.toArray(Value[]::new)).getFirst();
  }

  /** {@return a graph of this product alone, from {@code x} to {@code y}} */
  Graph graph(DType a, Shape shape, long columns) {
    return Graph.of("product", g -> g.output("y", of(g, g.input("x", a, shape), columns)));
  }

  Graph graph(DType a, long rows, long inner, long columns) {
    return graph(a, Shape.of(Dim.of(rows), Dim.of(inner)), columns);
  }

  /** {@return any numbers of a type, its ends often} */
  Tensor integers(DType dtype, long... shape) {
    Tensor tensor = TensorArena.ofAuto().allocate(dtype, shape);
    long most = dtype == DType.I8 ? Byte.MAX_VALUE : Short.MAX_VALUE;
    for (long i = 0; i < tensor.elements(); i++) {
      tensor.setLong(
          i,
          switch (random.nextInt(8)) {
            case 0 -> most;
            case 1 -> -most - 1;
            case 2 -> random.nextLong(-most - 1, most + 1);
            default -> random.nextLong(-9, 10);
          });
    }
    return tensor;
  }
}
