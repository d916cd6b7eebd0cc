package dev.halyard.fpga.xrt;

import dev.halyard.Dims;
import dev.halyard.Shape;
import dev.halyard.spi.Binding;
import dev.halyard.spi.CompileContext;
import dev.halyard.spi.MemorySlice;
import dev.halyard.spi.Partition;
import dev.halyard.spi.Port;
import dev.halyard.spi.Program;
import dev.halyard.spi.Region;
import dev.halyard.spi.TextSink;
import dev.halyard.spi.ValueView;
import dev.halyard.spi.WorkspacePlan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A partition as layers of the kernel, with their weights on the board. */
final class XrtProgram implements Program {
  private final Partition partition;
  private final XrtDriver driver;
  private final List<DenseStep> steps = new ArrayList<>();

  XrtProgram(Partition partition, XrtDriver driver, CompileContext compile) {
    this.partition = partition;
    this.driver = driver;
    driver.counters().handles.increment();
    try {
      List<? extends Region> regions = partition.regions();
      for (int i = 0; i < regions.size(); i++) {
        compile.progress(
            (double) i / regions.size(), "packing the weights of " + regions.get(i).name());
        steps.add(DenseStep.of(regions.get(i), driver));
      }
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  @Override
  public long workspaceBytes(long[] dims) {
    return partition.planWorkspace(dims).bytes();
  }

  @Override
  public Binding bind(
      List<MemorySlice> in, List<MemorySlice> out, MemorySlice workspace, long[] dims) {
    return driver.call("binding a program", 0, () -> bound(in, out, workspace, dims));
  }

  private Binding bound(
      List<MemorySlice> in, List<MemorySlice> out, MemorySlice workspace, long[] dims) {
    XrtBinding binding = new XrtBinding(driver, in, out);
    try {
      Places places = new Places(binding, in, workspace, partition.planWorkspace(dims));
      Dims values = values(dims);
      for (DenseStep step : steps) {
        binding.add(step, places.of(step.x(), values), places.of(step.y(), values));
      }
      return binding;
    } catch (RuntimeException | Error e) {
      binding.close();
      throw e;
    }
  }

  private Dims values(long[] dims) {
    Dims values = Dims.none();
    for (int i = 0; i < dims.length; i++) {
      values = values.and(partition.symbols().get(i), dims[i]);
    }
    return values;
  }

  /** Where each value of the partition lies. */
  private final class Places {
    private final Map<Integer, BoardSlice> ports = new HashMap<>();
    private final MemorySlice workspace;
    private final WorkspacePlan plan;

    Places(XrtBinding binding, List<MemorySlice> in, MemorySlice workspace, WorkspacePlan plan) {
      this.workspace = workspace;
      this.plan = plan;
      List<? extends Port> inputs = partition.inputs();
      for (int i = 0; i < inputs.size(); i++) {
        ports.put(inputs.get(i).value().id(), BoardSlice.of(in.get(i)));
      }
      List<? extends Port> outputs = partition.outputs();
      for (int i = 0; i < outputs.size(); i++) {
        ports.put(outputs.get(i).value().id(), binding.outputs().get(i));
      }
    }

    BoardSlice of(ValueView value, Dims dims) {
      BoardSlice port = ports.get(value.id());
      if (port != null) {
        return port;
      }
      long bytes = Shape.elements(value.shape().resolve(dims).toArray()) * value.dtype().bytes();
      return new BoardSlice(
          XrtMemory.of(workspace).buffer(), workspace.offset() + plan.offset(value), bytes);
    }
  }

  @Override
  public void describe(TextSink out) {
    ProgramText text = new ProgramText(steps, driver.overhead());
    String memory = driver.call("asking for addresses", 0, text::memory);
    out.section("layers", text.layers());
    out.section("memory", memory);
    out.section("time", text.time());
  }

  @Override
  public void close() {
    driver.counters().handles.decrement();
    steps.forEach(step -> driver.free(step.weights()));
  }
}
