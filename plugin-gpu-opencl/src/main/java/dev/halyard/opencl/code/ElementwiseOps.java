package dev.halyard.opencl.code;

import dev.halyard.spi.NodeView;
import java.util.Optional;
import java.util.Set;

/** Which operations a fused chain may hold. */
final class ElementwiseOps {
  private static final Set<String> PRIMITIVES =
      Set.of(
          "neg/1",
          "abs/1",
          "floor/1",
          "ceil/1",
          "round/1",
          "sqrt/1",
          "exp/1",
          "log/1",
          "sin/1",
          "cos/1",
          "tanh/1",
          "erf/1",
          "add/1",
          "sub/1",
          "mul/1",
          "div/1",
          "rem/1",
          "pow/1",
          "min/1",
          "max/1",
          "eq/1",
          "ne/1",
          "lt/1",
          "le/1",
          "gt/1",
          "ge/1",
          "not/1",
          "and/1",
          "or/1",
          "select/1",
          "cast/1");

  private ElementwiseOps() {}

  static boolean isPrimitive(NodeView node) {
    return PRIMITIVES.contains(node.op());
  }

  static boolean isBroadcast(NodeView node) {
    return node.op().equals("broadcast/1");
  }

  /** {@return whether a chain may hold a node: it, or each node of its body, is elementwise} */
  static boolean isElementwise(NodeView node) {
    return isPrimitive(node)
        || node.body()
            .filter(
                body ->
                    node.outputs().size() == 1
                        && node.inputs().stream()
                            .allMatch(v -> v.shape().equals(node.outputs().getFirst().shape()))
                        && body.nodes().stream()
                            .allMatch(inner -> isElementwise(inner) || spreadsConstant(inner)))
            .isPresent();
  }

  private static boolean spreadsConstant(NodeView node) {
    return Optional.of(node)
        .filter(ElementwiseOps::isBroadcast)
        .filter(broadcast -> broadcast.inputs().getFirst().constant().isPresent())
        .isPresent();
  }
}
