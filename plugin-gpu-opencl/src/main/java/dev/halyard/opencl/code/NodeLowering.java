package dev.halyard.opencl.code;

import dev.halyard.DType;
import dev.halyard.InvalidGraphException;
import dev.halyard.spi.NodeView;
import dev.halyard.spi.ValueView;
import java.util.Arrays;
import java.util.List;

/** Turns one node that is not elementwise into launches. */
final class NodeLowering implements ProductHost {
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

  @Override
  public DeviceModel device() {
    return lowering.device();
  }

  NodeView node() {
    return node;
  }

  void lower() {
    switch (node.op()) {
      case "matmul/1" -> Matmul.lower(this);
      case "conv/1" -> Conv.lower(this);
      case "reduce_sum/1", "reduce_prod/1", "reduce_max/1", "reduce_min/1" -> Reduce.lower(this);
      case "window_sum/1", "window_max/1" -> Window.lower(this);
      case "argmax/1" -> Order.argmax(this);
      case "sort/1" -> Order.sort(this);
      case "reshape/1" -> Copy.reshape(this);
      case "transpose/1" -> Copy.transpose(this);
      case "slice/1" -> Copy.slice(this);
      case "concat/1" -> Copy.concat(this);
      case "pad/1" -> Copy.pad(this);
      case "gather/1" -> Index.gather(this);
      case "scatter/1" -> Index.scatter(this);
      case "iota/1" -> Index.iota(this);
      case "quantize/1" -> Quantize.quantize(this);
      case "dequantize/1" -> Quantize.dequantize(this);
      case "halyard.qmatmul/1" -> QuantizedProducts.matmul(this);
      case "halyard.qconv/1" -> QuantizedProducts.conv(this);
      default -> Rows.lower(this);
    }
  }

  @Override
  public String name() {
    return node.name();
  }

  Operand in(int index) {
    return region.operand(node.inputs().get(index));
  }

  ValueView result() {
    return node.outputs().getFirst();
  }

  long[] resultExtents() {
    return region.extents(result());
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

  boolean flag(String attribute) {
    return node.attributes().flag(attribute);
  }

  String text(String attribute) {
    return node.attributes().text(attribute);
  }

  /** {@return an axis of an operand, counted from the outermost} */
  static int axis(long axis, Operand of) {
    return (int) (axis < 0 ? axis + of.rank() : axis);
  }

  /** Refuses to choose elements along an axis that has none, unless none are to be chosen. */
  void requireElements(Operand x, int axis, Operand result) {
    if (x.extent(axis) == 0 && result.elements() > 0) {
      throw new InvalidGraphException(
          "the OpenCL device cannot run node "
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
    Operand operand = in(index);
    if (!Types.isFloat(operand.dtype()) || operand.dtype() == DType.F32) {
      return operand;
    }
    Operand wide = region.temporary(DType.F32, operand.extents());
    convert(operand, wide);
    return wide;
  }

  /** {@return where to put a result in F32 that {@link #narrow} then stores} */
  Operand wideOut(int index) {
    ValueView value = node.outputs().get(index);
    boolean direct = value.dtype() == DType.F32 || !Types.isFloat(value.dtype());
    return direct ? out(index) : region.temporary(DType.F32, region.extents(value));
  }

  /** Stores a result that was computed in F32; does nothing where it is in its place. */
  void narrow(int index, Operand wide) {
    if (node.outputs().get(index).dtype() != wide.dtype()) {
      convert(wide, out(index));
    }
  }

  private void convert(Operand from, Operand to) {
    Chain chain = new Chain(to.extents(), List.of(new Expr.Leaf(from)), List.of(to));
    Elementwise.add(lowering, name() + ": convert", chain);
  }

  @Override
  public void add(Launch launch) {
    lowering.add(launch);
  }

  @Override
  public KernelSet kernels() {
    return lowering.kernels();
  }

  @Override
  public Tile tile(TileBucket bucket) {
    return lowering.tile(bucket);
  }

  @Override
  public Operand temporary(DType dtype, long... extents) {
    return region.temporary(dtype, extents);
  }

  Loops loops(KernelText kernel) {
    return new Loops(device(), kernel);
  }
}
