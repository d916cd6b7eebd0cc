package dev.halyard.opencl.code;

import dev.halyard.Dims;
import dev.halyard.Shape;
import dev.halyard.spi.Partition;
import dev.halyard.spi.Permission;
import dev.halyard.spi.Port;
import dev.halyard.spi.Region;
import dev.halyard.spi.ValueView;
import dev.halyard.spi.WorkspacePlan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Turns a partition into a {@link Schedule} for one choice of dimensions. */
public final class Lowering {
  /** Where temporaries begin: a cache line, and what sub-buffers are aligned to anywhere. */
  private static final long ALIGNMENT = 512;

  private final Partition partition;
  private final DeviceModel device;
  private final Tiles tiles;
  private final Dims dims;
  private final WorkspacePlan plan;
  private final Map<Integer, Location> ports = new HashMap<>();
  private final KernelSet kernels = new KernelSet();
  private final List<Launch> launches = new ArrayList<>();
  private final long temporariesAt;
  private long temporariesEnd;
  private long top;

  private Lowering(Partition partition, long[] dimValues, DeviceModel device, Tiles tiles) {
    this.partition = partition;
    this.device = device;
    this.tiles = tiles;
    dims = named(partition.symbols(), dimValues);
    plan = partition.planWorkspace(dimValues);
    temporariesAt = aligned(plan.bytes());
    temporariesEnd = temporariesAt;
    top = temporariesAt;
  }

  /**
   * {@return what a partition does}
   *
   * @param partition what to compute
   * @param dims a value per symbol of the partition
   * @param device what to generate for
   * @param tiles how products are cut
   */
  public static Schedule lower(Partition partition, long[] dims, DeviceModel device, Tiles tiles) {
    return new Lowering(partition, dims, device, tiles).lower();
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
    for (Region region : partition.regions()) {
      top = temporariesAt;
      new RegionLowering(this, region).lower();
    }
    return new Schedule(kernels.source(device), List.copyOf(launches), temporariesEnd);
  }

  private void locate(List<Port> values, boolean in) {
    for (int i = 0; i < values.size(); i++) {
      ValueView value = values.get(i).value();
      long bytes = bytes(value);
      ports.put(value.id(), in ? Location.input(i, bytes) : Location.output(i, bytes));
    }
  }

  private static long aligned(long bytes) {
    return (bytes + ALIGNMENT - 1) & -ALIGNMENT;
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

  void add(Launch launch) {
    launches.add(launch);
  }

  Tile tile(TileBucket bucket) {
    return tiles.choose(device, bucket);
  }

  DeviceModel device() {
    return device;
  }

  KernelSet kernels() {
    return kernels;
  }

  boolean permits(Permission permission) {
    return partition.permissions().contains(permission);
  }
}
