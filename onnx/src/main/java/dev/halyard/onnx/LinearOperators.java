package dev.halyard.onnx;

import dev.halyard.Dim;
import dev.halyard.Shape;
import dev.halyard.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Products of matrices. */
final class LinearOperators {
  private LinearOperators() {}

  static void declareAll(Consumer<Operator> operators) {
    operators.accept(Operator.of("MatMul", 2, LinearOperators::matmul));
    operators.accept(
        Operator.of("Gemm", 2, LinearOperators::gemm)
            .inputs(2, 3)
            .attributes("alpha", "beta", "transA", "transB"));
  }

  /** As numpy.matmul: a vector on the left is a row, one on the right a column. */
  private static void matmul(OnnxNode node) {
    Value a = node.value(0);
    Value b = node.value(1);
    boolean row = a.shape().rank() == 1;
    boolean column = b.shape().rank() == 1;
    if (a.shape().rank() == 0 || b.shape().rank() == 0) {
      throw node.invalid("multiplies a scalar");
    }
    Value left = row ? a.reshape(Shape.of(Dim.of(1), a.shape().dim(0))) : a;
    Value right = column ? b.reshape(Shape.of(b.shape().dim(0), Dim.of(1))) : b;
    Value product = left.matmul(right);
    List<Dim> dims = new ArrayList<>(product.shape().dims());
    if (column) {
      dims.removeLast();
    }
    if (row) {
      dims.remove(column ? dims.size() - 1 : dims.size() - 2);
    }
    node.result(product.reshape(Shape.of(dims)));
  }

  private static void gemm(OnnxNode node) {
    Value a = node.flag("transA", false) ? node.value(0).transpose(1, 0) : node.value(0);
    Value b = node.flag("transB", false) ? node.value(1).transpose(1, 0) : node.value(1);
    double alpha = node.number("alpha", 1);
    double beta = node.number("beta", 1);
    Value product = a.matmul(b);
    if (alpha != 1) {
      product = product.mul(alpha);
    }
    if (node.optional(2) != null && beta != 0) {
      Value c = node.value(2);
      product = product.add(beta == 1 ? c : c.mul(beta));
    }
    node.result(product);
  }
}
