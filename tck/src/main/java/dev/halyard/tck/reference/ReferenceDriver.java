package dev.halyard.tck.reference;

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
import dev.halyard.spi.TestHooks;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** Host memory, and programs that interpret. */
final class ReferenceDriver implements DeviceDriver, TestHooks {
  private static final long ALIGNMENT = 64;
  private static final MemoryKind HOST = MemoryKind.builder("host").alignment(ALIGNMENT).build();

  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong handles = new AtomicLong();
  private final AtomicLong compiles = new AtomicLong();

  @Override
  public List<MemoryKind> memoryKinds() {
    return List.of(HOST);
  }

  @Override
  public DeviceMemory allocate(MemoryKind kind, long size) {
    Arena arena = Arena.ofShared();
    try {
      MemorySegment segment = arena.allocate(size, ALIGNMENT);
      bytes.addAndGet(size);
      return new HostMemory(
          segment,
          () -> {
            bytes.addAndGet(-size);
            arena.close();
          });
    } catch (OutOfMemoryError | IllegalArgumentException e) {
      arena.close();
      throw new OutOfDeviceMemoryException(
          "the reference device cannot allocate " + size + " bytes: " + e.getMessage(), e);
    }
  }

  @Override
  public Optional<DeviceMemory> importHost(MemorySegment nativeSegment) {
    return Optional.of(new HostMemory(nativeSegment, () -> {}));
  }

  @Override
  public void claim(GraphView graph, ClaimContext context, ClaimSink sink) {
    for (NodeView node : graph.nodes()) {
      if (node.body().isEmpty()) {
        sink.fusable(node, Cost.ready());
      } else {
        sink.refuse(node, "composites are interpreted by their bodies");
      }
    }
  }

  @Override
  public Program compile(Partition partition, CompileContext context) {
    compiles.incrementAndGet();
    return new ReferenceProgram(partition);
  }

  @Override
  public Stream openStream() {
    handles.incrementAndGet();
    return new ReferenceStream(handles::decrementAndGet);
  }

  @Override
  public Optional<TestHooks> testHooks() {
    return Optional.of(this);
  }

  /** The device does not declare LOSS_INJECTION: there is nothing that could be lost. */
  @Override
  public void loseAt(long ticket) {
    throw new UnsupportedOperationException("the reference device cannot be lost");
  }

  @Override
  public long nativeBytes() {
    return bytes.get();
  }

  @Override
  public long handles() {
    return handles.get();
  }

  @Override
  public long threads() {
    return 0;
  }

  @Override
  public long compiles() {
    return compiles.get();
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
