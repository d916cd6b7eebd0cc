package dev.halyard.cpu;

import dev.halyard.DType;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An elementwise chain as a straight-line program over blocks that stay in the first-level cache.
 * Slots are numbered: operands in memory, then outputs, then the panel of an anchor, then
 * registers.
 */
final class Chain {
  /** Elements per block: 4 KiB per F32 register, so that a chain of ten fits 48 KiB. */
  static final int BLOCK = 1024;

  final Geometry geometry;
  final List<Operand> leaves;
  final List<Operand> outputs;
  final Instruction[] setup;
  final Instruction[] body;
  final int registers;
  final int cost;
  private final String text;

  private Chain(
      Geometry geometry,
      List<Operand> leaves,
      List<Operand> outputs,
      Instruction[] setup,
      Instruction[] body,
      int registers,
      int cost,
      String text) {
    this.geometry = geometry;
    this.leaves = leaves;
    this.outputs = outputs;
    this.setup = setup;
    this.body = body;
    this.registers = registers;
    this.cost = cost;
    this.text = text;
  }

  int outputSlot(int output) {
    return leaves.size() + output;
  }

  int anchorSlot() {
    return leaves.size() + outputs.size();
  }

  int slots() {
    return anchorSlot() + 1 + registers;
  }

  /** {@return the scratch memory that a worker needs, in bytes} */
  long scratchBytes() {
    return ((long) registers + (rowsAtOnce() > 1 ? leaves.size() : 0)) * BLOCK * Long.BYTES;
  }

  /**
   * {@return how many whole rows fit a block, where a block may hold several: every operand goes on
   * from row to row, stays where it is, or has the same row again}
   */
  int rowsAtOnce() {
    if (!geometry.byRows() || geometry.inner() == 0 || geometry.inner() > BLOCK) {
      return 1;
    }
    for (int i = 0; i < leaves.size(); i++) {
      if (!geometry.isDense(i) && !geometry.isFixed(i) && !geometry.isRepeatedByRow(i)) {
        return 1;
      }
    }
    return (int) (BLOCK / geometry.inner());
  }

  @Override
  public String toString() {
    return text;
  }

  /** {@return the chain that computes expressions over a space} */
  static Chain of(Kernels kernels, long[] space, List<Expr> values, List<Operand> outputs) {
    List<Operand> leaves = leaves(values);
    Geometry geometry = Geometry.of(space, leaves.stream().map(Operand::extents).toList());
    return new Compiler(kernels, geometry, leaves, outputs).compile(values);
  }

  /**
   * {@return the chain over the rows of a matrix, the axes from {@code split} on being a row; null
   * if an operand is broadcast within these axes}
   */
  static @Nullable Chain rows(
      Kernels kernels, long[] space, int split, List<Expr> values, List<Operand> outputs) {
    List<Operand> leaves = leaves(values);
    Geometry geometry = Geometry.rows(space, leaves.stream().map(Operand::extents).toList(), split);
    return geometry == null
        ? null
        : new Compiler(kernels, geometry, leaves, outputs).compile(values);
  }

  private static List<Operand> leaves(List<Expr> values) {
    List<Operand> leaves = new ArrayList<>();
    for (Expr expr : ordered(values)) {
      if (expr instanceof Expr.Leaf leaf && !leaves.contains(leaf.operand)) {
        leaves.add(leaf.operand);
      }
    }
    return leaves;
  }

  /** {@return every expression once, each after those it uses} */
  private static List<Expr> ordered(List<Expr> values) {
    List<Expr> order = new ArrayList<>();
    IdentityHashMap<Expr, Boolean> seen = new IdentityHashMap<>();
    Deque<Expr> stack = new ArrayDeque<>();
    for (Expr value : values) {
      stack.push(value);
      while (!stack.isEmpty()) {
        Expr expr = stack.peek();
        if (seen.putIfAbsent(expr, false) == null && expr instanceof Expr.Apply apply) {
          apply.operands.stream().filter(o -> !seen.containsKey(o)).forEach(stack::push);
        } else {
          stack.pop();
          if (Boolean.FALSE.equals(seen.put(expr, true))) {
            order.add(expr);
          }
        }
      }
    }
    return order;
  }

  /** Chooses slots and instructions. */
  private static final class Compiler {
    private final Kernels kernels;
    private final Geometry geometry;
    private final List<Operand> leaves;
    private final List<Operand> outputs;
    private final List<Instruction> setup = new ArrayList<>();
    private final List<Instruction> body = new ArrayList<>();
    private final IdentityHashMap<Expr, Integer> slots = new IdentityHashMap<>();
    private final IdentityHashMap<Expr, Integer> uses = new IdentityHashMap<>();
    private final Map<Operand, Integer> loaded = new HashMap<>();
    private final Deque<Integer> free = new ArrayDeque<>();
    private final int firstRegister;
    private int registers;
    private int cost = 1;

    Compiler(Kernels kernels, Geometry geometry, List<Operand> leaves, List<Operand> outputs) {
      this.kernels = kernels;
      this.geometry = geometry;
      this.leaves = leaves;
      this.outputs = outputs;
      firstRegister = leaves.size() + outputs.size() + 1;
    }

    Chain compile(List<Expr> values) {
      List<Expr> order = ordered(values);
      for (Expr expr : order) {
        if (expr instanceof Expr.Apply apply) {
          apply.operands.forEach(operand -> uses.merge(operand, 1, Integer::sum));
        }
      }
      values.forEach(value -> uses.merge(value, 1, Integer::sum));
      for (Expr expr : order) {
        if (expr instanceof Expr.Apply apply) {
          emit(apply, target(apply, values));
        }
      }
      for (int i = 0; i < values.size(); i++) {
        int output = leaves.size() + i;
        int from = slot(values.get(i));
        if (from != output) {
          body.add(new Moves.Store(outputs.get(i).dtype(), output, from));
        }
      }
      return new Chain(
          geometry,
          leaves,
          outputs,
          setup.toArray(Instruction[]::new),
          body.toArray(Instruction[]::new),
          registers,
          cost,
          ExprText.of(order, values, outputs));
    }

    /** {@return the output's own slot if the value is stored as it is computed, or a register} */
    private int target(Expr.Apply apply, List<Expr> values) {
      for (int i = 0; i < values.size(); i++) {
        if (values.get(i) == apply && Kind.isNative(outputs.get(i).dtype())) {
          return leaves.size() + i;
        }
      }
      return -1;
    }

    private int register() {
      Integer again = free.poll();
      return again != null ? again : firstRegister + registers++;
    }

    private void emit(Expr.Apply apply, int output) {
      Instruction scalar = withScalar(apply, output);
      if (scalar != null) {
        body.add(scalar);
        return;
      }
      int[] from = apply.operands.stream().mapToInt(this::slot).toArray();
      // A loop may overwrite an operand only with elements of the same size.
      boolean inPlace = apply.operands.stream().allMatch(o -> o.kind() == apply.kind());
      if (inPlace) {
        apply.operands.forEach(this::used);
      }
      int to = output >= 0 ? output : register();
      if (!inPlace) {
        apply.operands.forEach(this::used);
      }
      slots.put(apply, to);
      body.add(instruction(apply, to, from));
    }

    private @Nullable Instruction withScalar(Expr.Apply apply, int output) {
      if (!(apply.op instanceof Binary binary) || apply.kind() != Kind.F32) {
        return null;
      }
      boolean right = apply.operands.get(1) instanceof Expr.Constant;
      Expr constant = apply.operands.get(right ? 1 : 0);
      Expr other = apply.operands.get(right ? 0 : 1);
      if (!(constant instanceof Expr.Constant scalar) || other instanceof Expr.Constant) {
        return null;
      }
      cost += binary == Binary.POW ? 8 : 1;
      int from = slot(other);
      used(other);
      int to = output >= 0 ? output : register();
      slots.put(apply, to);
      return new Instruction.FloatsScalar(kernels, binary, (float) scalar.number, right, to, from);
    }

    private Instruction instruction(Expr.Apply apply, int to, int[] from) {
      Expr first = apply.operands.getFirst();
      if (apply.op == Expr.Logic.CAST) {
        cost += 2;
        return new Moves.Cast(first.dtype(), apply.dtype(), to, from[0]);
      }
      if (apply.op == Expr.Logic.SELECT) {
        cost += 1;
        return apply.kind() == Kind.F32
            ? new Instruction.Floats(kernels, apply.op, to, from)
            : new Instruction.Choose(apply.kind().bytes(), to, from);
      }
      cost += apply.op instanceof Unary unary && unary.compareTo(Unary.EXP) >= 0 ? 8 : 1;
      return switch (first.kind()) {
        case F32 -> new Instruction.Floats(kernels, apply.op, to, from);
        case F64 -> new Instruction.Doubles(apply.op, to, from);
        case INTEGER -> new Instruction.Integers(apply.op, apply.dtype(), to, from);
        case TRUTH -> new Instruction.Truths(apply.op, to, from);
      };
    }

    /** Frees the register of a value that nobody uses any more, for the result at hand too. */
    private void used(Expr expr) {
      int left = uses.merge(expr, -1, Integer::sum);
      Integer slot = slots.get(expr);
      if (left == 0 && expr instanceof Expr.Apply && slot != null && slot >= firstRegister) {
        free.push(slot);
      }
    }

    private int slot(Expr expr) {
      Integer known = slots.get(expr);
      if (known != null) {
        return known;
      }
      int slot =
          switch (expr) {
            case Expr.Leaf leaf -> leafSlot(leaf.operand);
            case Expr.Anchor anchor -> leaves.size() + outputs.size();
            case Expr.Constant constant -> constantSlot(constant);
            case Expr.Apply apply ->
                throw new IllegalStateException(apply.op + " is used before it is computed");
          };
      slots.put(expr, slot);
      return slot;
    }

    private int constantSlot(Expr.Constant constant) {
      int slot = firstRegister + registers++;
      setup.add(new Moves.Fill(constant, slot));
      return slot;
    }

    // Registers of operands are not used again, which keeps operands read once per block.
    private int leafSlot(Operand operand) {
      Integer known = loaded.get(operand);
      if (known != null) {
        return known;
      }
      int leaf = leaves.indexOf(operand);
      DType dtype = operand.dtype();
      boolean neighbours = geometry.byRows() && geometry.innerStride(leaf) == 1;
      int slot;
      if (Kind.isNative(dtype) && (geometry.isDense(leaf) || neighbours)) {
        slot = leaf;
      } else {
        slot = firstRegister + registers++;
        if (geometry.isFixed(leaf)) {
          setup.add(new Moves.Load(dtype, 0, slot, leaf));
        } else if (geometry.byRows() || geometry.isDense(leaf)) {
          long step = geometry.isDense(leaf) ? 1 : geometry.innerStride(leaf);
          body.add(new Moves.Load(dtype, step, slot, leaf));
        } else {
          body.add(new Moves.LoadRows(dtype, geometry, leaf, slot, leaf));
        }
      }
      loaded.put(operand, slot);
      return slot;
    }
  }
}
