package dev.halyard.internal;

import static dev.halyard.internal.Op.declare;
import static dev.halyard.internal.Vocabulary.ANY;
import static dev.halyard.internal.Vocabulary.FLOATS;
import static dev.halyard.internal.Vocabulary.NUMERIC;
import static dev.halyard.internal.Vocabulary.one;

import dev.halyard.DType;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** Element by element; operands have equal shapes, since broadcasts are nodes of their own. */
final class ElementwiseOps {
  private static final Set<DType> TRUTH = Set.of(DType.BOOL);

  private ElementwiseOps() {}

  static void declareAll(Consumer<Op> ops) {
    ops.accept(unary("neg/1", NUMERIC, "numeric", "-x; wraps for integers"));
    ops.accept(
        unary(
            "abs/1",
            NUMERIC,
            "numeric",
            "|x|; the least signed integer is its own absolute value"));
    ops.accept(unary("floor/1", FLOATS, "floats", "the greatest integer not above x"));
    ops.accept(unary("ceil/1", FLOATS, "floats", "the least integer not below x"));
    ops.accept(unary("round/1", FLOATS, "floats", "the nearest integer, ties to even"));
    ops.accept(unary("sqrt/1", FLOATS, "floats", "the square root; NaN below zero"));
    ops.accept(unary("exp/1", FLOATS, "floats", "e^x"));
    ops.accept(unary("log/1", FLOATS, "floats", "the natural logarithm; -Inf at zero, NaN below"));
    ops.accept(unary("sin/1", FLOATS, "floats", "the sine of x radians"));
    ops.accept(unary("cos/1", FLOATS, "floats", "the cosine of x radians"));
    ops.accept(unary("tanh/1", FLOATS, "floats", "the hyperbolic tangent"));
    ops.accept(
        unary("erf/1", FLOATS, "floats", "2/sqrt(pi) times the integral of e^(-t^2) from 0 to x"));
    ops.accept(unary("not/1", TRUTH, "BOOL", "logical negation"));

    ops.accept(binary("add/1", NUMERIC, "numeric", "x + y; wraps for integers"));
    ops.accept(binary("sub/1", NUMERIC, "numeric", "x - y; wraps for integers"));
    ops.accept(binary("mul/1", NUMERIC, "numeric", "x * y; wraps for integers"));
    ops.accept(
        binary(
            "div/1",
            NUMERIC,
            "numeric",
            "x / y; integers truncate towards zero, x / 0 = 0, and MIN / -1 = MIN"));
    ops.accept(
        binary(
            "rem/1",
            NUMERIC,
            "numeric",
            "the remainder with the sign of x (C's fmod); integer x rem 0 = 0"));
    ops.accept(
        binary(
            "pow/1",
            NUMERIC,
            "numeric",
            "x^y as java.lang.Math.pow; for integers a wrapping product, and 1/x^-y truncated (0"
                + " for x = 0) when y < 0"));
    ops.accept(
        binary(
            "min/1", NUMERIC, "numeric", "the lesser; NaN if either is NaN; -0 is less than +0"));
    ops.accept(
        binary(
            "max/1", NUMERIC, "numeric", "the greater; NaN if either is NaN; -0 is less than +0"));
    ops.accept(binary("and/1", TRUTH, "BOOL", "logical conjunction"));
    ops.accept(binary("or/1", TRUTH, "BOOL", "logical disjunction"));

    ops.accept(comparison("eq/1", ANY, "any", "x = y; false if either is NaN; -0 = +0"));
    ops.accept(comparison("ne/1", ANY, "any", "not x = y; true if either is NaN"));
    ops.accept(comparison("lt/1", NUMERIC, "numeric", "x < y; false if either is NaN"));
    ops.accept(comparison("le/1", NUMERIC, "numeric", "x <= y; false if either is NaN"));
    ops.accept(comparison("gt/1", NUMERIC, "numeric", "x > y; false if either is NaN"));
    ops.accept(comparison("ge/1", NUMERIC, "numeric", "x >= y; false if either is NaN"));

    ops.accept(
        declare("select/1")
            .operands("condition", "x", "y")
            .dtypes("condition BOOL; x, y any, equal")
            .rule("x where the condition holds, else y")
            .primitive(
                call -> {
                  call.requireDtype(0, TRUTH);
                  call.requireSameDtype(1, 2);
                  call.requireSameShape(0, 1);
                  call.requireSameShape(1, 2);
                  return List.of(call.operand(1));
                }));
    ops.accept(
        declare("cast/1")
            .attribute("to", Op.Kind.DTYPE)
            .operands("x")
            .dtypes("any to any")
            .rule(
                "converts: floats round to nearest even; floats to integers truncate and saturate,"
                    + " NaN becomes 0; integers to narrower ones keep the low bits; to BOOL is x !="
                    + " 0 (NaN is true); from BOOL is 0 or 1")
            .primitive(call -> one(call.attributes().dtype("to"), call.shape(0))));
  }

  private static Op unary(String id, Set<DType> dtypes, String names, String rule) {
    return declare(id)
        .operands("x")
        .dtypes(names)
        .rule(rule)
        .primitive(
            call -> {
              call.requireDtype(0, dtypes);
              return List.of(call.operand(0));
            });
  }

  private static Op binary(String id, Set<DType> dtypes, String names, String rule) {
    return declare(id)
        .operands("x", "y")
        .dtypes(names + ", equal")
        .rule(rule)
        .primitive(
            call -> {
              requirePair(call, dtypes);
              return List.of(call.operand(0));
            });
  }

  private static Op comparison(String id, Set<DType> dtypes, String names, String rule) {
    return declare(id)
        .operands("x", "y")
        .dtypes(names + ", equal; gives BOOL")
        .rule(rule)
        .primitive(
            call -> {
              requirePair(call, dtypes);
              return one(DType.BOOL, call.shape(0));
            });
  }

  private static void requirePair(OpCall call, Set<DType> dtypes) {
    call.requireDtype(0, dtypes);
    call.requireSameDtype(0, 1);
    call.requireSameShape(0, 1);
  }
}
