package dev.halyard.onnx;

import dev.halyard.DType;
import dev.halyard.Tensor;
import dev.halyard.Value;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** Arithmetic, element by element. */
final class ElementwiseOperators {
  private ElementwiseOperators() {}

  static void declareAll(Consumer<Operator> operators) {
    operators.accept(unary("Neg", Value::neg));
    operators.accept(unary("Abs", Value::abs));
    operators.accept(unary("Floor", Value::floor));
    operators.accept(unary("Ceil", Value::ceil));
    operators.accept(unary("Round", Value::round).since(11));
    operators.accept(unary("Sqrt", Value::sqrt));
    operators.accept(unary("Exp", Value::exp));
    operators.accept(unary("Log", Value::log));
    operators.accept(unary("Sin", Value::sin));
    operators.accept(unary("Cos", Value::cos));
    operators.accept(unary("Tan", x -> x.sin().div(x.cos())).since(7));
    operators.accept(unary("Tanh", Value::tanh));
    operators.accept(unary("Erf", Value::erf).since(9));
    operators.accept(unary("Reciprocal", Value::reciprocal));
    operators.accept(Operator.of("Sign", 1, ElementwiseOperators::sign).since(9));
    operators.accept(unary("Identity", x -> x));

    operators.accept(binary("Add", Value::add));
    operators.accept(binary("Sub", Value::sub));
    operators.accept(binary("Mul", Value::mul));
    operators.accept(binary("Div", Value::div));
    operators.accept(Operator.of("Mod", 2, ElementwiseOperators::mod).since(10).attributes("fmod"));
    operators.accept(Operator.of("Pow", 2, ElementwiseOperators::pow));

    operators.accept(variadic("Min", Value::min));
    operators.accept(variadic("Max", Value::max));
    operators.accept(variadic("Sum", Value::add));
    operators.accept(
        Operator.of(
                "Mean",
                1,
                node -> {
                  List<Value> all = node.values();
                  node.result(all.stream().reduce(Value::add).orElseThrow().div(all.size()));
                })
            .inputs(1, Operator.MANY));

    operators.accept(
        Operator.of("Cast", 1, node -> node.result(node.value(0).cast(castType(node))))
            .attributes("to", "saturate", "round_mode")
            .limits("to and from the element types that Halyard has"));
    operators.accept(
        Operator.of("CastLike", 2, node -> node.result(node.value(0).cast(node.input(1).dtype())))
            .since(15)
            .attributes("saturate", "round_mode"));
  }

  static Operator unary(String type, UnaryOperator<Value> rule) {
    return Operator.of(type, 1, node -> node.result(rule.apply(node.value(0))));
  }

  static Operator binary(String type, BinaryOperator<Value> rule) {
    return Operator.of(type, 2, node -> node.result(rule.apply(node.value(0), node.value(1))));
  }

  private static Operator variadic(String type, BinaryOperator<Value> rule) {
    return Operator.of(
            type, 1, node -> node.result(node.values().stream().reduce(rule).orElseThrow()))
        .inputs(1, Operator.MANY);
  }

  static DType castType(OnnxNode node) {
    if (!node.has("to")) {
      throw node.invalid("has no attribute 'to'");
    }
    return node.dtype("to", DType.F32);
  }

  /** NaN stays NaN, unlike with two comparisons alone. */
  private static void sign(OnnxNode node) {
    Value x = node.value(0);
    Value zero = node.graph().scalar(x.dtype(), 0);
    Value signs = x.gt(zero).cast(x.dtype()).sub(x.lt(zero).cast(x.dtype()));
    node.result(x.dtype().isFloat() ? x.ne(x).select(x, signs) : signs);
  }

  /**
   * Without fmod the result has the sign of the divisor, as in Python; with it, of the dividend.
   */
  private static void mod(OnnxNode node) {
    Value x = node.value(0);
    Value y = node.value(1);
    Value rest = x.rem(y);
    boolean fmod = node.flag("fmod", false);
    if (!fmod && x.dtype().isFloat()) {
      throw node.invalid("takes floats only with the attribute fmod = 1");
    }
    if (fmod || x.dtype() == DType.U8) {
      node.result(rest);
      return;
    }
    Value zero = node.graph().scalar(x.dtype(), 0);
    Value differ = rest.lt(zero).ne(y.lt(zero));
    node.result(rest.ne(zero).and(differ).select(rest.add(y), rest));
  }

  /** The exponent may have a type of its own; the result has that of the base. */
  private static void pow(OnnxNode node) {
    Value base = node.value(0);
    Operand exponent = node.input(1);
    DType dtype = base.dtype();
    if (isScalar(exponent, 2) && dtype.isFloat()) {
      // The same number, rounded once either way, and far cheaper.
      node.result(base.mul(base));
      return;
    }
    Value power = exponent.value();
    if (power.dtype() == dtype) {
      node.result(base.pow(power));
    } else if (dtype.isFloat()) {
      node.result(base.pow(power.cast(dtype)));
    } else if (power.dtype().isFloat()) {
      node.result(base.cast(power.dtype()).pow(power).cast(dtype));
    } else {
      node.result(base.cast(DType.I64).pow(power.cast(DType.I64)).cast(dtype));
    }
  }

  private static boolean isScalar(Operand operand, double number) {
    Tensor constant = operand.constant();
    return constant != null
        && operand.rank() == 0
        && constant.elements() == 1
        && constant.getDouble(0) == number;
  }
}
