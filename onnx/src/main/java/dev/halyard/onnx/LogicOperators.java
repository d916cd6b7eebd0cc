package dev.halyard.onnx;

import static dev.halyard.onnx.ElementwiseOperators.binary;
import static dev.halyard.onnx.ElementwiseOperators.unary;

import dev.halyard.Value;
import java.util.function.Consumer;

/** Comparisons, truth values and choices. */
final class LogicOperators {
  private LogicOperators() {}

  static void declareAll(Consumer<Operator> operators) {
    operators.accept(binary("Equal", Value::eq));
    operators.accept(binary("Less", Value::lt));
    operators.accept(binary("LessOrEqual", Value::le).since(12));
    operators.accept(binary("Greater", Value::gt));
    operators.accept(binary("GreaterOrEqual", Value::ge).since(12));
    operators.accept(unary("Not", Value::not));
    operators.accept(binary("And", Value::and));
    operators.accept(binary("Or", Value::or));
    operators.accept(binary("Xor", Value::ne));
    operators.accept(unary("IsNaN", x -> x.ne(x)).since(9));
    operators.accept(
        Operator.of(
                "Where", 3, node -> node.result(node.value(0).select(node.value(1), node.value(2))))
            .since(9));
  }
}
