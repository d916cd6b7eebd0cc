package dev.halyard.spi;

import dev.halyard.Dims;
import dev.halyard.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * A program for vendors who have a kernel per region: it places the values between regions in the
 * workspace and hands each region its slices. What is left to write is {@link #bindRegion} and
 * {@link #constant}; the vendor's {@link Stream} runs {@link RegionwiseBinding#regions} in order.
 */
public abstract class RegionwiseProgram implements Program {
  private final Partition partition;

  /**
   * Keeps the partition.
   *
   * @param partition what to compute
   */
  protected RegionwiseProgram(Partition partition) {
    this.partition = partition;
  }

  /** {@return what this computes} */
  protected final Partition partition() {
    return partition;
  }

  /**
   * Resolves one region.
   *
   * @param region the region
   * @param in a slice per {@link Region#inputs}, in order, constants included
   * @param out a slice per {@link Region#outputs}, in order
   * @param dims a value for every symbol
   * @return what the vendor's stream runs
   */
  protected abstract Binding bindRegion(
      Region region, List<MemorySlice> in, List<MemorySlice> out, Dims dims);

  /**
   * {@return a constant in memory of the device; the same slice each time it is asked for}
   *
   * @param value a constant of the partition
   */
  protected abstract MemorySlice constant(ValueView value);

  @Override
  public final long workspaceBytes(long[] dims) {
    return partition.planWorkspace(dims).bytes();
  }

  @Override
  public final RegionwiseBinding bind(
      List<MemorySlice> in, List<MemorySlice> out, MemorySlice workspace, long[] dims) {
    Dims values = Dims.none();
    for (int i = 0; i < dims.length; i++) {
      values = values.and(partition.symbols().get(i), dims[i]);
    }
    Places places = new Places(in, out, workspace, partition.planWorkspace(dims), values);
    List<Binding> bindings = new ArrayList<>();
    for (Region region : partition.regions()) {
      bindings.add(
          bindRegion(region, places.of(region.inputs()), places.of(region.outputs()), values));
    }
    return new RegionwiseBinding(bindings);
  }

  /** Where each value of the partition lies. */
  private final class Places {
    private final List<MemorySlice> in;
    private final List<MemorySlice> out;
    private final MemorySlice workspace;
    private final WorkspacePlan plan;
    private final Dims dims;

    Places(
        List<MemorySlice> in,
        List<MemorySlice> out,
        MemorySlice workspace,
        WorkspacePlan plan,
        Dims dims) {
      this.in = in;
      this.out = out;
      this.workspace = workspace;
      this.plan = plan;
      this.dims = dims;
    }

    List<MemorySlice> of(List<? extends ValueView> values) {
      return values.stream().map(this::of).toList();
    }

    private MemorySlice of(ValueView value) {
      if (value.constant().isPresent()) {
        return constant(value);
      }
      int input = indexOf(partition.inputs(), value);
      if (input >= 0) {
        return in.get(input);
      }
      int output = indexOf(partition.outputs(), value);
      if (output >= 0) {
        return out.get(output);
      }
      long bytes = Shape.elements(value.shape().resolve(dims).toArray()) * value.dtype().bytes();
      return MemorySlice.of(workspace.memory(), workspace.offset() + plan.offset(value), bytes);
    }

    private static int indexOf(List<Port> ports, ValueView value) {
      for (int i = 0; i < ports.size(); i++) {
        if (ports.get(i).value().id() == value.id()) {
          return i;
        }
      }
      return -1;
    }
  }
}
