package dev.halyard.onnx;

import dev.halyard.DType;
import dev.halyard.Dim;
import dev.halyard.Shape;
import dev.halyard.Tensor;
import dev.halyard.Value;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Tensors out of nothing. */
final class GeneratorOperators {
  private GeneratorOperators() {}

  static void declareAll(Consumer<Operator> operators) {
    operators.accept(
        Operator.of("Constant", 0, GeneratorOperators::constant)
            .attributes(
                "value",
                "value_float",
                "value_floats",
                "value_int",
                "value_ints",
                "value_string",
                "value_strings",
                "sparse_value")
            .limits("no strings, no sparse tensors"));
    operators.accept(
        Operator.of("ConstantOfShape", 1, GeneratorOperators::constantOfShape)
            .since(9)
            .attributes("value")
            .limits("a shape that follows from shapes"));
    operators.accept(
        Operator.of("Range", 3, GeneratorOperators::range)
            .since(11)
            .limits("limits that follow from shapes, or are constant"));
  }

  private static void constant(OnnxNode node) {
    Tensor tensor = constantTensor(node);
    if (tensor == null) {
      throw node.unsupported("its attributes " + node.attributeNames());
    }
    node.result(0, Operand.of(node.graph(), tensor));
  }

  private static @Nullable Tensor constantTensor(OnnxNode node) {
    float[] floats = node.numbers("value_floats");
    long[] integers = node.integers("value_ints");
    if (floats != null) {
      return Tensor.of(floats, floats.length);
    }
    if (integers != null) {
      return Tensor.of(integers, integers.length);
    }
    if (node.has("value_float")) {
      return Tensor.scalar(DType.F32, node.number("value_float", 0));
    }
    if (node.has("value_int")) {
      Tensor scalar = Tensor.scalar(DType.I64, 0);
      scalar.setLong(0, node.integer("value_int", 0));
      return scalar;
    }
    return node.tensor("value");
  }

  private static void constantOfShape(OnnxNode node) {
    List<Dim> dims = node.integers(0, "shape");
    Tensor given = node.tensor("value");
    if (given != null && given.elements() != 1) {
      throw node.invalid("wants a value of one element, found " + given);
    }
    Value scalar =
        given == null
            ? node.graph().scalar(DType.F32, 0)
            : node.graph().constant(given).reshape(Shape.scalar());
    node.result(scalar.broadcast(Shape.of(dims)));
  }

  /** {@code start + i * delta} for {@code ceil((limit - start) / delta)} values of i. */
  private static void range(OnnxNode node) {
    DType dtype = node.input(0).dtype();
    Dim count = dtype.isFloat() ? floatCount(node) : integerCount(node);
    Value steps = node.graph().iota(dtype, Shape.of(count), 0);
    Value delta = node.value(2).reshape(Shape.scalar());
    node.result(steps.mul(delta).add(node.value(0).reshape(Shape.scalar())));
  }

  private static Dim floatCount(OnnxNode node) {
    double start = node.constant(0, "start").getDouble(0);
    double limit = node.constant(1, "limit").getDouble(0);
    double delta = node.constant(2, "delta").getDouble(0);
    return Dim.of((long) Math.max(0, Math.ceil((limit - start) / delta)));
  }

  private static Dim integerCount(OnnxNode node) {
    Dim start = node.integers(0, "start").getFirst();
    Dim limit = node.integers(1, "limit").getFirst();
    long delta = node.numbers(2, "delta")[0];
    if (delta == 0) {
      throw node.invalid("counts in steps of 0");
    }
    Dim distance = delta > 0 ? limit.minus(start) : start.minus(limit);
    return distance.max() <= 0 ? Dim.of(0) : DimMath.ceilDivide(distance, Math.abs(delta));
  }
}
