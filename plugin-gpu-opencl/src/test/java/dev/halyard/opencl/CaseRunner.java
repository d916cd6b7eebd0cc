package dev.halyard.opencl;

import dev.halyard.CompileOptions;
import dev.halyard.DType;
import dev.halyard.Dims;
import dev.halyard.Graph;
import dev.halyard.Shape;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import dev.halyard.Value;
import dev.halyard.runtime.compile.Lowered;
import dev.halyard.runtime.compile.Lowering;
import dev.halyard.runtime.compile.Placed;
import dev.halyard.runtime.compile.Target;
import dev.halyard.spi.Binding;
import dev.halyard.spi.DeviceMemory;
import dev.halyard.spi.MemorySlice;
import dev.halyard.spi.Program;
import dev.halyard.spi.Spi;
import dev.halyard.spi.Stream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Lowers graphs for a driver and runs them once, without the runtime's sessions. */
final class CaseRunner {
  private final OpenClDriver driver;
  private final CompileOptions options;
  private final List<DeviceMemory> owned = new ArrayList<>();

  CaseRunner(OpenClDriver driver, CompileOptions options) {
    this.driver = driver;
    this.options = options;
  }

  /** {@return a tensor per output and state, by name} */
  Map<String, Tensor> run(Graph graph, Map<String, Tensor> inputs, Dims dims) {
    Lowered lowered =
        Lowering.lower(graph, List.of(new Target("opencl:0", driver, Spi.LEVEL)), options);
    try (Arena arena = Arena.ofShared();
        Stream stream = driver.openStream()) {
      Map<Integer, DeviceMemory> values = new HashMap<>();
      for (Value input : lowered.graph().inputs()) {
        MemorySegment bytes = inputs.get(input.name()).segment();
        DeviceMemory memory = memory(arena, stream, bytes.byteSize());
        values.put(input.id(), memory);
        upload(arena, stream, bytes, memory);
      }
      for (Placed placed : lowered.placed()) {
        run(placed, values, dims, arena, stream);
      }
      return outputs(lowered, values, dims, arena, stream);
    } finally {
      owned.forEach(DeviceMemory::close);
    }
  }

  private Map<String, Tensor> outputs(
      Lowered lowered, Map<Integer, DeviceMemory> values, Dims dims, Arena arena, Stream stream) {
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    for (int i = 0; i < lowered.graph().outputs().size(); i++) {
      Value value = lowered.graph().outputs().get(i);
      long[] shape = value.shape().resolve(dims).toArray();
      long size = bytes(value.dtype(), shape);
      MemorySegment bytes = arena.allocate(Math.max(1, size), 64).asSlice(0, size);
      if (size > 0) {
        await(stream, stream.download(MemorySlice.of(values.get(value.id()), 0, size), bytes));
      }
      outputs.put(
          lowered.graph().outputNames().get(i),
          Tensor.copyOf(TensorArena.ofAuto(), bytes, value.dtype(), shape));
    }
    return outputs;
  }

  private void run(
      Placed placed, Map<Integer, DeviceMemory> values, Dims dims, Arena arena, Stream stream) {
    long[] symbols = placed.partition().symbols().stream().mapToLong(dims::get).toArray();
    try (Program program =
        driver.compile(placed.partition(), HandWritten.compile(new HandWritten.Store()))) {
      List<MemorySlice> in = new ArrayList<>();
      for (Value value : placed.inputs()) {
        in.add(slice(values.get(value.id()), value, dims));
      }
      List<MemorySlice> out = new ArrayList<>();
      for (Value value : placed.outputs()) {
        long size = bytes(value.dtype(), value.shape().resolve(dims).toArray());
        DeviceMemory memory = memory(arena, stream, size);
        values.put(value.id(), memory);
        out.add(slice(memory, value, dims));
      }
      long size = program.workspaceBytes(symbols);
      MemorySlice workspace = MemorySlice.of(memory(arena, stream, size), 0, size);
      try (Binding binding = program.bind(in, out, workspace, symbols)) {
        stream.execute(binding);
      }
    }
  }

  private static MemorySlice slice(DeviceMemory memory, Value value, Dims dims) {
    long size = bytes(value.dtype(), value.shape().resolve(dims).toArray());
    return MemorySlice.of(memory, 0, size);
  }

  private static long bytes(DType dtype, long[] shape) {
    return Shape.elements(shape) * dtype.bytes();
  }

  /** Filled with a pattern, so that a result that is never written is seen. */
  private DeviceMemory memory(Arena arena, Stream stream, long bytes) {
    DeviceMemory memory = driver.allocate(driver.memoryKinds().getFirst(), Math.max(1, bytes));
    owned.add(memory);
    MemorySegment pattern = arena.allocate(Math.max(1, bytes), 64);
    pattern.fill((byte) 0x5A);
    upload(arena, stream, pattern, memory);
    return memory;
  }

  private static void upload(Arena arena, Stream stream, MemorySegment bytes, DeviceMemory memory) {
    if (bytes.byteSize() > 0) {
      MemorySegment staged = arena.allocate(bytes.byteSize(), 64).copyFrom(bytes);
      await(stream, stream.upload(staged, MemorySlice.of(memory, 0, bytes.byteSize())));
    }
  }

  private static void await(Stream stream, long ticket) {
    try {
      stream.await(ticket, Long.MAX_VALUE);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
