package dev.halyard.cpu;

import dev.halyard.Dims;
import dev.halyard.Shape;
import dev.halyard.spi.Partition;
import dev.halyard.spi.Port;
import dev.halyard.spi.Region;
import dev.halyard.spi.ValueView;
import dev.halyard.spi.WorkspacePlan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Turns a partition into a {@link Schedule} for one choice of dimensions. */
final class Lowering {
  private final Partition partition;
  private final Dims dims;
  private final PreparedConstants constants;
  private final Kernels kernels;
  private final int workers;
  private final WorkspacePlan plan;
  private final Map<Integer, Location> ports = new HashMap<>();
  private final List<StepPlan> steps = new ArrayList<>();
  private final long temporariesAt;
  private long temporariesEnd;
  private long top;

  private Lowering(
      Partition partition,
      long[] dimValues,
      PreparedConstants constants,
      Kernels kernels,
      int workers) {
    this.partition = partition;
    this.constants = constants;
    this.kernels = kernels;
    this.workers = workers;
    dims = named(partition.symbols(), dimValues);
    plan = partition.planWorkspace(dimValues);
    temporariesAt = aligned(plan.bytes());
    temporariesEnd = temporariesAt;
    top = temporariesAt;
  }

  static Schedule lower(
      Partition partition, long[] dims, PreparedConstants constants, Kernels kernels, int workers) {
    return new Lowering(partition, dims, constants, kernels, workers).lower();
  }

  private static Dims named(List<String> symbols, long[] values) {
    Dims dims = Dims.none();
    for (int i = 0; i < symbols.size(); i++) {
      dims = dims.and(symbols.get(i), values[i]);
    }
    return dims;
  }

  private Schedule lower() {
    locate(partition.inputs(), true);
    locate(partition.outputs(), false);
    List<Schedule.Part> parts = new ArrayList<>();
    for (Region region : partition.regions()) {
      int first = steps.size();
      top = temporariesAt;
      new RegionLowering(this, region).lower();
      parts.add(new Schedule.Part(region.name(), first, steps.size()));
    }
    long scratch = steps.stream().mapToLong(StepPlan::scratchBytes).max().orElse(0);
    return new Schedule(steps, parts, aligned(temporariesEnd), aligned(scratch), workers);
  }

  private void locate(List<Port> values, boolean in) {
    for (int i = 0; i < values.size(); i++) {
      ValueView value = values.get(i).value();
      long bytes = bytes(value);
      ports.put(value.id(), in ? Location.input(i, bytes) : Location.output(i, bytes));
    }
  }

  static long aligned(long bytes) {
    return (bytes + CpuMemory.ALIGNMENT - 1) & -CpuMemory.ALIGNMENT;
  }

  private long bytes(ValueView value) {
    return Shape.elements(extents(value.shape())) * value.dtype().bytes();
  }

  long[] extents(Shape shape) {
    return shape.resolve(dims).toArray();
  }

  /** {@return a value that is no constant, where the runtime or its plan has put it} */
  Operand place(ValueView value) {
    Location port = ports.get(value.id());
    Location where = port != null ? port : Location.workspace(plan.offset(value), bytes(value));
    return new Operand(where, value.dtype(), extents(value.shape()));
  }

  /** {@return memory that is free until the region ends} */
  Location temporary(long bytes) {
    Location where = Location.workspace(top, bytes);
    top = aligned(top + bytes);
    temporariesEnd = Math.max(temporariesEnd, top);
    return where;
  }

  void add(StepPlan step) {
    steps.add(step);
  }

  PreparedConstants constants() {
    return constants;
  }

  Kernels kernels() {
    return kernels;
  }

  int workers() {
    return workers;
  }
}
