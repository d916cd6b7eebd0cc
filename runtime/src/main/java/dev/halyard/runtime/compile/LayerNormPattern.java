package dev.halyard.runtime.compile;

import dev.halyard.Graph;
import dev.halyard.Shape;
import dev.halyard.Value;
import dev.halyard.internal.Node;
import dev.halyard.spi.Attributes;
import java.util.Optional;

/**
 * (d / sqrt(mean(d * d) + epsilon)) * scale + bias with d = x - mean(x) over the innermost axis, as
 * PyTorch writes layer normalisation into ONNX (d^2 has become d * d before).
 *
 * @param x what is normalised
 * @param scale one factor per element of the innermost axis
 * @param bias one summand per element of the innermost axis
 * @param epsilon added to the variance
 */
record LayerNormPattern(Value x, Value scale, Value bias, double epsilon) {

  /** {@return the parts, if a node is the last of the pattern} */
  static Optional<LayerNormPattern> match(Node root, Graph graph) {
    if (!root.op().equals("add/1") || !root.output().dtype().isFloat()) {
      return Optional.empty();
    }
    Value a = Pattern.left(root);
    Value b = Pattern.right(root);
    return matchBias(a, b, graph).or(() -> matchBias(b, a, graph));
  }

  private static Optional<LayerNormPattern> matchBias(Value scaled, Value bias, Graph graph) {
    return Pattern.inner(graph, scaled, "mul/1")
        .flatMap(
            mul ->
                matchScale(Pattern.left(mul), Pattern.right(mul), bias, graph)
                    .or(() -> matchScale(Pattern.right(mul), Pattern.left(mul), bias, graph)));
  }

  private static Optional<LayerNormPattern> matchScale(
      Value normalized, Value scale, Value bias, Graph graph) {
    if (!isPerElement(scale) || !isPerElement(bias)) {
      return Optional.empty();
    }
    return Pattern.inner(graph, normalized, "div/1")
        .flatMap(
            div ->
                Pattern.op(Constants.unspread(Pattern.right(div)), "sqrt/1")
                    .flatMap(root -> Pattern.op(Pattern.left(root), "add/1"))
                    .flatMap(sum -> matchVariance(sum, Pattern.left(div), scale, bias)));
  }

  private static Optional<LayerNormPattern> matchVariance(
      Node sum, Value centred, Value scale, Value bias) {
    Optional<Double> epsilon = Constants.scalar(Pattern.right(sum));
    boolean squares =
        Pattern.innermostMean(Pattern.left(sum))
            .flatMap(square -> Pattern.op(square, "mul/1"))
            .filter(mul -> Pattern.left(mul) == centred && Pattern.right(mul) == centred)
            .isPresent();
    if (epsilon.isEmpty() || epsilon.get() < 0 || !squares) {
      return Optional.empty();
    }
    return Pattern.op(centred, "sub/1")
        .filter(sub -> isMean(Pattern.right(sub), Pattern.left(sub)))
        .map(sub -> new LayerNormPattern(Pattern.left(sub), scale, bias, epsilon.get()));
  }

  private static boolean isMean(Value value, Value x) {
    return Pattern.innermostMean(Constants.unspread(value)).filter(of -> of == x).isPresent();
  }

  private static boolean isPerElement(Value spread) {
    Value value = Constants.unspread(spread);
    return value != spread && Constants.isInnermost(innermost(spread), value.shape());
  }

  private static Shape innermost(Value value) {
    int rank = value.shape().rank();
    return rank == 0 ? Shape.scalar() : Shape.of(value.shape().dim(rank - 1));
  }

  /** {@return the composite that takes the place of the pattern} */
  Value emit(Node root, Rewriter to) {
    return to.emit(
        root.name(),
        "halyard.layer_norm/1",
        Attributes.none().with("axis", -1).with("epsilon", epsilon),
        to.get(x),
        vector(scale, to),
        vector(bias, to));
  }

  private static Value vector(Value spread, Rewriter to) {
    return to.get(Constants.unspread(spread)).reshape(innermost(spread));
  }
}
