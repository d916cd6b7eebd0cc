package dev.halyard.cpu;

import dev.halyard.DType;
import dev.halyard.InvalidGraphException;
import dev.halyard.spi.NodeView;
import dev.halyard.spi.ValueView;
import java.util.Arrays;
import java.util.List;

/** Turns one node that is not elementwise into steps. */
final class NodeLowering {
  private final RegionLowering region;
  private final Lowering lowering;
  private final NodeView node;

  NodeLowering(RegionLowering region, NodeView node) {
    this.region = region;
    lowering = region.lowering();
    this.node = node;
  }

  RegionLowering region() {
    return region;
  }

  Lowering lowering() {
    return lowering;
  }

  NodeView node() {
    return node;
  }

  void lower() {
    switch (node.op()) {
      case "matmul/1" -> MatmulSteps.lower(this);
      case "conv/1" -> ConvSteps.lower(this);
      case "reduce_sum/1", "reduce_prod/1", "reduce_max/1", "reduce_min/1" ->
          ReduceSteps.lower(this);
      case "window_sum/1", "window_max/1" -> WindowSteps.lower(this);
      case "argmax/1" -> OrderSteps.argmax(this);
      case "sort/1" -> OrderSteps.sort(this);
      case "reshape/1" -> CopySteps.reshape(this);
      case "transpose/1" -> CopySteps.transpose(this);
      case "slice/1" -> CopySteps.slice(this);
      case "concat/1" -> CopySteps.concat(this);
      case "pad/1" -> CopySteps.pad(this);
      case "gather/1" -> IndexSteps.gather(this);
      case "scatter/1" -> IndexSteps.scatter(this);
      case "iota/1" -> IndexSteps.iota(this);
      case "quantize/1" -> QuantizeSteps.quantize(this);
      case "dequantize/1" -> QuantizeSteps.dequantize(this);
      default -> RowSteps.lower(this);
    }
  }

  Operand in(int index) {
    return region.operand(node.inputs().get(index));
  }

  ValueView result() {
    return node.outputs().getFirst();
  }

  /** {@return where a result goes} */
  Operand out(int index) {
    ValueView value = node.outputs().get(index);
    Operand where = region.destination(value);
    region.made(value, where);
    return where;
  }

  long integer(String attribute) {
    return node.attributes().integer(attribute);
  }

  long[] integers(String attribute) {
    return node.attributes().integers(attribute);
  }

  /** {@return an axis of an operand, counted from the outermost} */
  static int axis(long axis, Operand of) {
    return (int) (axis < 0 ? axis + of.rank() : axis);
  }

  /** Refuses to choose elements along an axis that has none, unless none are to be chosen. */
  void requireElements(Operand x, int axis, Operand result) {
    if (x.extent(axis) == 0 && result.elements() > 0) {
      throw new InvalidGraphException(
          "the CPU device cannot run node "
              + node.name()
              + " ("
              + node.op()
              + "): axis "
              + axis
              + " of its operand "
              + node.inputs().getFirst().name()
              + " has no elements to choose from, in "
              + x.dtype()
              + Arrays.toString(x.extents())
              + " for a result of "
              + Arrays.toString(result.extents())
              + "; bind dimensions that leave the axis at least one element");
    }
  }

  /** {@return an operand of F16 or BF16 widened to F32; any other as it is} */
  Operand widened(int index) {
    return widen(in(index), node.inputs().get(index));
  }

  Operand widen(Operand operand, ValueView value) {
    if (Kind.of(operand.dtype()) != Kind.F32 || operand.dtype() == DType.F32) {
      return operand;
    }
    if (operand.where().constant() != null) {
      return new WidenedConstant(lowering.constants(), value).get(operand);
    }
    Operand wide = region.temporary(DType.F32, operand.extents());
    region.addChain(List.of(new Expr.Leaf(operand)), List.of(wide));
    return wide;
  }

  /** {@return where to put a result in F32 that {@link #narrow} then stores} */
  Operand wideOut(int index) {
    ValueView value = node.outputs().get(index);
    boolean direct = value.dtype() == DType.F32 || Kind.of(value.dtype()) != Kind.F32;
    return direct ? out(index) : region.temporary(DType.F32, region.extents(value));
  }

  /** Stores a result that was computed in F32; does nothing where it is in its place. */
  void narrow(int index, Operand wide) {
    ValueView value = node.outputs().get(index);
    if (value.dtype() != wide.dtype()) {
      Operand to = out(index);
      region.addChain(List.of(new Expr.Leaf(wide)), List.of(to));
    }
  }

  void add(String what, long pieces, double units, RangePlan.Binder binder) {
    add(what, pieces, units, 0, binder);
  }

  void add(String what, long pieces, double units, long scratchBytes, RangePlan.Binder binder) {
    lowering.add(
        new RangePlan(
            node.name() + ": " + what, pieces, units, lowering.workers(), scratchBytes, binder));
  }
}
