package dev.halyard.cpu;

import dev.halyard.DType;
import dev.halyard.spi.NodeView;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Which operations a fused chain may hold, and what each is there. */
final class ElementwiseOps {
  private static final Map<String, Enum<?>> PRIMITIVES =
      Map.ofEntries(
          Map.entry("neg/1", Unary.NEG),
          Map.entry("abs/1", Unary.ABS),
          Map.entry("floor/1", Unary.FLOOR),
          Map.entry("ceil/1", Unary.CEIL),
          Map.entry("round/1", Unary.ROUND),
          Map.entry("sqrt/1", Unary.SQRT),
          Map.entry("exp/1", Unary.EXP),
          Map.entry("log/1", Unary.LOG),
          Map.entry("sin/1", Unary.SIN),
          Map.entry("cos/1", Unary.COS),
          Map.entry("tanh/1", Unary.TANH),
          Map.entry("erf/1", Unary.ERF),
          Map.entry("add/1", Binary.ADD),
          Map.entry("sub/1", Binary.SUB),
          Map.entry("mul/1", Binary.MUL),
          Map.entry("div/1", Binary.DIV),
          Map.entry("rem/1", Binary.REM),
          Map.entry("pow/1", Binary.POW),
          Map.entry("min/1", Binary.MIN),
          Map.entry("max/1", Binary.MAX),
          Map.entry("eq/1", Comparison.EQ),
          Map.entry("ne/1", Comparison.NE),
          Map.entry("lt/1", Comparison.LT),
          Map.entry("le/1", Comparison.LE),
          Map.entry("gt/1", Comparison.GT),
          Map.entry("ge/1", Comparison.GE),
          Map.entry("not/1", Expr.Logic.NOT),
          Map.entry("and/1", Expr.Logic.AND),
          Map.entry("or/1", Expr.Logic.OR),
          Map.entry("select/1", Expr.Logic.SELECT),
          Map.entry("cast/1", Expr.Logic.CAST));

  /** Composites of one operand that have a loop of their own in {@link Kernels}. */
  private static final Map<String, Unary> COMPOSITES =
      Map.of(
          "halyard.relu/1", Unary.RELU,
          "halyard.sigmoid/1", Unary.SIGMOID,
          "halyard.silu/1", Unary.SILU,
          "halyard.gelu.erf/1", Unary.GELU_ERF,
          "halyard.gelu.tanh/1", Unary.GELU_TANH);

  private ElementwiseOps() {}

  /** {@return what a node is in a chain; null if it is a composite to be expanded, or no part} */
  static @Nullable Enum<?> direct(NodeView node) {
    Enum<?> primitive = PRIMITIVES.get(node.op());
    if (primitive != null) {
      return primitive;
    }
    DType dtype = node.outputs().getFirst().dtype();
    return dtype.isFloat() ? COMPOSITES.get(node.op()) : null;
  }

  static boolean isBroadcast(NodeView node) {
    return node.op().equals("broadcast/1");
  }

  /** {@return whether a chain may hold a node: it, or each node of its body, is elementwise} */
  static boolean isElementwise(NodeView node) {
    return direct(node) != null
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
