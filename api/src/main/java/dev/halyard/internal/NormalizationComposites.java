package dev.halyard.internal;

import static dev.halyard.internal.Op.Kind.FLAG;
import static dev.halyard.internal.Op.Kind.INTEGER;
import static dev.halyard.internal.Op.Kind.INTEGERS;
import static dev.halyard.internal.Op.Kind.NUMBER;
import static dev.halyard.internal.Op.declare;
import static dev.halyard.internal.Vocabulary.FLOATS;
import static dev.halyard.internal.Vocabulary.NUMERIC;

import dev.halyard.DType;
import dev.halyard.Graph;
import dev.halyard.Shape;
import dev.halyard.Value;
import java.util.List;
import java.util.function.Consumer;

/** Elements related to the others along some axes: means, softmax, normalisations, attention. */
final class NormalizationComposites {
  private NormalizationComposites() {}

  static void declareAll(Consumer<Op> ops) {
    ops.accept(
        declare("halyard.softmax/1")
            .attribute("axis", INTEGER)
            .operands("x")
            .dtypes("floats")
            .rule("e^(x - max(x)) / sum of e^(x - max(x)) along the axis; NaN where all are -Inf")
            .composite(NormalizationComposites::softmax));
    ops.accept(
        declare("halyard.log_softmax/1")
            .attribute("axis", INTEGER)
            .operands("x")
            .dtypes("floats")
            .rule("x - max(x) - log(sum of e^(x - max(x))) along the axis")
            .composite(NormalizationComposites::logSoftmax));
    ops.accept(
        declare("halyard.mean/1")
            .attribute("axes", INTEGERS)
            .attribute("keep_dims", FLAG)
            .operands("x")
            .dtypes("numeric")
            .rule(
                "the sum divided by the number of elements along the axes; NaN of nothing; integers"
                    + " are summed in I64 and truncate, 0 of nothing")
            .composite(NormalizationComposites::mean));
    ops.accept(
        declare("halyard.layer_norm/1")
            .attribute("axis", INTEGER)
            .attribute("epsilon", NUMBER)
            .operands("x", "scale", "bias")
            .dtypes("floats, equal")
            .rule(
                "(x - mean) / sqrt(variance + epsilon) * scale + bias over the axes from axis to"
                    + " the innermost, whose shape scale and bias have; variance = mean((x -"
                    + " mean)^2) (arXiv:1607.06450)")
            .composite(NormalizationComposites::layerNorm));
    ops.accept(
        declare("halyard.rms_norm/1")
            .attribute("axis", INTEGER)
            .attribute("epsilon", NUMBER)
            .operands("x", "scale")
            .dtypes("floats, equal")
            .rule(
                "x / sqrt(mean(x^2) + epsilon) * scale over the axes from axis to the innermost,"
                    + " whose shape scale has (arXiv:1910.07467)")
            .composite(NormalizationComposites::rmsNorm));
    ops.accept(
        declare("halyard.batch_norm/1")
            .attribute("epsilon", NUMBER)
            .operands("x", "scale", "bias", "mean", "variance")
            .dtypes("floats, equal")
            .rule(
                "(x - mean) * (scale / sqrt(variance + epsilon)) + bias for x[N, C, ...], the"
                    + " others [C] (arXiv:1502.03167)")
            .composite(NormalizationComposites::batchNorm));
    ops.accept(
        declare("halyard.attention/1")
            .attribute("scale", NUMBER)
            .operands("q", "k", "v", "mask?")
            .dtypes("floats, equal")
            .rule(
                "softmax(scale * q k^T + mask) v for q[..., L, E], k[..., S, E], v[..., S, D] and a"
                    + " mask that broadcasts to [..., L, S]; the outer axes of q, k and v broadcast"
                    + " (arXiv:1706.03762)")
            .composite(NormalizationComposites::attention));
  }

  private static List<Value> softmax(OpCall call, Graph.Builder graph, List<Value> operands) {
    call.requireDtype(0, FLOATS);
    Value x = operands.getFirst();
    return List.of(Bodies.softmax(Bodies.wide(x), call.axis("axis", 0)).cast(x.dtype()));
  }

  private static List<Value> logSoftmax(OpCall call, Graph.Builder graph, List<Value> operands) {
    call.requireDtype(0, FLOATS);
    int axis = call.axis("axis", 0);
    Value x = Bodies.wide(operands.getFirst());
    Value below = x.sub(x.reduceMax(true, axis));
    Value result = below.sub(below.exp().reduceSum(true, axis).log());
    return List.of(result.cast(call.dtype(0)));
  }

  private static List<Value> mean(OpCall call, Graph.Builder graph, List<Value> operands) {
    call.requireDtype(0, NUMERIC);
    int[] axes = call.axes("axes", 0);
    Value x = operands.getFirst();
    Value wide = x.dtype().isFloat() ? Bodies.wide(x) : x.cast(DType.I64);
    Value sum = wide.reduceSum(call.attributes().flag("keep_dims"), Bodies.longs(axes));
    Value count = Bodies.count(graph, x.shape(), axes).cast(wide.dtype());
    return List.of(sum.div(count).cast(x.dtype()));
  }

  private static List<Value> layerNorm(OpCall call, Graph.Builder graph, List<Value> operands) {
    int[] axes = requireNormalized(call);
    Value x = Bodies.wide(operands.getFirst());
    Value centred = x.sub(Bodies.mean(graph, x, axes));
    Value variance = Bodies.mean(graph, centred.mul(centred), axes);
    Value result =
        centred
            .mul(inverseRoot(call, graph, variance))
            .mul(Bodies.wide(operands.get(1)))
            .add(Bodies.wide(operands.get(2)));
    return List.of(result.cast(call.dtype(0)));
  }

  private static List<Value> rmsNorm(OpCall call, Graph.Builder graph, List<Value> operands) {
    int[] axes = requireNormalized(call);
    Value x = Bodies.wide(operands.getFirst());
    Value meanSquare = Bodies.mean(graph, x.mul(x), axes);
    Value result = x.mul(inverseRoot(call, graph, meanSquare)).mul(Bodies.wide(operands.get(1)));
    return List.of(result.cast(call.dtype(0)));
  }

  private static List<Value> batchNorm(OpCall call, Graph.Builder graph, List<Value> operands) {
    requireFloats(call);
    requireEpsilon(call);
    Shape x = call.shape(0);
    call.require(x.rank() >= 2, "x must be [N, C, ...]");
    for (int i = 1; i < operands.size(); i++) {
      call.require(
          call.shape(i).equals(Shape.of(x.dim(1))),
          "operand " + i + " must be [" + x.dim(1) + "], one per channel");
    }
    List<Value> wide = operands.stream().map(Bodies::wide).toList();
    Value factor = wide.get(1).mul(inverseRoot(call, graph, wide.get(4)));
    int inner = x.rank() - 2;
    Value result =
        wide.getFirst()
            .sub(Bodies.along(wide.get(3), inner))
            .mul(Bodies.along(factor, inner))
            .add(Bodies.along(wide.get(2), inner));
    return List.of(result.cast(call.dtype(0)));
  }

  private static List<Value> attention(OpCall call, Graph.Builder graph, List<Value> operands) {
    requireFloats(call);
    requireAttention(call);
    List<Value> wide = operands.stream().map(Bodies::wide).toList();
    Value q = wide.get(0).mul(call.attributes().number("scale"));
    Value scores = q.matmul(transposed(wide.get(1)));
    if (wide.size() > 3) {
      call.require(
          Bodies.broadcasts(call.shape(3), scores.shape()),
          "the mask must broadcast to the scores " + scores.shape());
      scores = scores.add(wide.get(3));
    }
    Value weights = Bodies.softmax(scores, scores.shape().rank() - 1);
    return List.of(weights.matmul(wide.get(2)).cast(call.dtype(0)));
  }

  private static void requireAttention(OpCall call) {
    Shape q = call.shape(0);
    Shape k = call.shape(1);
    Shape v = call.shape(2);
    call.require(
        q.rank() >= 2 && k.rank() >= 2 && v.rank() >= 2,
        "wants q[..., L, E], k[..., S, E] and v[..., S, D]");
    call.require(
        q.dim(-1).equals(k.dim(-1)),
        "q and k must have the same innermost extent, have " + q.dim(-1) + " and " + k.dim(-1));
    call.require(
        k.dim(-2).equals(v.dim(-2)),
        "k and v must have equally many rows, have " + k.dim(-2) + " and " + v.dim(-2));
    call.require(
        Bodies.broadcastTogether(Bodies.batch(q), Bodies.batch(k))
            && Bodies.broadcastTogether(Bodies.batch(q), Bodies.batch(v))
            && Bodies.broadcastTogether(Bodies.batch(k), Bodies.batch(v)),
        "the outer axes of q, k and v must broadcast");
  }

  private static Value transposed(Value matrix) {
    int rank = matrix.shape().rank();
    long[] permutation = Bodies.longs(Bodies.axesFrom(0, rank));
    permutation[rank - 2] = rank - 1L;
    permutation[rank - 1] = rank - 2L;
    return matrix.transpose(permutation);
  }

  /**
   * {@return 1 / sqrt(variance + epsilon)}
   *
   * <p>Computed on the small tensor of statistics, so that the large one is multiplied and not
   * divided: one rounding more than a division, a unit in the last place at most.
   */
  private static Value inverseRoot(OpCall call, Graph.Builder graph, Value variance) {
    Value root = variance.add(call.attributes().number("epsilon")).sqrt();
    return graph.scalar(root.dtype(), 1).div(root);
  }

  private static int[] requireNormalized(OpCall call) {
    requireFloats(call);
    requireEpsilon(call);
    int rank = call.shape(0).rank();
    int axis = call.axis("axis", 0);
    Shape normalized = Bodies.part(call.shape(0), axis, rank);
    for (int i = 1; i < call.operands().size(); i++) {
      call.require(
          call.shape(i).equals(normalized),
          "operand " + i + " must have the shape of the axes from " + axis + ", " + normalized);
    }
    return Bodies.axesFrom(axis, rank);
  }

  private static void requireFloats(OpCall call) {
    call.requireDtype(0, FLOATS);
    for (int i = 1; i < call.operands().size(); i++) {
      call.requireSameDtype(0, i);
    }
  }

  private static void requireEpsilon(OpCall call) {
    call.require(call.attributes().number("epsilon") >= 0, "epsilon must be at least 0");
  }
}
