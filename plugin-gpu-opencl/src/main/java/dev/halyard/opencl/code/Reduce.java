package dev.halyard.opencl.code;

import dev.halyard.DType;
import dev.halyard.Shape;
import dev.halyard.spi.ValueView;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reductions, with the chain of elements that are reduced and the chain that follows. A result is
 * computed by one work-item, or on a GPU by a group if it has many elements; few results of many
 * elements are computed in two stages.
 */
final class Reduce {
  /** From so many elements on, a result that would leave processors idle is computed in parts. */
  private static final long LONG = 32768;

  private static final int PARTS = 64;

  private final NodeLowering node;
  private final Accumulator accumulator;
  private final Chain input;
  private final Chain after;
  private final Space kept;
  private final Space reduced;

  private Reduce(
      NodeLowering node,
      Accumulator accumulator,
      Chain input,
      Chain after,
      Space kept,
      Space reduced) {
    this.node = node;
    this.accumulator = accumulator;
    this.input = input;
    this.after = after;
    this.kept = kept;
    this.reduced = reduced;
  }

  static void lower(NodeLowering node) {
    ValueView x = node.node().inputs().getFirst();
    Expr expr = node.region().expression(x);
    long[] extents = node.region().extents(x);
    Chain input = new Chain(extents, List.of(expr), List.of());
    Chain epilogue = node.region().epilogue(node.result());
    Chain after = epilogue == null ? alone(node) : epilogue;
    if (epilogue != null) {
      node.region().made(epilogue);
    }
    if (Shape.elements(after.extents()) > 0) {
      of(node, input, after).add();
    }
  }

  /** {@return the chain that only stores the result} */
  private static Chain alone(NodeLowering node) {
    Operand out = node.out(0);
    return new Chain(out.extents(), List.of(new Expr.Anchor(out.dtype())), List.of(out));
  }

  private static Reduce of(NodeLowering node, Chain input, Chain after) {
    int rank = input.extents().length;
    boolean[] goes = new boolean[rank];
    for (long axis : node.integers("axes")) {
      goes[(int) Math.floorMod(axis, (long) Math.max(rank, 1))] = true;
    }
    boolean keeps = node.flag("keep_dims");
    List<Integer> keptAxes = new ArrayList<>();
    List<Integer> reducedAxes = new ArrayList<>();
    List<Integer> resultAxes = new ArrayList<>();
    for (int axis = 0; axis < rank; axis++) {
      if (goes[axis]) {
        reducedAxes.add(axis);
      } else {
        resultAxes.add(keeps ? axis : keptAxes.size());
        keptAxes.add(axis);
      }
    }
    List<long[]> keptStrides = new ArrayList<>();
    List<long[]> reducedStrides = new ArrayList<>();
    for (long[] strides : input.strides()) {
      keptStrides.add(pick(strides, keptAxes));
      reducedStrides.add(pick(strides, reducedAxes));
    }
    after.strides().forEach(strides -> keptStrides.add(pick(strides, resultAxes)));
    return new Reduce(
        node,
        Accumulator.of(node.node().op(), node.node().inputs().getFirst().dtype()),
        input,
        after,
        Space.of(pick(input.extents(), keptAxes), keptStrides),
        Space.of(pick(input.extents(), reducedAxes), reducedStrides));
  }

  private static long[] pick(long[] all, List<Integer> axes) {
    return axes.stream().mapToLong(axis -> all[axis]).toArray();
  }

  private void add() {
    long parts = parts();
    if (parts > 1) {
      inTwoStages(parts);
    } else if (isForGroups()) {
      byGroups();
    } else if (isAlongColumns()) {
      alongColumns();
    } else {
      alongRows();
    }
  }

  /** {@return into how many parts each result is split; 1 to leave it whole} */
  private long parts() {
    boolean few = kept.elements() < node.device().computeUnits() * 2L;
    if (!few || reduced.rank() > 1 || reduced.inner() < LONG) {
      return 1;
    }
    long parts = PARTS;
    while (reduced.inner() % parts != 0) {
      parts--;
    }
    return parts;
  }

  private void inTwoStages(long parts) {
    DType wide = Types.isFloat(accumulator.dtype()) ? DType.F32 : accumulator.dtype();
    Operand partial = node.region().temporary(wide, kept.elements(), parts);
    Chain store = new Chain(partial.extents(), List.of(new Expr.Anchor(wide)), List.of(partial));
    long each = reduced.inner() / parts;
    List<long[]> outer = new ArrayList<>();
    List<long[]> inner = new ArrayList<>();
    for (int i = 0; i < input.leaves().size(); i++) {
      long step = reduced.strides().get(i)[0];
      outer.add(with(kept.strides().get(i), step * each));
      inner.add(new long[] {step});
    }
    outer.add(with(scaled(Operand.strides(kept.extents()), parts), 1));
    Space split = new Space(with(kept.extents(), parts), outer);
    new Reduce(node, accumulator, input, store, split, new Space(new long[] {each}, inner)).whole();

    Chain partials = new Chain(partial.extents(), List.of(new Expr.Leaf(partial)), List.of());
    List<long[]> rest = new ArrayList<>();
    rest.add(scaled(Operand.strides(kept.extents()), parts));
    rest.addAll(kept.strides().subList(input.leaves().size(), kept.strides().size()));
    Space last = new Space(kept.extents(), rest);
    Space along = new Space(new long[] {parts}, List.of(new long[] {1}));
    new Reduce(node, accumulator, partials, after, last, along).whole();
  }

  private void whole() {
    if (isForGroups()) {
      byGroups();
    } else {
      alongRows();
    }
  }

  private static long[] with(long[] strides, long last) {
    long[] longer = Arrays.copyOf(strides, strides.length + 1);
    longer[strides.length] = last;
    return longer;
  }

  private static long[] scaled(long[] strides, long factor) {
    return Arrays.stream(strides).map(stride -> stride * factor).toArray();
  }

  private boolean isForGroups() {
    return node.device().family() == DeviceModel.Family.GPU && reduced.elements() >= Loops.GROUP;
  }

  /** {@return whether neighbours among the results have neighbours to sum, and a row has not} */
  private boolean isAlongColumns() {
    boolean neighbours = true;
    boolean rows = true;
    for (int i = 0; i < input.leaves().size(); i++) {
      long across = kept.strides().get(i)[kept.rank() - 1];
      long along = reduced.strides().get(i)[reduced.rank() - 1];
      neighbours &= across == 0 || across == 1;
      rows &= along == 0 || along == 1;
    }
    return neighbours
        && !rows
        && input.hasVectorForm()
        && kept.inner() >= 4
        && node.device().family() == DeviceModel.Family.CPU;
  }

  /** {@return whether the innermost axis is summed in vectors, and how wide they are} */
  private int rowWidth() {
    boolean neighbours = input.hasVectorForm();
    for (int i = 0; i < input.leaves().size(); i++) {
      long along = reduced.strides().get(i)[reduced.rank() - 1];
      neighbours &= along == 0 || along == 1;
    }
    return neighbours && node.device().family() == DeviceModel.Family.CPU
        ? Loops.width(node.device(), reduced.inner())
        : 1;
  }

  private void alongRows() {
    KernelText kernel = new KernelText();
    Loops.Flat loop = node.loops(kernel).flat(kept.elements(), Math.max(1, reduced.elements()));
    List<String> coordinates = Space.coordinates(kept.extents(), "i");
    kernel.add("    %s sum = %s;".formatted(accumulator.type(1), accumulator.initial(1)));
    int width = rowWidth();
    if (width > 1) {
      kernel.add(
          "    %s sums = %s;".formatted(accumulator.type(width), accumulator.initial(width)));
    }
    if (reduced.elements() > 0) {
      sumRow(kernel, coordinates, width);
    }
    if (width > 1) {
      fold(kernel, width);
    }
    finish(kernel, "    ", coordinates, "sum");
    node.add(loop.launch(node.kernels(), "reduce", what("along rows")));
  }

  private String what(String how) {
    return node.name() + ": " + node.node().op() + " " + how;
  }

  private void sumRow(KernelText kernel, List<String> coordinates, int width) {
    String indent = "    ";
    List<String> positions = new ArrayList<>();
    for (int axis = 0; axis < reduced.rank() - 1; axis++) {
      kernel.add(
          "%1$sfor (ulong r%2$d = 0; r%2$d < %3$d; r%2$d++) {"
              .formatted(indent, axis, reduced.extents()[axis]));
      positions.add("r" + axis);
      indent += "  ";
    }
    Chain.Place place = inputPlace(kernel, indent, coordinates, positions);
    kernel.add(indent + "ulong j = 0;");
    if (width > 1) {
      kernel.add(
          "%sfor (; j + %d <= %d; j += %d) {".formatted(indent, width, reduced.inner(), width));
      String value = place.value(kernel.body(), indent + "  ", width, "j");
      kernel.add(indent + "  sums = " + accumulator.join(width, "sums", value) + ";");
      kernel.add(indent + "}");
    }
    if (width == 1 || reduced.inner() % width != 0) {
      kernel.add("%sfor (; j < %d; j++) {".formatted(indent, reduced.inner()));
      String value = place.value(kernel.body(), indent + "  ", 1, "j");
      kernel.add(indent + "  sum = " + accumulator.join(1, "sum", value) + ";");
      kernel.add(indent + "}");
    }
    for (int axis = 0; axis < reduced.rank() - 1; axis++) {
      indent = indent.substring(2);
      kernel.add(indent + "}");
    }
  }

  private Chain.Place inputPlace(
      KernelText kernel, String indent, List<String> coordinates, List<String> positions) {
    List<String> bases = new ArrayList<>();
    List<Long> steps = new ArrayList<>();
    for (int i = 0; i < input.leaves().size(); i++) {
      String at = kept.at(i, coordinates);
      String along = reduced.at(i, positions);
      bases.add(at.equals("0") ? along : along.equals("0") ? at : at + " + " + along);
      steps.add(reduced.strides().get(i)[reduced.rank() - 1]);
    }
    return input.place(kernel, indent, bases, steps);
  }

  private void fold(KernelText kernel, int width) {
    kernel.add(
        """
            %1$s parts[%2$d];
            vstore%2$d(sums, 0, parts);
            for (int p = 0; p < %2$d; p++) {
              sum = %3$s;
            }
        """
            .formatted(accumulator.type(1), width, accumulator.join(1, "sum", "parts[p]")));
  }

  /** Computes the chain that follows, for one result. */
  private void finish(KernelText kernel, String indent, List<String> coordinates, String result) {
    List<String> bases = new ArrayList<>();
    List<Long> steps = new ArrayList<>();
    for (int i = input.leaves().size(); i < kept.strides().size(); i++) {
      bases.add(kept.at(i, coordinates));
      steps.add(0L);
    }
    after.place(kernel, indent, bases, steps).body(kernel.body(), indent, 1, "0", result);
  }

  private void alongColumns() {
    int width = Loops.width(node.device(), kept.inner());
    long stretches = Math.ceilDiv(kept.inner(), width);
    long blocks = kept.rows() * stretches;
    KernelText kernel = new KernelText();
    Loops.Flat loop = node.loops(kernel).flat(blocks, Math.max(1, reduced.elements()) * width);
    List<String> coordinates = new ArrayList<>();
    if (kept.rank() > 1) {
      kernel.add("    const ulong row = i / %d;".formatted(stretches));
      coordinates.addAll(kept.rowCoordinates("row"));
    }
    kernel.add("    const ulong column = (ulong)(i %% %d) * %d;".formatted(stretches, width));
    String indent = "    ";
    if (kept.inner() % width != 0) {
      kernel.add("    if (column + %d <= %d) {".formatted(width, kept.inner()));
      indent = "      ";
    }
    columns(kernel, indent, coordinates, width, "column");
    if (kept.inner() % width != 0) {
      kernel.add("    } else {");
      kernel.add("      for (ulong c = column; c < %d; c++) {".formatted(kept.inner()));
      columns(kernel, "        ", coordinates, 1, "c");
      kernel.add("      }\n    }");
    }
    node.add(loop.launch(node.kernels(), "reduce", what("along columns")));
  }

  private void columns(
      KernelText kernel, String indent, List<String> row, int width, String column) {
    kernel.add(
        "%s%s sums = %s;".formatted(indent, accumulator.type(width), accumulator.initial(width)));
    List<String> positions = new ArrayList<>();
    String inside = indent;
    for (int axis = 0; axis < reduced.rank(); axis++) {
      kernel.add(
          "%1$sfor (ulong r%2$d = 0; r%2$d < %3$d; r%2$d++) {"
              .formatted(inside, axis, reduced.extents()[axis]));
      positions.add("r" + axis);
      inside += "  ";
    }
    List<String> bases = new ArrayList<>();
    List<Long> steps = new ArrayList<>();
    for (int i = 0; i < input.leaves().size(); i++) {
      String at = kept.at(i, row);
      String along = reduced.at(i, positions);
      bases.add(at.equals("0") ? along : along.equals("0") ? at : at + " + " + along);
      steps.add(kept.strides().get(i)[kept.rank() - 1]);
    }
    String value =
        input.place(kernel, inside, bases, steps).value(kernel.body(), inside, width, column);
    kernel.add(inside + "sums = " + accumulator.join(width, "sums", value) + ";");
    for (int axis = 0; axis < reduced.rank(); axis++) {
      inside = inside.substring(2);
      kernel.add(inside + "}");
    }
    finishColumns(kernel, indent, row, width, column);
  }

  private void finishColumns(
      KernelText kernel, String indent, List<String> row, int width, String column) {
    List<String> bases = new ArrayList<>();
    List<Long> steps = new ArrayList<>();
    boolean vector = after.hasVectorForm();
    for (int i = input.leaves().size(); i < kept.strides().size(); i++) {
      long step = kept.strides().get(i)[kept.rank() - 1];
      bases.add(kept.at(i, row));
      steps.add(step);
      vector &= step == 0 || step == 1;
    }
    Chain.Place place = after.place(kernel, indent, bases, steps);
    if (width == 1 || vector) {
      place.body(kernel.body(), indent, width, column, "sums");
      return;
    }
    kernel.add("%sfloat parts[%d];".formatted(indent, width));
    kernel.add("%svstore%d(sums, 0, parts);".formatted(indent, width));
    kernel.add("%sfor (ulong p = 0; p < %d; p++) {".formatted(indent, width));
    place.body(kernel.body(), indent + "  ", 1, "(" + column + " + p)", "parts[p]");
    kernel.add(indent + "}");
  }

  private void byGroups() {
    KernelText kernel = new KernelText();
    kernel.add("  const ulong i = get_group_id(0);");
    kernel.add("  const uint own = get_local_id(0);");
    List<String> coordinates = Space.coordinates(kept.extents(), "i");
    kernel.add("  %s sum = %s;".formatted(accumulator.type(1), accumulator.initial(1)));
    kernel.add(
        "  for (ulong element = own; element < %d; element += %d) {"
            .formatted(reduced.elements(), Loops.GROUP));
    List<String> positions = Space.coordinates(reduced.extents(), "element");
    Chain.Place place =
        inputPlace(kernel, "    ", coordinates, positions.subList(0, reduced.rank() - 1));
    String value = place.value(kernel.body(), "    ", 1, positions.getLast());
    kernel.add("    sum = " + accumulator.join(1, "sum", value) + ";");
    kernel.add("  }");
    kernel.add(groupSum(accumulator, "sum", "shared"));
    kernel.add("  if (own == 0) {");
    finish(kernel, "    ", coordinates, "shared[0]");
    kernel.add("  }");
    node.add(
        kernel.launch(
            node.kernels(),
            "reduce",
            what("by groups"),
            new long[] {kept.elements() * Loops.GROUP},
            new long[] {Loops.GROUP}));
  }

  /** {@return statements that join a variable of all work-items of a group into {@code shared[0]} */
  static String groupSum(Accumulator accumulator, String variable, String shared) {
    return """
      local %1$s %2$s[%3$d];
      %2$s[own] = %4$s;
      barrier(CLK_LOCAL_MEM_FENCE);
      for (uint half_group = %5$d; half_group > 0; half_group /= 2) {
        if (own < half_group) {
          %2$s[own] = %6$s;
        }
        barrier(CLK_LOCAL_MEM_FENCE);
      }
    """
        .formatted(
            accumulator.type(1),
            shared,
            Loops.GROUP,
            variable,
            Loops.GROUP / 2,
            accumulator.join(1, shared + "[own]", shared + "[own + half_group]"));
  }
}
