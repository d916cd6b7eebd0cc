package dev.halyard.runtime.execute;

import dev.halyard.Dims;
import dev.halyard.Shape;
import dev.halyard.spi.Binding;
import dev.halyard.spi.MemorySlice;
import dev.halyard.spi.Partition;
import dev.halyard.spi.Port;
import dev.halyard.spi.Program;
import dev.halyard.spi.TextSink;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** A program whose bindings fit its ports. */
final class CheckedProgram implements Program {
  private final CheckedDriver driver;
  private final Program program;
  private final Partition partition;
  private final AtomicBoolean closed = new AtomicBoolean();

  CheckedProgram(CheckedDriver driver, Program program, Partition partition) {
    this.driver = driver;
    this.program = program;
    this.partition = partition;
  }

  private void requireOpen(String call) {
    CheckedDriver.misuse(closed.get(), "Program." + call + " after close()");
  }

  @Override
  public long workspaceBytes(long[] dims) {
    requireOpen("workspaceBytes");
    long bytes = program.workspaceBytes(dims.clone());
    driver.breach(bytes < 0, "workspaceBytes is " + bytes);
    return bytes;
  }

  @Override
  public Binding bind(
      List<MemorySlice> in, List<MemorySlice> out, MemorySlice workspace, long[] dims) {
    requireOpen("bind");
    CheckedDriver.misuse(
        dims.length != partition.symbols().size(), "bind with " + dims.length + " dims");
    requireSizes(in, partition.inputs(), dims);
    requireSizes(out, partition.outputs(), dims);
    CheckedDriver.misuse(
        workspace.bytes() < workspaceBytes(dims), "a workspace of " + workspace.bytes() + " bytes");
    Binding binding =
        program.bind(
            CheckedMemory.unwrap(in),
            CheckedMemory.unwrap(out),
            CheckedMemory.unwrap(workspace),
            dims.clone());
    driver.opened();
    return new CheckedBinding(driver, binding);
  }

  private void requireSizes(List<MemorySlice> slices, List<Port> ports, long[] dims) {
    CheckedDriver.misuse(
        slices.size() != ports.size(), slices.size() + " slices for " + ports.size() + " ports");
    Dims values = Dims.none();
    for (int i = 0; i < dims.length; i++) {
      values = values.and(partition.symbols().get(i), dims[i]);
    }
    for (int i = 0; i < ports.size(); i++) {
      Port port = ports.get(i);
      long wanted =
          Shape.elements(port.value().shape().resolve(values).toArray())
              * port.value().dtype().bytes();
      CheckedDriver.misuse(
          slices.get(i).bytes() != wanted,
          "a slice of " + slices.get(i).bytes() + " bytes for a port of " + wanted);
    }
  }

  @Override
  public void describe(TextSink out) {
    requireOpen("describe");
    program.describe(out);
  }

  @Override
  public void close() {
    CheckedDriver.misuse(!closed.compareAndSet(false, true), "Program.close() twice");
    driver.closedOne();
    program.close();
  }

  /** A binding that goes back to the driver that made it, and is not used after it was closed. */
  static final class CheckedBinding implements Binding {
    private final CheckedDriver driver;
    private final Binding binding;
    private final AtomicBoolean closed = new AtomicBoolean();

    CheckedBinding(CheckedDriver driver, Binding binding) {
      this.driver = driver;
      this.binding = binding;
    }

    static Binding unwrap(CheckedDriver driver, Binding binding) {
      CheckedDriver.misuse(!(binding instanceof CheckedBinding), "a binding of another driver");
      CheckedBinding checked = (CheckedBinding) binding;
      CheckedDriver.misuse(checked.driver != driver, "a binding of another driver");
      CheckedDriver.misuse(checked.closed.get(), "a binding used after it was closed");
      return checked.binding;
    }

    @Override
    public void close() {
      CheckedDriver.misuse(!closed.compareAndSet(false, true), "Binding.close() twice");
      driver.closedOne();
      binding.close();
    }
  }
}
