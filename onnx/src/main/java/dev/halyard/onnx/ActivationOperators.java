package dev.halyard.onnx;

import static dev.halyard.onnx.ElementwiseOperators.unary;

import dev.halyard.DType;
import dev.halyard.Gelu;
import dev.halyard.Tensor;
import dev.halyard.Value;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Activation functions. */
final class ActivationOperators {
  /** The default limits of Clip before version 11: those of a binary32. */
  private static final double LOWEST = -Float.MAX_VALUE;

  private static final double HIGHEST = Float.MAX_VALUE;

  private ActivationOperators() {}

  static void declareAll(Consumer<Operator> operators) {
    operators.accept(unary("Relu", Value::relu));
    operators.accept(unary("Sigmoid", Value::sigmoid));
    operators.accept(unary("Softplus", Value::softplus));
    operators.accept(unary("HardSwish", Value::hardSwish).since(14));
    operators.accept(unary("Softsign", x -> x.div(x.abs().add(1))));
    operators.accept(unary("Mish", x -> x.mul(x.softplus().tanh())).since(18));
    operators.accept(
        Operator.of(
                "LeakyRelu",
                1,
                node -> node.result(node.value(0).leakyRelu(node.number("alpha", 0.01))))
            .attributes("alpha"));
    operators.accept(
        Operator.of("Elu", 1, node -> node.result(node.value(0).elu(node.number("alpha", 1))))
            .attributes("alpha"));
    operators.accept(
        Operator.of("Selu", 1, ActivationOperators::selu).attributes("alpha", "gamma"));
    operators.accept(Operator.of("PRelu", 2, ActivationOperators::prelu));
    operators.accept(
        Operator.of(
                "HardSigmoid",
                1,
                node ->
                    node.result(
                        node.value(0)
                            .hardSigmoid(node.number("alpha", 0.2), node.number("beta", 0.5))))
            .attributes("alpha", "beta"));
    operators.accept(
        Operator.of("Gelu", 1, ActivationOperators::gelu).since(20).attributes("approximate"));
    operators.accept(
        Operator.of(
                "Swish",
                1,
                node -> {
                  Value x = node.value(0);
                  double alpha = node.number("alpha", 1);
                  node.result(alpha == 1 ? x.silu() : x.mul(x.mul(alpha).sigmoid()));
                })
            .since(24)
            .attributes("alpha"));
    operators.accept(
        Operator.of("Clip", 1, ActivationOperators::clip).inputs(1, 3).attributes("min", "max"));
    operators.accept(
        Operator.of("Softmax", 1, node -> node.result(softmax(node, false))).attributes("axis"));
    operators.accept(
        Operator.of("LogSoftmax", 1, node -> node.result(softmax(node, true))).attributes("axis"));
    operators.accept(
        Operator.of("Dropout", 1, ActivationOperators::dropout)
            .inputs(1, 3)
            .attributes("ratio", "seed")
            .limits("inference only: the identity"));
  }

  /** The constants are those of ONNX's specification, rounded to binary32 there. */
  private static void selu(OnnxNode node) {
    Value x = node.value(0);
    double alpha = node.number("alpha", 1.6732631921768188);
    double gamma = node.number("gamma", 1.0507010221481323);
    node.result(x.elu(alpha).mul(gamma));
  }

  private static void prelu(OnnxNode node) {
    Value x = node.value(0);
    Value zero = node.graph().scalar(x.dtype(), 0);
    node.result(x.lt(zero).select(x.mul(node.value(1)), x));
  }

  private static void gelu(OnnxNode node) {
    String formula = node.text("approximate", "none");
    switch (formula) {
      case "none" -> node.result(node.value(0).gelu(Gelu.ERF));
      case "tanh" -> node.result(node.value(0).gelu(Gelu.TANH));
      default -> throw node.unsupported("its attribute 'approximate' is '" + formula + "'");
    }
  }

  /** Limits were attributes and became optional inputs with version 11. */
  private static void clip(OnnxNode node) {
    Value x = node.value(0);
    if (node.version() < 11) {
      node.result(x.clip(node.number("min", LOWEST), node.number("max", HIGHEST)));
      return;
    }
    Double min = limit(node, 1, Double.NEGATIVE_INFINITY);
    Double max = limit(node, 2, Double.POSITIVE_INFINITY);
    if (min != null && max != null && x.dtype().isFloat() && min <= max) {
      node.result(x.clip(min, max));
      return;
    }
    Value clipped = node.optional(1) == null ? x : x.max(node.value(1));
    node.result(node.optional(2) == null ? clipped : clipped.min(node.value(2)));
  }

  private static @Nullable Double limit(OnnxNode node, int index, double otherwise) {
    Operand operand = node.optional(index);
    if (operand == null) {
      return otherwise;
    }
    Tensor constant = operand.constant();
    return constant == null || constant.elements() != 1 ? null : constant.getDouble(0);
  }

  /** Before version 13, all axes from the given one on were taken together, by default from 1. */
  private static Value softmax(OnnxNode node, boolean logarithm) {
    Value x = node.value(0);
    int rank = x.shape().rank();
    if (node.version() >= 13) {
      int axis = node.axis(-1, x.shape());
      return logarithm ? x.logSoftmax(axis) : x.softmax(axis);
    }
    long given = node.integer("axis", 1);
    // The axis may be the rank: then nothing is left to normalise over but single elements.
    int axis = given == rank ? rank : node.axis(given, rank);
    if (axis == rank - 1) {
      return logarithm ? x.logSoftmax(axis) : x.softmax(axis);
    }
    long[] axes = new long[rank - axis];
    Arrays.setAll(axes, i -> axis + i);
    Value shifted = x.sub(x.reduceMax(true, axes));
    Value powers = shifted.exp();
    Value sum = powers.reduceSum(true, axes);
    return logarithm ? shifted.sub(sum.log()) : powers.div(sum);
  }

  private static void dropout(OnnxNode node) {
    Value x = node.value(0);
    if (node.optional(2) != null && node.constant(2, "training_mode").getLong(0) != 0) {
      throw node.unsupported("training_mode; export the model for inference");
    }
    node.result(x);
    if (node.wants(1)) {
      DType mask = node.version() < 10 ? x.dtype() : DType.BOOL;
      node.result(1, node.graph().scalar(mask, 1).broadcast(x.shape()));
    }
  }
}
