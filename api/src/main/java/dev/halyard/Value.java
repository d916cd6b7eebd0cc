package dev.halyard;

import dev.halyard.internal.Node;
import dev.halyard.internal.ValueType;
import dev.halyard.spi.Attributes;
import dev.halyard.spi.NodeView;
import dev.halyard.spi.ValueView;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A value of a graph, with a method for every operation.
 *
 * <p>Binary operations broadcast as NumPy does: axes are aligned at the innermost, and an extent of
 * 1, or a missing one, is repeated. Negative axes count from the innermost. Each method adds nodes
 * to the graph under construction and throws {@link InvalidGraphException}, with the node's name
 * and the operands' shapes, when the operation's rule is broken; exact rules, element types and
 * special values are in docs/operations.md.
 */
public final class Value implements ValueView {
  private final Graph.Builder builder;
  private final int id;
  private final String name;
  private final ValueType type;
  private final @Nullable Node producer;
  private final @Nullable Tensor constant;

  Value(
      Graph.Builder builder,
      int id,
      String name,
      ValueType type,
      @Nullable Node producer,
      @Nullable Tensor constant) {
    this.builder = builder;
    this.id = id;
    this.name = name;
    this.type = type;
    this.producer = producer;
    this.constant = constant;
  }

  Graph.Builder builder() {
    return builder;
  }

  /** {@return the element type and shape} */
  ValueType type() {
    return type;
  }

  @Override
  public int id() {
    return id;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public DType dtype() {
    return type.dtype();
  }

  @Override
  public Shape shape() {
    return type.shape();
  }

  @Override
  public Optional<NodeView> producer() {
    return Optional.ofNullable(producer);
  }

  @Override
  public Optional<MemorySegment> constant() {
    return Optional.ofNullable(constant).map(tensor -> tensor.segment().asReadOnly());
  }

  /** {@return the tensor of a constant; empty for every other value} */
  public Optional<Tensor> constantTensor() {
    return Optional.ofNullable(constant);
  }

  /** {@return -x} */
  public Value neg() {
    return apply("neg/1", Attributes.none());
  }

  /** {@return |x|} */
  public Value abs() {
    return apply("abs/1", Attributes.none());
  }

  /** {@return the greatest integer not above x} */
  public Value floor() {
    return apply("floor/1", Attributes.none());
  }

  /** {@return the least integer not below x} */
  public Value ceil() {
    return apply("ceil/1", Attributes.none());
  }

  /** {@return the nearest integer, ties to even} */
  public Value round() {
    return apply("round/1", Attributes.none());
  }

  /** {@return the square root} */
  public Value sqrt() {
    return apply("sqrt/1", Attributes.none());
  }

  /** {@return e^x} */
  public Value exp() {
    return apply("exp/1", Attributes.none());
  }

  /** {@return the natural logarithm} */
  public Value log() {
    return apply("log/1", Attributes.none());
  }

  /** {@return the sine of x radians} */
  public Value sin() {
    return apply("sin/1", Attributes.none());
  }

  /** {@return the cosine of x radians} */
  public Value cos() {
    return apply("cos/1", Attributes.none());
  }

  /** {@return the hyperbolic tangent} */
  public Value tanh() {
    return apply("tanh/1", Attributes.none());
  }

  /** {@return the error function} */
  public Value erf() {
    return apply("erf/1", Attributes.none());
  }

  /** {@return logical negation} */
  public Value not() {
    return apply("not/1", Attributes.none());
  }

  /**
   * {@return x + y}
   *
   * @param y the other operand; broadcast against this
   */
  public Value add(Value y) {
    return broadcasting("add/1", y);
  }

  /**
   * {@return x + y}
   *
   * @param y a number, converted to this dtype
   */
  public Value add(double y) {
    return add(builder.scalar(dtype(), y));
  }

  /**
   * {@return x - y}
   *
   * @param y the other operand; broadcast against this
   */
  public Value sub(Value y) {
    return broadcasting("sub/1", y);
  }

  /**
   * {@return x - y}
   *
   * @param y a number, converted to this dtype
   */
  public Value sub(double y) {
    return sub(builder.scalar(dtype(), y));
  }

  /**
   * {@return x * y}
   *
   * @param y the other operand; broadcast against this
   */
  public Value mul(Value y) {
    return broadcasting("mul/1", y);
  }

  /**
   * {@return x * y}
   *
   * @param y a number, converted to this dtype
   */
  public Value mul(double y) {
    return mul(builder.scalar(dtype(), y));
  }

  /**
   * {@return x / y}
   *
   * @param y the other operand; broadcast against this
   */
  public Value div(Value y) {
    return broadcasting("div/1", y);
  }

  /**
   * {@return x / y}
   *
   * @param y a number, converted to this dtype
   */
  public Value div(double y) {
    return div(builder.scalar(dtype(), y));
  }

  /**
   * {@return the remainder of x / y, with the sign of x}
   *
   * @param y the other operand; broadcast against this
   */
  public Value rem(Value y) {
    return broadcasting("rem/1", y);
  }

  /**
   * {@return the remainder of x / y, with the sign of x}
   *
   * @param y a number, converted to this dtype
   */
  public Value rem(double y) {
    return rem(builder.scalar(dtype(), y));
  }

  /**
   * {@return x to the power of y}
   *
   * @param y the other operand; broadcast against this
   */
  public Value pow(Value y) {
    return broadcasting("pow/1", y);
  }

  /**
   * {@return x to the power of y}
   *
   * @param y a number, converted to this dtype
   */
  public Value pow(double y) {
    return pow(builder.scalar(dtype(), y));
  }

  /**
   * {@return the lesser of x and y}
   *
   * @param y the other operand; broadcast against this
   */
  public Value min(Value y) {
    return broadcasting("min/1", y);
  }

  /**
   * {@return the lesser of x and y}
   *
   * @param y a number, converted to this dtype
   */
  public Value min(double y) {
    return min(builder.scalar(dtype(), y));
  }

  /**
   * {@return the greater of x and y}
   *
   * @param y the other operand; broadcast against this
   */
  public Value max(Value y) {
    return broadcasting("max/1", y);
  }

  /**
   * {@return the greater of x and y}
   *
   * @param y a number, converted to this dtype
   */
  public Value max(double y) {
    return max(builder.scalar(dtype(), y));
  }

  /**
   * {@return logical conjunction}
   *
   * @param y the other operand; broadcast against this
   */
  public Value and(Value y) {
    return broadcasting("and/1", y);
  }

  /**
   * {@return logical disjunction}
   *
   * @param y the other operand; broadcast against this
   */
  public Value or(Value y) {
    return broadcasting("or/1", y);
  }

  /**
   * {@return {@code x = y} as BOOL}
   *
   * @param y the other operand; broadcast against this
   */
  public Value eq(Value y) {
    return broadcasting("eq/1", y);
  }

  /**
   * {@return {@code x != y} as BOOL}
   *
   * @param y the other operand; broadcast against this
   */
  public Value ne(Value y) {
    return broadcasting("ne/1", y);
  }

  /**
   * {@return {@code x < y} as BOOL}
   *
   * @param y the other operand; broadcast against this
   */
  public Value lt(Value y) {
    return broadcasting("lt/1", y);
  }

  /**
   * {@return {@code x <= y} as BOOL}
   *
   * @param y the other operand; broadcast against this
   */
  public Value le(Value y) {
    return broadcasting("le/1", y);
  }

  /**
   * {@return {@code x > y} as BOOL}
   *
   * @param y the other operand; broadcast against this
   */
  public Value gt(Value y) {
    return broadcasting("gt/1", y);
  }

  /**
   * {@return {@code x >= y} as BOOL}
   *
   * @param y the other operand; broadcast against this
   */
  public Value ge(Value y) {
    return broadcasting("ge/1", y);
  }

  /**
   * {@return x where this holds, else y; all three are broadcast}
   *
   * @param x chosen where this BOOL is true
   * @param y chosen elsewhere
   */
  public Value select(Value x, Value y) {
    Shape common = commonShape(commonShape(shape(), x), y);
    return broadcast(common)
        .apply("select/1", Attributes.none(), x.broadcast(common), y.broadcast(common));
  }

  /**
   * {@return this converted to another dtype; itself if it has that dtype}
   *
   * @param to the dtype
   */
  public Value cast(DType to) {
    return dtype() == to ? this : apply("cast/1", Attributes.none().with("to", to));
  }

  /**
   * {@return the matrix product over the two innermost axes, batch axes broadcast; integers give
   * I32 (I64 for I64)}
   *
   * @param b [..., K, N] for this [..., M, K]
   */
  public Value matmul(Value b) {
    return matmul(b, productType());
  }

  /**
   * {@return the matrix product over the two innermost axes, batch axes broadcast}
   *
   * @param b [..., K, N] for this [..., M, K]
   * @param to the dtype of the result: that of the operands, or a wider one for F16, BF16 and
   *     integers
   */
  public Value matmul(Value b, DType to) {
    requireMatrices(b);
    Shape batch = commonShape(batchOf(this), batchOf(b), b);
    Value left = broadcast(withMatrix(batch, shape()));
    Value right = b.broadcast(withMatrix(batch, b.shape()));
    return left.apply("matmul/1", Attributes.none().with("to", to), right);
  }

  /**
   * {@return the convolution of x[N, C, spatial...]: [N, M, spatial...]}
   *
   * @param weights [M, C/groups, window...]
   * @param window strides, dilations and padding; its sizes are those of the weights
   * @param groups how many groups the channels fall into
   */
  public Value conv(Value weights, Window window, long groups) {
    int spatial = shape().rank() - 2;
    Attributes attributes =
        window
            .attributes(spatial)
            .with("groups", groups)
            .with("to", productType())
            .with("input_dilations", Window.filled(spatial, 1));
    return apply("conv/1", attributes, weights);
  }

  /**
   * {@return the sum along axes}
   *
   * @param keepDims whether the axes stay, with extent 1
   * @param axes the axes
   */
  public Value reduceSum(boolean keepDims, long... axes) {
    return apply("reduce_sum/1", Attributes.none().with("axes", axes).with("keep_dims", keepDims));
  }

  /**
   * {@return the product along axes}
   *
   * @param keepDims whether the axes stay, with extent 1
   * @param axes the axes
   */
  public Value reduceProd(boolean keepDims, long... axes) {
    return apply("reduce_prod/1", Attributes.none().with("axes", axes).with("keep_dims", keepDims));
  }

  /**
   * {@return the greatest along axes}
   *
   * @param keepDims whether the axes stay, with extent 1
   * @param axes the axes
   */
  public Value reduceMax(boolean keepDims, long... axes) {
    return apply("reduce_max/1", Attributes.none().with("axes", axes).with("keep_dims", keepDims));
  }

  /**
   * {@return the least along axes}
   *
   * @param keepDims whether the axes stay, with extent 1
   * @param axes the axes
   */
  public Value reduceMin(boolean keepDims, long... axes) {
    return apply("reduce_min/1", Attributes.none().with("axes", axes).with("keep_dims", keepDims));
  }

  /**
   * {@return the I64 index of the first greatest element along an axis}
   *
   * @param axis the axis
   * @param keepDims whether the axis stays, with extent 1
   */
  public Value argmax(long axis, boolean keepDims) {
    return apply(
        "argmax/1",
        Attributes.none()
            .with("axis", axis)
            .with("keep_dims", keepDims)
            .with("select_last", false));
  }

  /**
   * {@return the elements in order along an axis, and their I64 indices}
   *
   * @param axis the axis
   * @param descending whether the greatest come first
   */
  public List<Value> sort(long axis, boolean descending) {
    return builder.op(
        "sort/1", Attributes.none().with("axis", axis).with("descending", descending), this);
  }

  /**
   * {@return the same elements under another shape}
   *
   * @param shape as many elements
   */
  public Value reshape(long... shape) {
    return reshape(Shape.of(shape));
  }

  /**
   * {@return the same elements under another shape; itself if it has that shape}
   *
   * @param to as many elements; may be symbolic
   */
  public Value reshape(Shape to) {
    return shape().equals(to) ? this : apply("reshape/1", Attributes.none().with("shape", to));
  }

  /**
   * {@return the axes in another order}
   *
   * @param permutation for each axis of the result, the axis of this
   */
  public Value transpose(long... permutation) {
    return apply("transpose/1", Attributes.none().with("permutation", permutation));
  }

  /**
   * {@return this repeated to a shape; itself if it has that shape}
   *
   * @param to the shape
   */
  public Value broadcast(Shape to) {
    return shape().equals(to) ? this : apply("broadcast/1", Attributes.none().with("shape", to));
  }

  /**
   * {@return a box of this}
   *
   * @param start the first index per axis
   * @param size the extents of the result
   */
  public Value slice(Shape start, Shape size) {
    return slice(start, size, Window.filled(shape().rank(), 1));
  }

  /**
   * {@return every stride-th element from a start}
   *
   * @param start the first index per axis
   * @param size the extents of the result
   * @param strides per axis; may be negative, not 0
   */
  public Value slice(Shape start, Shape size, long... strides) {
    return apply(
        "slice/1",
        Attributes.none().with("start", start).with("size", size).with("strides", strides));
  }

  /**
   * {@return this with a border}
   *
   * @param value a scalar of the same dtype
   * @param low elements before, per axis
   * @param high elements after, per axis
   */
  public Value pad(Value value, long[] low, long[] high) {
    return apply("pad/1", Attributes.none().with("low", low).with("high", high), value);
  }

  /**
   * {@return the slices at some indices, as numpy.take}
   *
   * @param indices I32 or I64, of any shape
   * @param axis the axis that is replaced by the shape of the indices
   */
  public Value gather(Value indices, long axis) {
    return apply("gather/1", Attributes.none().with("axis", axis), indices);
  }

  /**
   * {@return a copy of this with elements replaced or increased}
   *
   * @param indices I32 or I64, of the shape of the updates
   * @param updates the new elements
   * @param axis the axis that the indices count along
   * @param reduction {@code "none"} or {@code "add"}
   */
  public Value scatter(Value indices, Value updates, long axis, String reduction) {
    return apply(
        "scatter/1",
        Attributes.none().with("axis", axis).with("reduction", reduction),
        indices,
        updates);
  }

  /**
   * {@return integers that stand for these floats}
   *
   * @param scale a scalar, or a vector along the axis
   * @param zeroPoint of the dtype of the result, shaped as the scale
   * @param axis the axis of the scales
   * @param rounding {@code "HALF_EVEN"} or {@code "HALF_UP"}
   */
  public Value quantize(Value scale, Value zeroPoint, long axis, String rounding) {
    return apply(
        "quantize/1",
        Attributes.none()
            .with("axis", axis)
            .with("rounding", rounding)
            .with("to", zeroPoint.dtype()),
        scale,
        zeroPoint);
  }

  /**
   * {@return the floats that these integers stand for}
   *
   * @param scale a scalar, or a vector along the axis
   * @param zeroPoint of this dtype, shaped as the scale
   * @param axis the axis of the scales
   */
  public Value dequantize(Value scale, Value zeroPoint, long axis) {
    return apply("dequantize/1", Attributes.none().with("axis", axis), scale, zeroPoint);
  }

  /** {@return the greater of x and 0} */
  public Value relu() {
    return apply("halyard.relu/1", Attributes.none());
  }

  /** {@return 1 / (1 + e^-x)} */
  public Value sigmoid() {
    return apply("halyard.sigmoid/1", Attributes.none());
  }

  /** {@return x * sigmoid(x)} */
  public Value silu() {
    return apply("halyard.silu/1", Attributes.none());
  }

  /** {@return x * min(max(x + 3, 0), 6) / 6} */
  public Value hardSwish() {
    return apply("halyard.hard_swish/1", Attributes.none());
  }

  /** {@return log(1 + e^x)} */
  public Value softplus() {
    return apply("halyard.softplus/1", Attributes.none());
  }

  /** {@return 1 / sqrt(x)} */
  public Value rsqrt() {
    return apply("halyard.rsqrt/1", Attributes.none());
  }

  /** {@return 1 / x} */
  public Value reciprocal() {
    return apply("halyard.reciprocal/1", Attributes.none());
  }

  /**
   * {@return x where {@code x >= 0}, else alpha * x}
   *
   * @param alpha the slope below zero
   */
  public Value leakyRelu(double alpha) {
    return apply("halyard.leaky_relu/1", Attributes.none().with("alpha", alpha));
  }

  /**
   * {@return x where {@code x >= 0}, else alpha * (e^x - 1)}
   *
   * @param alpha the limit below zero, negated
   */
  public Value elu(double alpha) {
    return apply("halyard.elu/1", Attributes.none().with("alpha", alpha));
  }

  /**
   * {@return alpha * x + beta, clipped to [0, 1]}
   *
   * @param alpha the slope
   * @param beta the value at 0
   */
  public Value hardSigmoid(double alpha, double beta) {
    return apply(
        "halyard.hard_sigmoid/1", Attributes.none().with("alpha", alpha).with("beta", beta));
  }

  /**
   * {@return the Gaussian error linear unit}
   *
   * @param formula which of its two formulas
   */
  public Value gelu(Gelu formula) {
    return apply(
        formula == Gelu.ERF ? "halyard.gelu.erf/1" : "halyard.gelu.tanh/1", Attributes.none());
  }

  /**
   * {@return x limited to a range; NaN stays NaN}
   *
   * @param min the lower limit
   * @param max the upper limit
   */
  public Value clip(double min, double max) {
    return apply("halyard.clip/1", Attributes.none().with("min", min).with("max", max));
  }

  /**
   * {@return e^(x - max) divided by its sum along an axis}
   *
   * @param axis the axis
   */
  public Value softmax(long axis) {
    return apply("halyard.softmax/1", Attributes.none().with("axis", axis));
  }

  /**
   * {@return the logarithm of the softmax}
   *
   * @param axis the axis
   */
  public Value logSoftmax(long axis) {
    return apply("halyard.log_softmax/1", Attributes.none().with("axis", axis));
  }

  /**
   * {@return the arithmetic mean along axes}
   *
   * @param keepDims whether the axes stay, with extent 1
   * @param axes the axes
   */
  public Value mean(boolean keepDims, long... axes) {
    return apply(
        "halyard.mean/1", Attributes.none().with("axes", axes).with("keep_dims", keepDims));
  }

  /**
   * {@return (x - mean) / sqrt(variance + epsilon) * scale + bias over the axes from {@code axis}
   * to the innermost (arXiv:1607.06450)}
   *
   * @param scale of the shape of those axes
   * @param bias of the shape of those axes
   * @param axis the first axis to normalise over
   * @param epsilon added to the variance
   */
  public Value layerNorm(Value scale, Value bias, long axis, double epsilon) {
    return apply(
        "halyard.layer_norm/1",
        Attributes.none().with("axis", axis).with("epsilon", epsilon),
        scale,
        bias);
  }

  /**
   * {@return x / sqrt(mean(x^2) + epsilon) * scale over the axes from {@code axis} to the innermost
   * (arXiv:1910.07467)}
   *
   * @param scale of the shape of those axes
   * @param axis the first axis to normalise over
   * @param epsilon added to the mean square
   */
  public Value rmsNorm(Value scale, long axis, double epsilon) {
    return apply(
        "halyard.rms_norm/1", Attributes.none().with("axis", axis).with("epsilon", epsilon), scale);
  }

  /**
   * {@return (x - mean) / sqrt(variance + epsilon) * scale + bias with statistics per channel (axis
   * 1), as for inference (arXiv:1502.03167)}
   *
   * @param scale [C]
   * @param bias [C]
   * @param mean [C]
   * @param variance [C]
   * @param epsilon added to the variance
   */
  public Value batchNorm(Value scale, Value bias, Value mean, Value variance, double epsilon) {
    return apply(
        "halyard.batch_norm/1",
        Attributes.none().with("epsilon", epsilon),
        scale,
        bias,
        mean,
        variance);
  }

  /**
   * {@return softmax(scale * q k^T) v over the two innermost axes (arXiv:1706.03762)}
   *
   * @param k [..., S, E] for this [..., L, E]
   * @param v [..., S, D]
   * @param scale usually 1 / sqrt(E)
   */
  public Value attention(Value k, Value v, double scale) {
    return apply("halyard.attention/1", Attributes.none().with("scale", scale), k, v);
  }

  /**
   * {@return softmax(scale * q k^T + mask) v over the two innermost axes (arXiv:1706.03762)}
   *
   * @param k [..., S, E] for this [..., L, E]
   * @param v [..., S, D]
   * @param mask added to the scores; broadcast to [..., L, S]
   * @param scale usually 1 / sqrt(E)
   */
  public Value attention(Value k, Value v, Value mask, double scale) {
    return apply("halyard.attention/1", Attributes.none().with("scale", scale), k, v, mask);
  }

  /**
   * {@return the greatest within a window over the spatial axes of [N, C, spatial...]; padding
   * counts for nothing}
   *
   * @param window sizes, strides, dilations and padding
   */
  public Value maxPool(Window window) {
    return apply(
        "halyard.max_pool/1",
        window.attributes(shape().rank() - 2).with("window", window.size(shape().rank() - 2)));
  }

  /**
   * {@return the mean within a window over the spatial axes of [N, C, spatial...]}
   *
   * @param window sizes, strides, dilations and padding
   * @param countPadding whether padding counts as zeros, or for nothing
   */
  public Value averagePool(Window window, boolean countPadding) {
    return apply(
        "halyard.average_pool/1",
        window
            .attributes(shape().rank() - 2)
            .with("window", window.size(shape().rank() - 2))
            .with("count_padding", countPadding));
  }

  /**
   * {@return the transposed convolution of x[N, C, spatial...], extent (in - 1) * stride - low -
   * high + dilation * (window - 1) + 1}
   *
   * @param weights [C, M/groups, window...]
   * @param window strides, dilations and padding; its sizes are those of the weights
   * @param groups how many groups the channels fall into
   */
  public Value convTranspose(Value weights, Window window, long groups) {
    return apply(
        "halyard.conv_transpose/1",
        window.attributes(shape().rank() - 2).with("groups", groups),
        weights);
  }

  /**
   * {@return this sampled at floor(i * in / out) along every axis}
   *
   * @param sizes the extents of the result; may be symbolic
   */
  public Value resizeNearest(Shape sizes) {
    return apply("halyard.resize.nearest/1", Attributes.none().with("sizes", sizes));
  }

  /**
   * {@return this interpolated linearly along every axis, with half-pixel centres and clamped
   * edges}
   *
   * @param sizes the extents of the result; may be symbolic
   */
  public Value resizeLinear(Shape sizes) {
    return apply("halyard.resize.linear/1", Attributes.none().with("sizes", sizes));
  }

  /**
   * {@return the running sum along an axis of fixed extent, each element included}
   *
   * @param axis the axis
   */
  public Value cumulativeSum(long axis) {
    return apply("halyard.cumsum/1", Attributes.none().with("axis", axis));
  }

  /**
   * {@return the k greatest (or least) elements along an axis, in order, and their I64 indices}
   *
   * @param k how many, at most the extent
   * @param axis the axis
   * @param largest whether the greatest are wanted, or the least
   */
  public List<Value> topK(long k, long axis, boolean largest) {
    return builder.op(
        "halyard.top_k/1",
        Attributes.none().with("k", k).with("axis", axis).with("largest", largest),
        this);
  }

  /**
   * {@return the I64 index of the first least element along an axis; a NaN is greater than every
   * number}
   *
   * @param axis the axis
   * @param keepDims whether the axis stays, with extent 1
   */
  public Value argmin(long axis, boolean keepDims) {
    return apply(
        "halyard.argmin/1", Attributes.none().with("axis", axis).with("keep_dims", keepDims));
  }

  private Value apply(String op, Attributes attributes, Value... others) {
    Value[] operands = new Value[others.length + 1];
    operands[0] = this;
    System.arraycopy(others, 0, operands, 1, others.length);
    return builder.op(op, attributes, operands).getFirst();
  }

  private Value broadcasting(String op, Value y) {
    Shape common = commonShape(shape(), y);
    return broadcast(common).apply(op, Attributes.none(), y.broadcast(common));
  }

  private Shape commonShape(Shape mine, Value other) {
    return commonShape(mine, other.shape(), other);
  }

  private Shape commonShape(Shape a, Shape b, Value other) {
    Dim[] common = new Dim[Math.max(a.rank(), b.rank())];
    for (int i = 1; i <= common.length; i++) {
      Dim x = i <= a.rank() ? a.dim(-i) : Dim.of(1);
      Dim y = i <= b.rank() ? b.dim(-i) : Dim.of(1);
      if (!x.equals(y) && !x.is(1) && !y.is(1)) {
        throw new InvalidGraphException(
            "values '"
                + name
                + "' "
                + type
                + " and '"
                + other.name
                + "' "
                + other.type
                + " do not broadcast: "
                + x
                + " and "
                + y
                + " at axis -"
                + i
                + " are neither equal nor 1");
      }
      common[common.length - i] = x.is(1) ? y : x;
    }
    return Shape.of(common);
  }

  private DType productType() {
    return switch (dtype().name()) {
      case "I8", "U8", "I16" -> DType.I32;
      default -> dtype();
    };
  }

  private void requireMatrices(Value b) {
    if (shape().rank() < 2 || b.shape().rank() < 2) {
      throw new InvalidGraphException(
          "matmul of '"
              + name
              + "' "
              + type
              + " and '"
              + b.name
              + "' "
              + b.type
              + ": both need rank 2 or more; reshape a vector to a row or a column");
    }
  }

  private static Shape batchOf(Value value) {
    return Shape.of(value.shape().dims().subList(0, value.shape().rank() - 2));
  }

  private static Shape withMatrix(Shape batch, Shape matrix) {
    Dim[] dims = new Dim[batch.rank() + 2];
    for (int i = 0; i < batch.rank(); i++) {
      dims[i] = batch.dim(i);
    }
    dims[batch.rank()] = matrix.dim(-2);
    dims[batch.rank() + 1] = matrix.dim(-1);
    return Shape.of(dims);
  }

  /** {@return the name, element type and shape} */
  @Override
  public String toString() {
    return name + ": " + type;
  }
}
