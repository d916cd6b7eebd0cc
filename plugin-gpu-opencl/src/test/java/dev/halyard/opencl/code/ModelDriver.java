package dev.halyard.opencl.code;

import dev.halyard.CompileOptions;
import dev.halyard.Graph;
import dev.halyard.opencl.code.DeviceModel.TensorCores;
import dev.halyard.runtime.compile.Placed;
import dev.halyard.runtime.compile.Target;
import dev.halyard.spi.ClaimContext;
import dev.halyard.spi.ClaimSink;
import dev.halyard.spi.CompileContext;
import dev.halyard.spi.DeviceDriver;
import dev.halyard.spi.DeviceMemory;
import dev.halyard.spi.GraphView;
import dev.halyard.spi.MemoryKind;
import dev.halyard.spi.Partition;
import dev.halyard.spi.Program;
import dev.halyard.spi.Spi;
import dev.halyard.spi.Stream;
import java.util.ArrayList;
import java.util.List;

/** A device that is described and not there: it claims, so that graphs can be lowered for it. */
final class ModelDriver implements DeviceDriver {
  static final DeviceModel CPU =
      new DeviceModel(DeviceModel.Family.CPU, 4, 4096, 1L << 40, 16, true, false, TensorCores.NONE);
  static final DeviceModel GPU =
      new DeviceModel(DeviceModel.Family.GPU, 100, 256, 1L << 40, 1, true, false, TensorCores.NONE);

  private final DeviceModel model;

  private ModelDriver(DeviceModel model) {
    this.model = model;
  }

  /** {@return the schedules of a graph without symbols, one per partition} */
  static List<Schedule> schedules(DeviceModel model, Graph graph) {
    List<Target> targets = List.of(new Target("opencl:0", new ModelDriver(model), Spi.LEVEL));
    List<Schedule> schedules = new ArrayList<>();
    for (Placed placed :
        dev.halyard.runtime.compile.Lowering.lower(graph, targets, CompileOptions.defaults())
            .placed()) {
      schedules.add(Lowering.lower(placed.partition(), new long[0], model, Tile::usual));
    }
    return schedules;
  }

  @Override
  public void claim(GraphView graph, ClaimContext context, ClaimSink sink) {
    graph.nodes().forEach(node -> Claims.claim(node, model, sink));
  }

  @Override
  public List<MemoryKind> memoryKinds() {
    throw new UnsupportedOperationException();
  }

  @Override
  public DeviceMemory allocate(MemoryKind kind, long bytes) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Program compile(Partition partition, CompileContext context) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Stream openStream() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {}
}
