package dev.halyard.opencl.code;

import dev.halyard.DType;
import java.util.List;

/**
 * What a fused chain computes for each element. Shared where values are shared; compared by
 * identity.
 */
abstract sealed class Expr {
  private final DType dtype;

  private Expr(DType dtype) {
    this.dtype = dtype;
  }

  final DType dtype() {
    return dtype;
  }

  /** An element of a tensor in memory, which is broadcast to the shape of the chain. */
  static final class Leaf extends Expr {
    final Operand operand;

    Leaf(Operand operand) {
      super(operand.dtype());
      this.operand = operand;
    }
  }

  /** The element that the region's anchor has just computed, in the type it computes with. */
  static final class Anchor extends Expr {
    Anchor(DType dtype) {
      super(dtype);
    }
  }

  /** The same number everywhere. */
  static final class Constant extends Expr {
    final double number;
    final long integer;

    Constant(DType dtype, double number, long integer) {
      super(dtype);
      this.number = number;
      this.integer = integer;
    }
  }

  /** A primitive applied to other elements. */
  static final class Apply extends Expr {
    /** The id of the operation, such as {@code add/1}. */
    final String op;

    final List<Expr> operands;

    Apply(DType dtype, String op, List<Expr> operands) {
      super(dtype);
      this.op = op;
      this.operands = operands;
    }
  }
}
