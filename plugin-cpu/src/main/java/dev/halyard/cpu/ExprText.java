package dev.halyard.cpu;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Writes expressions as a reader would: {@code out[0] = relu(product + constant[64])}. What is used
 * more than once, and what has grown long, gets a name.
 */
final class ExprText {
  // A line of a terminal holds two of them.
  private static final int LONG = 60;

  private final List<String> lines = new ArrayList<>();
  private final IdentityHashMap<Expr, String> texts = new IdentityHashMap<>();
  private int names;

  private ExprText() {}

  /**
   * {@return the assignments that compute some values}
   *
   * @param order every expression once, each after those it uses
   * @param values the results
   * @param outputs where they go
   */
  static String of(List<Expr> order, List<Expr> values, List<Operand> outputs) {
    ExprText text = new ExprText();
    IdentityHashMap<Expr, Integer> uses = new IdentityHashMap<>();
    for (Expr expr : order) {
      if (expr instanceof Expr.Apply apply) {
        apply.operands.forEach(operand -> uses.merge(operand, 1, Integer::sum));
      }
    }
    values.forEach(value -> uses.merge(value, 1, Integer::sum));
    order.forEach(expr -> text.write(expr, uses.getOrDefault(expr, 1)));
    for (int i = 0; i < values.size(); i++) {
      text.lines.add(name(outputs.get(i)) + " = " + bare(text.textOf(values.get(i))));
    }
    return String.join("; ", text.lines);
  }

  private static String name(Operand operand) {
    String where = operand.where().toString();
    return operand.where().constant() == null ? where : where + Arrays.toString(operand.extents());
  }

  private String textOf(Expr expr) {
    return texts.getOrDefault(expr, "?");
  }

  private void write(Expr expr, int uses) {
    switch (expr) {
      case Expr.Leaf leaf -> texts.put(expr, name(leaf.operand));
      case Expr.Anchor anchor -> texts.put(expr, "product");
      case Expr.Constant constant -> texts.put(expr, number(constant));
      case Expr.Apply apply -> {
        String text = apply(apply);
        if (uses > 1 || text.length() > LONG) {
          String name = "t" + ++names;
          lines.add(name + " = " + bare(text));
          text = name;
        }
        texts.put(expr, text);
      }
    }
  }

  private static String number(Expr.Constant constant) {
    return switch (constant.kind()) {
      case F32 -> Float.toString((float) constant.number);
      case F64 -> Double.toString(constant.number);
      case INTEGER -> Long.toString(constant.integer);
      case TRUTH -> Boolean.toString(constant.integer != 0);
    };
  }

  private String apply(Expr.Apply apply) {
    List<String> operands = apply.operands.stream().map(this::textOf).toList();
    String sign = sign(apply.op);
    if (sign != null && operands.size() == 2) {
      return "(" + operands.getFirst() + " " + sign + " " + operands.getLast() + ")";
    }
    Object function = apply.op == Expr.Logic.CAST ? apply.dtype() : apply.op;
    String arguments =
        operands.size() == 1 ? bare(operands.getFirst()) : String.join(", ", operands);
    return function.toString().toLowerCase(Locale.ROOT) + "(" + arguments + ")";
  }

  private static @Nullable String sign(Object op) {
    return switch (op) {
      case Binary.ADD -> "+";
      case Binary.SUB -> "-";
      case Binary.MUL -> "*";
      case Binary.DIV -> "/";
      case Comparison.EQ -> "==";
      case Comparison.NE -> "!=";
      case Comparison.LT -> "<";
      case Comparison.LE -> "<=";
      case Comparison.GT -> ">";
      case Comparison.GE -> ">=";
      case Expr.Logic.AND -> "and";
      case Expr.Logic.OR -> "or";
      default -> null;
    };
  }

  /** {@return an expression without the brackets around all of it} */
  private static String bare(String text) {
    return text.startsWith("(") && closes(text) == text.length() - 1
        ? text.substring(1, text.length() - 1)
        : text;
  }

  /** {@return where the bracket that begins a text is closed} */
  private static int closes(String text) {
    int depth = 0;
    for (int i = 0; i < text.length(); i++) {
      depth += text.charAt(i) == '(' ? 1 : text.charAt(i) == ')' ? -1 : 0;
      if (depth == 0) {
        return i;
      }
    }
    return -1;
  }
}
