package dev.halyard.runtime.compile;

import dev.halyard.DType;
import dev.halyard.Dim;
import dev.halyard.Graph;
import dev.halyard.Shape;
import dev.halyard.Tensor;
import dev.halyard.Value;
import dev.halyard.internal.Node;
import dev.halyard.spi.Attributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * quantize(product(dequantize(a), dequantize(b)) + dequantize(bias)), the bias being optional and
 * in steps of a_scale * b_scale, as quantisers write it.
 *
 * @param product the matrix product or convolution
 * @param a the dequantize of the left operand
 * @param b the dequantize of the right operand
 * @param bias the integers of the bias, if there is one
 */
record QdqPattern(Node product, Node a, Node b, @Nullable Value bias) {
  private static final Set<DType> QUANTIZED = Set.of(DType.I8, DType.U8, DType.I16);

  /** The most products of (255)^2 that fit I32. */
  private static final long MAX_TERMS = Integer.MAX_VALUE / (255 * 255);

  /** {@return the parts, if a node is the quantize of the pattern} */
  static Optional<QdqPattern> match(Node root, Graph graph) {
    if (!root.op().equals("quantize/1") || root.inputs().get(1).shape().rank() != 0) {
      return Optional.empty();
    }
    Value result = withoutRelu(root, graph);
    return matchProduct(result, null, graph)
        .or(
            () ->
                Pattern.inner(graph, result, "add/1")
                    .flatMap(
                        add ->
                            matchBias(Pattern.left(add), Pattern.right(add), graph)
                                .or(() -> matchBias(Pattern.right(add), Pattern.left(add), graph))))
        .filter(found -> sameScaleType(found, root));
  }

  private static boolean sameScaleType(QdqPattern found, Node root) {
    DType dtype = scale(root).dtype();
    return scale(found.a).dtype() == dtype && scale(found.b).dtype() == dtype;
  }

  /** Below zero both give the least integer, where that stands for 0. */
  private static Value withoutRelu(Node root, Graph graph) {
    Value x = Pattern.left(root);
    DType to = root.output().dtype();
    double least = to == DType.U8 ? 0 : -Math.scalb(1.0, 8 * to.bytes() - 1);
    boolean saturates =
        Constants.isAll(root.inputs().get(2), least)
            && Constants.all(scale(root), s -> s > 0 && s < Double.POSITIVE_INFINITY);
    return saturates ? Pattern.inner(graph, x, "halyard.relu/1").map(Pattern::left).orElse(x) : x;
  }

  private static Optional<QdqPattern> matchProduct(Value value, @Nullable Value bias, Graph graph) {
    return Pattern.inner(graph, value, "matmul/1")
        .or(() -> Pattern.inner(graph, value, "conv/1"))
        .flatMap(product -> operands(product, bias));
  }

  private static Optional<QdqPattern> operands(Node product, @Nullable Value bias) {
    Optional<Node> a = dequantize(product, 0);
    Optional<Node> b = dequantize(product, 1);
    if (a.isEmpty() || b.isEmpty()) {
      return Optional.empty();
    }
    boolean fits =
        scale(a.get()).shape().rank() == 0
            && hasScalePerOutput(product, b.get())
            && sumsFit(product, a.get(), b.get());
    return fits ? Optional.of(new QdqPattern(product, a.get(), b.get(), bias)) : Optional.empty();
  }

  private static Optional<Node> dequantize(Node product, int operand) {
    Value value = product.inputs().get(operand);
    Value small = Constants.unspread(value);
    boolean batchOnly =
        small == value
            || (product.op().equals("matmul/1")
                && small.shape().rank() >= 2
                && small.shape().dim(-1).equals(value.shape().dim(-1))
                && small.shape().dim(-2).equals(value.shape().dim(-2)));
    return Pattern.op(small, "dequantize/1")
        .filter(node -> batchOnly && QUANTIZED.contains(Pattern.left(node).dtype()));
  }

  private static boolean hasScalePerOutput(Node product, Node b) {
    int rank = Pattern.left(b).shape().rank();
    int outputs = product.op().equals("conv/1") ? 0 : rank - 1;
    return scale(b).shape().rank() == 0
        || Math.floorMod(b.attributes().integer("axis"), rank) == outputs;
  }

  /** Sums with a 16-bit operand are kept in I64, which no tensor's extent can exhaust. */
  private static boolean sumsFit(Node product, Node a, Node b) {
    if (Pattern.left(a).dtype() == DType.I16 || Pattern.left(b).dtype() == DType.I16) {
      return true;
    }
    Shape weights = Pattern.left(b).shape();
    List<Dim> summed =
        product.op().equals("matmul/1")
            ? List.of(weights.dim(-2))
            : weights.dims().subList(1, weights.rank());
    long terms = 1;
    for (Dim dim : summed) {
      if (dim.max() > MAX_TERMS) {
        return false;
      }
      terms *= dim.max();
      if (terms > MAX_TERMS) {
        return false;
      }
    }
    return true;
  }

  private static Optional<QdqPattern> matchBias(Value sum, Value bias, Graph graph) {
    Value vector = vector(bias);
    Optional<Node> dequantized =
        Pattern.op(vector, "dequantize/1")
            .filter(node -> Pattern.left(node).dtype() == DType.I32)
            .filter(node -> Constants.isAll(node.inputs().get(2), 0));
    if (dequantized.isEmpty() || vector.shape().rank() != 1) {
      return Optional.empty();
    }
    return matchProduct(sum, Pattern.left(dequantized.get()), graph)
        .filter(found -> found.liesAlongOutputs(bias))
        .filter(found -> found.hasScale(scale(dequantized.get())));
  }

  /** {@return the value that is reshaped to [n, 1, ...] and broadcast} */
  private static Value vector(Value bias) {
    Value small = Constants.unspread(bias);
    return Pattern.op(small, "reshape/1").map(Pattern::left).orElse(small);
  }

  private boolean liesAlongOutputs(Value bias) {
    Value small = Constants.unspread(bias);
    Shape result = product.output().shape();
    int axis = product.op().equals("conv/1") ? 1 : result.rank() - 1;
    Dim outputs = result.dim(axis);
    int offset = result.rank() - small.shape().rank();
    for (int i = 0; i < small.shape().rank(); i++) {
      Dim wanted = offset + i == axis ? outputs : Dim.of(1);
      if (!small.shape().dim(i).equals(wanted)) {
        return false;
      }
    }
    return vector(bias).shape().equals(Shape.of(outputs));
  }

  private boolean hasScale(Value biasScale) {
    Optional<Tensor> given = biasScale.constantTensor();
    Optional<Tensor> left = scale(a).constantTensor();
    Optional<Tensor> right = scale(b).constantTensor();
    if (given.isEmpty() || left.isEmpty() || right.isEmpty()) {
      return false;
    }
    long count = Math.max(given.get().elements(), right.get().elements());
    for (long i = 0; i < count; i++) {
      double product = left.get().getDouble(0) * at(right.get(), i);
      if (at(given.get(), i) != rounded(product, biasScale.dtype())) {
        return false;
      }
    }
    return true;
  }

  private static double rounded(double value, DType dtype) {
    return Tensor.scalar(dtype, value).getDouble(0);
  }

  private static double at(Tensor scalarOrVector, long index) {
    return scalarOrVector.getDouble(scalarOrVector.elements() == 1 ? 0 : index);
  }

  private static Value scale(Node node) {
    return node.inputs().get(1);
  }

  /** {@return the composite that takes the place of the pattern} */
  Value emit(Node root, Rewriter to) {
    List<Value> operands = new ArrayList<>();
    operands.addAll(a.inputs());
    operands.addAll(b.inputs());
    operands.addAll(root.inputs().subList(1, 3));
    if (bias != null) {
      operands.add(bias);
    }
    boolean conv = product.op().equals("conv/1");
    return to.emit(
        root.name(),
        conv ? "halyard.qconv/1" : "halyard.qmatmul/1",
        attributes(root, conv),
        to.get(operands).toArray(Value[]::new));
  }

  private Attributes attributes(Node root, boolean conv) {
    Attributes attributes =
        Attributes.none()
            .with("rounding", root.attributes().text("rounding"))
            .with("to", root.output().dtype());
    if (!conv) {
      return attributes;
    }
    Attributes given = product.attributes();
    for (String name : List.of("strides", "dilations", "input_dilations", "pad_low", "pad_high")) {
      attributes = attributes.with(name, given.integers(name));
    }
    return attributes.with("groups", given.integer("groups"));
  }
}
