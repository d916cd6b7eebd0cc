package dev.halyard.opencl.code;

import dev.halyard.DType;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Writes expressions as statements of OpenCL C, one per value, for single elements or for vectors
 * of neighbours.
 */
final class ExprWriter {
  private final StringBuilder out;
  private final String indent;
  private final int width;
  private final Function<Expr.Leaf, String> load;
  private final String anchor;
  private final IdentityHashMap<Expr, String> names = new IdentityHashMap<>();

  /**
   * Makes a writer.
   *
   * @param out receives the statements
   * @param indent before each
   * @param width 1, or the number of elements of a vector
   * @param load the expression that loads a leaf, in the type of the width
   * @param anchor the variable of the anchor's result
   */
  ExprWriter(
      StringBuilder out,
      String indent,
      int width,
      Function<Expr.Leaf, String> load,
      String anchor) {
    this.out = out;
    this.indent = indent;
    this.width = width;
    this.load = load;
    this.anchor = anchor;
  }

  /**
   * {@return whether an expression has a vector form where its operands have one}
   *
   * <p>PoCL's sine and cosine of vectors are wrong from some 10^4 radians on.
   */
  static boolean hasVectorForm(Expr expr) {
    boolean own = Types.isFloat(expr.dtype()) || expr.dtype() == DType.BOOL;
    return own
        && (!(expr instanceof Expr.Apply apply)
            || (!apply.op.equals("sin/1") && !apply.op.equals("cos/1")));
  }

  /** {@return the C type of an expression at a width} */
  static String type(DType dtype, int width) {
    return width == 1 ? Types.compute(dtype) : (dtype == DType.BOOL ? "int" : "float") + width;
  }

  /** {@return a variable or literal with the value} */
  String value(Expr expr) {
    String known = names.get(expr);
    if (known == null) {
      known = write(expr);
      names.put(expr, known);
    }
    return known;
  }

  /**
   * {@return an expression for a numeric operation on variables}
   *
   * @param op its id
   * @param dtype of the operands
   * @param width of the variables
   * @param operands their names
   */
  static String combine(String op, DType dtype, int width, List<String> operands) {
    ExprWriter writer = new ExprWriter(new StringBuilder(), "", width, leaf -> "", "");
    return Types.isInteger(dtype)
        ? integer(op, dtype, operands)
        : writer.floating(op, dtype, operands);
  }

  private String write(Expr expr) {
    return switch (expr) {
      case Expr.Constant constant -> literal(constant);
      case Expr.Anchor anchored -> anchor;
      case Expr.Leaf leaf -> assign(leaf.dtype(), load.apply(leaf));
      case Expr.Apply apply -> {
        List<String> operands = apply.operands.stream().map(this::value).toList();
        yield assign(apply.dtype(), formula(apply, operands));
      }
    };
  }

  private String literal(Expr.Constant constant) {
    String one = Types.literal(constant.dtype(), constant.number, constant.integer);
    if (width == 1) {
      return one;
    }
    return constant.dtype() == DType.BOOL
        ? "((int" + width + ")(" + (constant.integer != 0 ? -1 : 0) + "))"
        : "((float" + width + ")(" + one + "))";
  }

  private String assign(DType dtype, String formula) {
    String name = "v" + names.size();
    out.append(indent)
        .append("const ")
        .append(type(dtype, width))
        .append(' ')
        .append(name)
        .append(" = ")
        .append(formula)
        .append(";\n");
    return name;
  }

  private String formula(Expr.Apply apply, List<String> x) {
    DType from = apply.operands.getFirst().dtype();
    if (apply.op.equals("cast/1")) {
      return cast(from, apply.dtype(), x.getFirst());
    }
    if (apply.op.equals("select/1")) {
      return choose(apply.dtype(), x);
    }
    if (from == DType.BOOL) {
      return logic(apply.op, x);
    }
    String comparison = comparison(apply.op);
    if (comparison != null) {
      return x.get(0) + " " + comparison + " " + x.get(1);
    }
    return Types.isInteger(from) ? integer(apply.op, from, x) : floating(apply.op, from, x);
  }

  private static @Nullable String comparison(String op) {
    return switch (op) {
      case "eq/1" -> "==";
      case "ne/1" -> "!=";
      case "lt/1" -> "<";
      case "le/1" -> "<=";
      case "gt/1" -> ">";
      case "ge/1" -> ">=";
      default -> null;
    };
  }

  private String logic(String op, List<String> x) {
    return switch (op) {
      case "not/1" -> (width == 1 ? "!" : "~") + x.getFirst();
      case "and/1" -> x.get(0) + " & " + x.get(1);
      case "or/1" -> x.get(0) + " | " + x.get(1);
      case "eq/1" -> x.get(0) + " == " + x.get(1);
      case "ne/1" -> x.get(0) + " != " + x.get(1);
      default -> throw new IllegalStateException(op + " of truth values");
    };
  }

  private String choose(DType dtype, List<String> x) {
    if (width == 1) {
      return x.get(0) + " ? " + x.get(1) + " : " + x.get(2);
    }
    return dtype == DType.BOOL
        ? "(" + x.get(0) + " & " + x.get(1) + ") | (~" + x.get(0) + " & " + x.get(2) + ")"
        : "select(" + x.get(2) + ", " + x.get(1) + ", " + x.get(0) + ")";
  }

  private String floating(String op, DType dtype, List<String> x) {
    String suffix = width > 1 ? "_" + width : dtype == DType.F64 ? "_double" : "";
    String first = x.getFirst();
    return switch (op) {
      case "neg/1" -> "-" + first;
      case "abs/1" -> "fabs(" + first + ")";
      case "floor/1" -> "floor(" + first + ")";
      case "ceil/1" -> "ceil(" + first + ")";
      case "round/1" -> "rint(" + first + ")";
      case "sqrt/1" -> "sqrt(" + first + ")";
      case "exp/1" -> "exp(" + first + ")";
      case "log/1" -> "log(" + first + ")";
      case "sin/1" -> "sin(" + first + ")";
      case "cos/1" -> "cos(" + first + ")";
      case "tanh/1" -> (dtype == DType.F64 ? "tanh" : "hy_tanh" + suffix) + "(" + first + ")";
      case "erf/1" -> (dtype == DType.F64 ? "erf" : "hy_erf" + suffix) + "(" + first + ")";
      case "add/1" -> first + " + " + x.get(1);
      case "sub/1" -> first + " - " + x.get(1);
      case "mul/1" -> first + " * " + x.get(1);
      case "div/1" -> first + " / " + x.get(1);
      case "rem/1" -> "fmod(" + first + ", " + x.get(1) + ")";
      case "pow/1" -> "hy_pow" + suffix + "(" + first + ", " + x.get(1) + ")";
      case "min/1" -> "hy_min" + suffix + "(" + first + ", " + x.get(1) + ")";
      case "max/1" -> "hy_max" + suffix + "(" + first + ", " + x.get(1) + ")";
      default -> throw new IllegalStateException("no formula for " + op);
    };
  }

  private static String integer(String op, DType dtype, List<String> x) {
    String type = Types.compute(dtype);
    String unsigned = Types.unsigned(dtype);
    String a = x.getFirst();
    String wide = "(" + unsigned + ")";
    return switch (op) {
      case "neg/1" -> "(" + type + ")(0 - " + wide + a + ")";
      case "abs/1" ->
          type.startsWith("u") ? a : a + " < 0 ? (" + type + ")(0 - " + wide + a + ") : " + a;
      case "add/1" -> "(" + type + ")(" + wide + a + " + " + wide + x.get(1) + ")";
      case "sub/1" -> "(" + type + ")(" + wide + a + " - " + wide + x.get(1) + ")";
      case "mul/1" -> product(type, dtype, a, x.get(1));
      case "div/1" -> "hy_div_" + type + "(" + a + ", " + x.get(1) + ")";
      case "rem/1" -> "hy_rem_" + type + "(" + a + ", " + x.get(1) + ")";
      case "pow/1" -> "hy_pow_" + type + "(" + a + ", " + x.get(1) + ")";
      case "min/1" -> "min(" + a + ", " + x.get(1) + ")";
      case "max/1" -> "max(" + a + ", " + x.get(1) + ")";
      default -> throw new IllegalStateException("no formula for " + op + " of " + dtype);
    };
  }

  /** Through uint at least: a product of two ushort is an int, which may overflow. */
  private static String product(String type, DType dtype, String a, String b) {
    String wide = dtype == DType.I64 ? "(ulong)" : "(uint)";
    return "(" + type + ")(" + wide + a + " * " + wide + b + ")";
  }

  private String cast(DType from, DType to, String x) {
    if (from == to) {
      return x;
    }
    if (to == DType.BOOL) {
      return x + " != " + (width > 1 ? "0.0f" : "0");
    }
    if (from == DType.BOOL) {
      return width > 1
          ? "convert_float" + width + "(" + x + " & 1)"
          : "(" + Types.compute(to) + ")" + x;
    }
    if (to.isFloat()) {
      return toFloat(from, to, x);
    }
    String type = Types.compute(to);
    return from.isFloat()
        ? "isnan(" + x + ") ? (" + type + ")0 : convert_" + type + "_sat_rtz(" + x + ")"
        : "(" + type + ")" + x;
  }

  private String toFloat(DType from, DType to, String x) {
    if (to == DType.F64) {
      return "(double)" + x;
    }
    if (to == DType.F32) {
      return Types.isFloat(from) ? x : "(float)" + x;
    }
    String single =
        from == DType.F64
            ? "hy_odd_double(" + x + ")"
            : Types.isInteger(from) ? "hy_odd_integer(" + x + ")" : x;
    String name = to == DType.F16 ? "hy_round_f16" : "hy_round_bf16";
    return name + (width > 1 ? "_" + width : "") + "(" + single + ")";
  }
}
