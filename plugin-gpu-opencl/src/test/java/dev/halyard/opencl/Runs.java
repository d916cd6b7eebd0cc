package dev.halyard.opencl;

import dev.halyard.opencl.code.Schedule;
import dev.halyard.spi.ArtefactStore;
import dev.halyard.spi.Binding;
import dev.halyard.spi.DeviceMemory;
import dev.halyard.spi.MemorySlice;
import dev.halyard.spi.Program;
import dev.halyard.spi.Stream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** One program with memory for it, closed together. */
final class Runs implements AutoCloseable {
  final OpenClDriver driver;
  final Program program;
  private final Arena arena = Arena.ofShared();
  private final List<Runnable> open = new ArrayList<>();

  private Runs(OpenClDriver driver, ArtefactStore store, String... symbols) {
    this.driver = driver;
    program = driver.compile(HandWritten.partition(Set.of(), symbols), HandWritten.compile(store));
  }

  /** {@return the runs of what the driver's generator makes of any partition} */
  static Runs of(OpenClDriver driver, String... symbols) {
    return new Runs(driver, new HandWritten.Store(), symbols);
  }

  static Runs of(OpenClDriver driver, ArtefactStore store) {
    return new Runs(driver, store);
  }

  static CodeGenerator always(Schedule schedule) {
    return (partition, dims, device, tiles) -> schedule;
  }

  MemorySlice allocate(long bytes) {
    DeviceMemory memory = driver.allocate(driver.memoryKinds().getFirst(), Math.max(bytes, 1));
    open.add(memory::close);
    return MemorySlice.of(memory, 0, bytes);
  }

  MemorySegment host(float... values) {
    return arena.allocateFrom(ValueLayout.JAVA_FLOAT, values);
  }

  /** {@return memory of the device with these values} */
  MemorySlice device(Stream stream, float... values) throws InterruptedException {
    MemorySlice slice = allocate(4L * values.length);
    stream.await(stream.upload(host(values), slice), Long.MAX_VALUE);
    return slice;
  }

  float[] read(Stream stream, MemorySlice slice) throws InterruptedException {
    MemorySegment to = arena.allocate(Math.max(1, slice.bytes()), 4).asSlice(0, slice.bytes());
    stream.await(stream.download(slice, to), Long.MAX_VALUE);
    return to.toArray(ValueLayout.JAVA_FLOAT);
  }

  Binding bind(MemorySlice in, MemorySlice out, long... dims) {
    MemorySlice workspace = allocate(program.workspaceBytes(dims));
    Binding binding = program.bind(List.of(in), List.of(out), workspace, dims);
    open.add(binding::close);
    return binding;
  }

  @Override
  public void close() {
    open.reversed().forEach(Runnable::run);
    program.close();
    arena.close();
  }
}
