package dev.halyard.internal;

import static dev.halyard.internal.Op.Kind.NUMBER;
import static dev.halyard.internal.Op.declare;
import static dev.halyard.internal.Vocabulary.FLOATS;
import static dev.halyard.internal.Vocabulary.NUMERIC;

import dev.halyard.DType;
import dev.halyard.Graph;
import dev.halyard.Value;
import dev.halyard.spi.Attributes;
import java.util.List;
import java.util.function.Consumer;

/** Elementwise functions of one operand. */
final class ActivationComposites {
  private ActivationComposites() {}

  /** Builds y from x, both of a dtype that is computed in. */
  @FunctionalInterface
  private interface Formula {
    Value of(Graph.Builder graph, Value x, Attributes given);
  }

  static void declareAll(Consumer<Op> ops) {
    ops.accept(
        declare("halyard.relu/1")
            .operands("x")
            .dtypes("numeric")
            .rule("max(x, 0)")
            .composite(
                (call, graph, operands) -> {
                  call.requireDtype(0, NUMERIC);
                  return List.of(operands.getFirst().max(0));
                }));
    ops.accept(floats("halyard.sigmoid/1", "1 / (1 + e^-x)", (g, x, given) -> sigmoid(g, x)));
    ops.accept(
        floats(
            "halyard.silu/1",
            "x * sigmoid(x) (arXiv:1702.03118)",
            (g, x, given) -> x.mul(sigmoid(g, x))));
    ops.accept(
        floats(
            "halyard.hard_swish/1",
            "x * min(max(x + 3, 0), 6) / 6 (arXiv:1905.02244)",
            (g, x, given) -> x.mul(x.add(3).max(0).min(6)).div(6)));
    ops.accept(
        floats(
            "halyard.softplus/1",
            "log(1 + e^x), computed as max(x, 0) + log1p(e^-|x|)",
            (g, x, given) -> x.max(0).add(log1p(g, x.abs().neg().exp()))));
    ops.accept(
        floats(
            "halyard.rsqrt/1",
            "1 / sqrt(x); +Inf at +0, NaN below zero",
            (g, x, given) -> reciprocal(g, x.sqrt())));
    ops.accept(
        floats("halyard.reciprocal/1", "1 / x; Inf at zero", (g, x, given) -> reciprocal(g, x)));
    ops.accept(
        floats(
            declare("halyard.leaky_relu/1").attribute("alpha", NUMBER),
            "x where x >= 0, else alpha * x",
            (g, x, given) -> x.ge(g.scalar(x.dtype(), 0)).select(x, x.mul(given.number("alpha")))));
    ops.accept(
        floats(
            declare("halyard.elu/1").attribute("alpha", NUMBER),
            "x where x >= 0, else alpha * (e^x - 1) (arXiv:1511.07289); e^x - 1 = 2t / (1 - t) with"
                + " t = tanh(x / 2)",
            (g, x, given) ->
                x.ge(g.scalar(x.dtype(), 0)).select(x, expm1(x).mul(given.number("alpha")))));
    ops.accept(
        floats(
            declare("halyard.hard_sigmoid/1").attribute("alpha", NUMBER).attribute("beta", NUMBER),
            "min(max(alpha * x + beta, 0), 1)",
            (g, x, given) -> x.mul(given.number("alpha")).add(given.number("beta")).max(0).min(1)));
    ops.accept(
        floats(
            "halyard.gelu.erf/1",
            "x / 2 * (1 + erf(x / sqrt(2))) (arXiv:1606.08415)",
            (g, x, given) -> x.mul(0.5).mul(x.mul(Math.sqrt(0.5)).erf().add(1))));
    ops.accept(
        floats(
            "halyard.gelu.tanh/1",
            "x / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x^3))) (arXiv:1606.08415)",
            (g, x, given) -> geluTanh(x)));
    ops.accept(
        declare("halyard.clip/1")
            .attribute("min", NUMBER)
            .attribute("max", NUMBER)
            .operands("x")
            .dtypes("numeric")
            .rule(
                "min(max(x, min), max), so max where min > max; NaN stays NaN; for integers the"
                    + " limits are rounded inwards and saturated")
            .composite(
                (call, graph, operands) -> {
                  call.requireDtype(0, NUMERIC);
                  double min = call.attributes().number("min");
                  double max = call.attributes().number("max");
                  call.require(
                      !Double.isNaN(min) && !Double.isNaN(max), "the limits must not be NaN");
                  return List.of(clip(operands.getFirst(), min, max));
                }));
  }

  private static Op floats(String id, String rule, Formula formula) {
    return floats(declare(id), rule, formula);
  }

  private static Op floats(Op.Declaration declaration, String rule, Formula formula) {
    return declaration
        .operands("x")
        .dtypes("floats")
        .rule(rule)
        .composite(
            (call, graph, operands) -> {
              call.requireDtype(0, FLOATS);
              Value x = operands.getFirst();
              Value y = formula.of(graph, Bodies.wide(x), call.attributes());
              return List.of(y.cast(x.dtype()));
            });
  }

  private static Value reciprocal(Graph.Builder graph, Value x) {
    return graph.scalar(x.dtype(), 1).div(x);
  }

  private static Value sigmoid(Graph.Builder graph, Value x) {
    return reciprocal(graph, x.neg().exp().add(1));
  }

  private static Value geluTanh(Value x) {
    Value cubic = x.add(x.mul(x).mul(x).mul(0.044715)).mul(Math.sqrt(2 / Math.PI));
    return x.mul(0.5).mul(cubic.tanh().add(1));
  }

  /**
   * {@return log(1 + x) for x in [0, 1], to a few units in the last place}
   *
   * <p>W. Kahan's correction, from D. Goldberg, "What every computer scientist should know about
   * floating-point arithmetic" (1991), theorem 4: the error of 1 + x cancels in the quotient.
   */
  private static Value log1p(Graph.Builder graph, Value x) {
    Value sum = x.add(1);
    Value one = graph.scalar(x.dtype(), 1);
    return sum.eq(one).select(x, sum.log().mul(x).div(sum.sub(1)));
  }

  /** {@return e^x - 1 for x below 0, where 1 - t lies in [1, 2] and nothing cancels} */
  private static Value expm1(Value x) {
    Value t = x.mul(0.5).tanh();
    return t.mul(2).div(t.neg().add(1));
  }

  private static Value clip(Value x, double min, double max) {
    if (x.dtype().isFloat()) {
      return x.max(min).min(max);
    }
    double least = leastOf(x.dtype());
    double greatest = -least - 1;
    if (x.dtype() == DType.U8) {
      greatest = 255;
    }
    return x.max(Math.clamp(Math.ceil(min), least, greatest))
        .min(Math.clamp(Math.floor(max), least, greatest));
  }

  private static double leastOf(DType dtype) {
    return dtype == DType.U8 ? 0 : -Math.scalb(1.0, 8 * dtype.bytes() - 1);
  }
}
