package dev.halyard.tck.numerical;

import dev.halyard.spi.Binding;
import dev.halyard.spi.CompileContext;
import dev.halyard.spi.DeviceDescriptor;
import dev.halyard.spi.DeviceDriver;
import dev.halyard.spi.DeviceMemory;
import dev.halyard.spi.DevicePlugin;
import dev.halyard.spi.MemoryKind;
import dev.halyard.spi.MemorySlice;
import dev.halyard.spi.Partition;
import dev.halyard.spi.Program;
import dev.halyard.spi.Stream;
import dev.halyard.tck.wrap.WrappedDriver;
import dev.halyard.tck.wrap.WrappedPlugin;
import dev.halyard.tck.wrap.WrappedProgram;
import dev.halyard.tck.wrap.WrappedStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A plugin whose blocks of memory lie between guard bytes. Where a block's guards have changed when
 * the block is closed, {@link #breaches} tells.
 */
final class GuardedPlugin extends WrappedPlugin {
  private static final byte PATTERN = (byte) 0xC3;
  private static final long MIN_GUARD = 256;
  private static final long WAIT_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final List<String> breaches = new CopyOnWriteArrayList<>();
  private final AtomicLong blocks = new AtomicLong();

  GuardedPlugin(DevicePlugin plugin) {
    super(plugin);
  }

  /** {@return a line for each block with a changed guard} */
  List<String> breaches() {
    return breaches;
  }

  /** {@return how many blocks were guarded} */
  long blocks() {
    return blocks.get();
  }

  @Override
  protected DeviceDriver wrap(DeviceDriver driver, DeviceDescriptor device) {
    return new GuardedDriver(driver);
  }

  private final class GuardedDriver extends WrappedDriver {
    GuardedDriver(DeviceDriver driver) {
      super(driver);
    }

    @Override
    public DeviceMemory allocate(MemoryKind kind, long bytes) {
      long guard = Math.max(MIN_GUARD, kind.alignment());
      if (bytes > kind.maxBytes() - 2 * guard) {
        return driver.allocate(kind, bytes);
      }
      GuardedMemory memory =
          new GuardedMemory(driver, driver.allocate(kind, bytes + 2 * guard), guard, bytes);
      memory.fillGuards();
      blocks.incrementAndGet();
      return memory;
    }

    /** Refuses, which a driver may, so that everything passes through guarded blocks. */
    @Override
    public Optional<DeviceMemory> importHost(MemorySegment nativeSegment) {
      return Optional.empty();
    }

    @Override
    public Program compile(Partition partition, CompileContext context) {
      return new WrappedProgram(driver.compile(partition, context)) {
        @Override
        public Binding bind(
            List<MemorySlice> in, List<MemorySlice> out, MemorySlice workspace, long[] dims) {
          return program.bind(inner(in), inner(out), inner(workspace), dims);
        }
      };
    }

    @Override
    public Stream openStream() {
      return new WrappedStream(driver.openStream()) {
        @Override
        public long upload(MemorySegment from, MemorySlice to) {
          return stream.upload(from, inner(to));
        }

        @Override
        public long download(MemorySlice from, MemorySegment to) {
          return stream.download(inner(from), to);
        }

        @Override
        public long copy(MemorySlice from, MemorySlice to) {
          return stream.copy(inner(from), inner(to));
        }
      };
    }
  }

  private static List<MemorySlice> inner(List<MemorySlice> slices) {
    return slices.stream().map(GuardedPlugin::inner).toList();
  }

  private static MemorySlice inner(MemorySlice slice) {
    return slice.memory() instanceof GuardedMemory guarded
        ? MemorySlice.of(guarded.memory, guarded.guard + slice.offset(), slice.bytes())
        : slice;
  }

  private final class GuardedMemory implements DeviceMemory {
    private final DeviceDriver driver;
    private final DeviceMemory memory;
    private final long guard;
    private final long bytes;

    GuardedMemory(DeviceDriver driver, DeviceMemory memory, long guard, long bytes) {
      this.driver = driver;
      this.memory = memory;
      this.guard = guard;
      this.bytes = bytes;
    }

    @Override
    public long bytes() {
      return bytes;
    }

    @Override
    public Optional<MemorySegment> segment() {
      return memory.segment().map(segment -> segment.asSlice(guard, bytes));
    }

    @Override
    public void close() {
      checkGuards();
      memory.close();
    }

    private List<MemorySlice> guards() {
      return List.of(
          MemorySlice.of(memory, 0, guard), MemorySlice.of(memory, guard + bytes, guard));
    }

    void fillGuards() {
      for (MemorySlice slice : guards()) {
        if (memory.segment().isPresent()) {
          slice.segment().fill(PATTERN);
        } else {
          transfer((stream, host) -> stream.upload(host, slice), PATTERN);
        }
      }
    }

    private void checkGuards() {
      for (MemorySlice slice : guards()) {
        byte[] found =
            memory.segment().isPresent()
                ? slice.segment().toArray(ValueLayout.JAVA_BYTE)
                : transfer((stream, host) -> stream.download(slice, host), (byte) 0);
        for (int i = 0; i < found.length; i++) {
          if (found[i] != PATTERN) {
            long at = slice.offset() - guard + i;
            breaches.add(
                "byte "
                    + at
                    + " of a block of "
                    + bytes
                    + " bytes was written: 0x"
                    + Integer.toHexString(found[i] & 0xFF));
            break;
          }
        }
      }
    }

    /** Moves one guard between the device and the host. */
    private interface Transfer {
      long submit(Stream stream, MemorySegment host);
    }

    private byte[] transfer(Transfer transfer, byte initial) {
      try (Arena arena = Arena.ofShared();
          Stream stream = driver.openStream()) {
        MemorySegment host = arena.allocate(guard).fill(initial);
        if (!stream.await(transfer.submit(stream, host), WAIT_NANOS)) {
          throw new AssertionError("a copy of " + guard + " bytes did not end in 30 s");
        }
        return host.toArray(ValueLayout.JAVA_BYTE);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError("interrupted while copying guard bytes", e);
      }
    }
  }
}
