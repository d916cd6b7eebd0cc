package dev.halyard.testkit;

import dev.halyard.DType;
import dev.halyard.Value;
import dev.halyard.spi.Attributes;
import java.util.List;

/** Cases of the elementwise primitives and activations. */
final class ElementwiseCases {
  private static final List<String> FUNCTIONS =
      List.of(
          "floor/1", "ceil/1", "round/1", "sqrt/1", "exp/1", "log/1", "sin/1", "cos/1", "tanh/1",
          "erf/1");
  private static final List<String> ARITHMETIC =
      List.of("add/1", "sub/1", "mul/1", "div/1", "rem/1", "pow/1", "min/1", "max/1");
  private static final List<String> ORDER = List.of("lt/1", "le/1", "gt/1", "ge/1");
  private static final List<String> ACTIVATIONS =
      List.of(
          "sigmoid",
          "silu",
          "hard_swish",
          "softplus",
          "rsqrt",
          "reciprocal",
          "gelu.erf",
          "gelu.tanh");

  private ElementwiseCases() {}

  static void declareAll(Family.Registry into) {
    into.add("neg/1", Family.NUMERIC, unary("neg/1"));
    into.add("abs/1", Family.NUMERIC, unary("abs/1"));
    FUNCTIONS.forEach(op -> into.add(op, Family.FLOATS, unary(op)));
    into.add("not/1", Family.TRUTH, unary("not/1"));
    ARITHMETIC.forEach(op -> into.add(op, Family.NUMERIC, binary(op)));
    into.add("and/1", Family.TRUTH, binary("and/1"));
    into.add("or/1", Family.TRUTH, binary("or/1"));
    into.add("eq/1", Family.ANY, binary("eq/1"));
    into.add("ne/1", Family.ANY, binary("ne/1"));
    ORDER.forEach(op -> into.add(op, Family.NUMERIC, binary(op)));
    into.add("select/1", Family.ANY, ElementwiseCases::select);
    into.add(
        "cast/1",
        Family.ANY,
        draft -> {
          DType to = draft.oneOf(Family.ANY);
          Value x = draft.value(draft.dtype, draft.shape(0, 5));
          draft.finish("cast/1", Attributes.none().with("to", to), x);
        });

    into.add("halyard.relu/1", Family.NUMERIC, unary("halyard.relu/1"));
    for (String name : ACTIVATIONS) {
      String op = "halyard." + name + "/1";
      into.add(op, Family.FLOATS, unary(op));
    }
    into.add("halyard.leaky_relu/1", Family.FLOATS, scaled("halyard.leaky_relu/1", "alpha"));
    into.add("halyard.elu/1", Family.FLOATS, scaled("halyard.elu/1", "alpha"));
    into.add(
        "halyard.hard_sigmoid/1", Family.FLOATS, scaled("halyard.hard_sigmoid/1", "alpha", "beta"));
    into.add(
        "halyard.clip/1",
        Family.NUMERIC,
        draft -> {
          Attributes limits =
              Attributes.none()
                  .with("min", draft.chance(0.1) ? Double.NEGATIVE_INFINITY : -draft.below(6) * 0.5)
                  .with("max", draft.chance(0.1) ? Double.POSITIVE_INFINITY : draft.below(8) * 0.5);
          draft.finish("halyard.clip/1", limits, draft.value(draft.dtype, draft.shape(0, 5)));
        });
  }

  private static Family unary(String op) {
    return draft ->
        draft.finish(op, Attributes.none(), draft.value(draft.dtype, draft.shape(0, 5)));
  }

  private static Family scaled(String op, String... numbers) {
    return draft -> {
      Attributes attributes = Attributes.none();
      for (String name : numbers) {
        attributes = attributes.with(name, draft.between(1, 12) * 0.1);
      }
      draft.finish(op, attributes, draft.value(draft.dtype, draft.shape(0, 5)));
    };
  }

  private static Family binary(String op) {
    return draft -> {
      long[] shape = draft.shape(0, 5);
      Value x = draft.broadcastValue(draft.dtype, shape);
      Value y = draft.chance(0.05) ? x : draft.broadcastValue(draft.dtype, shape);
      draft.finish(op, Attributes.none(), x, y);
    };
  }

  private static void select(Draft draft) {
    long[] shape = draft.shape(0, 5);
    draft.finish(
        "select/1",
        Attributes.none(),
        draft.broadcastValue(DType.BOOL, shape),
        draft.broadcastValue(draft.dtype, shape),
        draft.broadcastValue(draft.dtype, shape));
  }
}
