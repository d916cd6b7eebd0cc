package com.example.gelu;

import dev.halyard.DType;
import dev.halyard.OutOfDeviceMemoryException;
import dev.halyard.spi.ClaimContext;
import dev.halyard.spi.ClaimSink;
import dev.halyard.spi.CompileContext;
import dev.halyard.spi.Cost;
import dev.halyard.spi.DeviceDriver;
import dev.halyard.spi.DeviceMemory;
import dev.halyard.spi.GraphView;
import dev.halyard.spi.MemoryKind;
import dev.halyard.spi.NodeView;
import dev.halyard.spi.Partition;
import dev.halyard.spi.Program;
import dev.halyard.spi.Stream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;

/** The open device: memory, claims, programs and streams. */
final class GeluDriver implements DeviceDriver {
  private static final MemoryKind HOST = MemoryKind.builder("host").alignment(64).build();

  @Override
  public List<MemoryKind> memoryKinds() {
    return List.of(HOST);
  }

  @Override
  public DeviceMemory allocate(MemoryKind kind, long bytes) {
    Arena arena = Arena.ofShared();
    try {
      return new HostMemory(arena.allocate(bytes, 64), arena::close);
    } catch (OutOfMemoryError e) {
      arena.close();
      throw new OutOfDeviceMemoryException("the GELU unit has not " + bytes + " bytes", e);
    }
  }

  @Override
  public Optional<DeviceMemory> importHost(MemorySegment segment) {
    return Optional.of(new HostMemory(segment, () -> {}));
  }

  /** What is not claimed runs elsewhere, or is an error; it never reaches this driver. */
  @Override
  public void claim(GraphView graph, ClaimContext context, ClaimSink sink) {
    for (NodeView node : graph.nodes()) {
      boolean gelu = node.op().equals("halyard.gelu.erf/1");
      if (gelu && node.inputs().getFirst().dtype() == DType.F32) {
        sink.whole(List.of(node), Cost.ready());
      } else {
        sink.refuse(node, "the GELU unit computes halyard.gelu.erf/1 in F32 alone");
      }
    }
  }

  @Override
  public Program compile(Partition partition, CompileContext context) {
    return new GeluProgram(partition);
  }

  @Override
  public Stream openStream() {
    return new GeluStream();
  }

  @Override
  public void close() {}

  private record HostMemory(MemorySegment memory, Runnable onClose) implements DeviceMemory {
    @Override
    public long bytes() {
      return memory.byteSize();
    }

    @Override
    public Optional<MemorySegment> segment() {
      return Optional.of(memory);
    }

    @Override
    public void close() {
      onClose.run();
    }
  }
}
