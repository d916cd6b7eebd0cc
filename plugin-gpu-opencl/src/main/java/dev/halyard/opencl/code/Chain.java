package dev.halyard.opencl.code;

import dev.halyard.DType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Expressions over one space and where their values go: the whole of an elementwise kernel, or what
 * follows the anchor of another.
 */
final class Chain {
  private final long[] extents;
  private final List<Expr> computed;
  private final List<Operand> outputs;
  private final List<Expr.Leaf> leaves = new ArrayList<>();
  private final boolean vector;

  /**
   * Makes a chain.
   *
   * @param extents of the space
   * @param computed what is computed
   * @param outputs dense tensors of that shape, one for each
   */
  Chain(long[] extents, List<Expr> computed, List<Operand> outputs) {
    this.extents = extents;
    this.computed = computed;
    this.outputs = outputs;
    IdentityHashMap<Expr, Boolean> seen = new IdentityHashMap<>();
    computed.forEach(expr -> collect(expr, seen));
    vector =
        seen.keySet().stream().allMatch(ExprWriter::hasVectorForm)
            && outputs.stream().allMatch(o -> KernelText.isVector(o.dtype()));
  }

  private void collect(Expr expr, IdentityHashMap<Expr, Boolean> seen) {
    if (seen.putIfAbsent(expr, true) != null) {
      return;
    }
    if (expr instanceof Expr.Leaf leaf) {
      leaves.add(leaf);
    } else if (expr instanceof Expr.Apply apply) {
      apply.operands.forEach(operand -> collect(operand, seen));
    }
  }

  long[] extents() {
    return extents;
  }

  /** {@return whether it can be computed for several neighbours at once} */
  boolean hasVectorForm() {
    return vector;
  }

  List<Operand> outputs() {
    return outputs;
  }

  List<Expr> computed() {
    return computed;
  }

  List<Expr.Leaf> leaves() {
    return leaves;
  }

  /** {@return the strides of the leaves and then of the outputs along the axes of the space} */
  List<long[]> strides() {
    List<long[]> strides = new ArrayList<>();
    leaves.forEach(leaf -> strides.add(leaf.operand.stridesIn(extents)));
    outputs.forEach(output -> strides.add(output.stridesIn(extents)));
    return strides;
  }

  /** Where the operands of a chain are in a kernel's text. */
  static final class Place {
    private final Chain chain;
    private final List<String> pointers = new ArrayList<>();
    private final List<String> bases = new ArrayList<>();
    private final List<Long> steps = new ArrayList<>();
    private final String type;

    private Place(Chain chain) {
      this.chain = chain;
      type = KernelText.index(chain.greatest());
    }

    /**
     * Writes what is computed at one position of the innermost axis, or at {@code width} from
     * there.
     *
     * @param out receives the statements
     * @param indent before each
     * @param width 1, or the number of elements of a vector
     * @param inner the position
     * @param anchor the variable of the anchor's result, if there is one
     */
    void body(StringBuilder out, String indent, int width, String inner, String anchor) {
      ExprWriter writer =
          new ExprWriter(out, indent, width, leaf -> load(leaf, width, inner), anchor);
      List<String> values = chain.computed.stream().map(writer::value).toList();
      for (int i = 0; i < values.size(); i++) {
        int operand = chain.leaves.size() + i;
        DType dtype = chain.outputs.get(i).dtype();
        String at = index(operand, inner);
        String statement =
            width == 1
                ? Types.store(dtype, pointers.get(operand), at, values.get(i))
                : Types.storeVector(dtype, width, pointers.get(operand), at, values.get(i));
        out.append(indent).append(statement).append('\n');
      }
    }

    /**
     * Writes the computation of the first expression alone.
     *
     * @return the variable that holds it
     */
    String value(StringBuilder out, String indent, int width, String inner) {
      ExprWriter writer = new ExprWriter(out, indent, width, leaf -> load(leaf, width, inner), "");
      return writer.value(chain.computed.getFirst());
    }

    private String load(Expr.Leaf leaf, int width, String inner) {
      int operand = chain.leaves.indexOf(leaf);
      String at = index(operand, inner);
      DType dtype = leaf.dtype();
      if (width == 1) {
        return Types.load(dtype, pointers.get(operand), at);
      }
      if (steps.get(operand) == 1) {
        return Types.loadVector(dtype, width, pointers.get(operand), at);
      }
      String one = Types.load(dtype, pointers.get(operand), at);
      return dtype == DType.BOOL
          ? "(int" + width + ")(-" + one + ")"
          : "(float" + width + ")(" + one + ")";
    }

    private String index(int operand, String inner) {
      long step = steps.get(operand);
      String base = bases.get(operand);
      if (step == 0) {
        return base;
      }
      String move = step == 1 ? inner : "(" + type + ")" + inner + " * " + step;
      return base.equals("0") ? "(" + move + ")" : "(" + base + " + " + move + ")";
    }
  }

  /** {@return a place with no operands yet} */
  Place nowhere() {
    return new Place(this);
  }

  /**
   * Declares where each operand stands at the beginning of a row.
   *
   * @param kernel receives the pointers and the declarations
   * @param indent before each declaration
   * @param space with the strides of the leaves and then of the outputs as its operands
   * @param row the coordinates of the row: of all axes but the innermost
   */
  Place place(KernelText kernel, String indent, Space space, List<String> row) {
    List<String> bases = new ArrayList<>();
    List<Long> steps = new ArrayList<>();
    for (int i = 0; i < leaves.size() + outputs.size(); i++) {
      bases.add(space.at(i, row));
      steps.add(space.strides().get(i)[space.rank() - 1]);
    }
    return place(kernel, indent, bases, steps);
  }

  /**
   * Declares where each operand stands.
   *
   * @param kernel receives the pointers and the declarations
   * @param indent before each declaration
   * @param bases an expression for each leaf, then for each output
   * @param steps how far each moves with the position along the innermost axis
   */
  Place place(KernelText kernel, String indent, List<String> bases, List<Long> steps) {
    Place place = new Place(this);
    Map<String, String> declared = new HashMap<>();
    for (int i = 0; i < bases.size(); i++) {
      place.pointers.add(
          i < leaves.size()
              ? kernel.read(leaves.get(i).operand)
              : kernel.write(outputs.get(i - leaves.size())));
      String at = bases.get(i);
      place.bases.add(
          at.equals("0")
              ? "0"
              : declared.computeIfAbsent(at, text -> declare(kernel, indent, place.type, text)));
      place.steps.add(steps.get(i));
    }
    return place;
  }

  private static String declare(KernelText kernel, String indent, String type, String text) {
    String name = "at" + kernel.nextNumber();
    kernel.add(indent + "const " + type + " " + name + " = " + text + ";");
    return name;
  }

  private long greatest() {
    long greatest = 1;
    for (Operand output : outputs) {
      greatest = Math.max(greatest, output.elements());
    }
    for (Expr.Leaf leaf : leaves) {
      greatest = Math.max(greatest, leaf.operand.elements());
    }
    return greatest;
  }
}
