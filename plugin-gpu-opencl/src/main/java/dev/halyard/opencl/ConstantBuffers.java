package dev.halyard.opencl;

import dev.halyard.OutOfDeviceMemoryException;
import dev.halyard.opencl.code.Location;
import dev.halyard.opencl.code.PanelLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The constants of a program on the device, each once however many schedules read it; a constant
 * that no schedule reads any more is freed. Guarded by the program.
 */
final class ConstantBuffers {
  /** Two constants are one if they are the same bytes of memory in the same layout. */
  private record Key(MemorySegment segment, long bytes, @Nullable PanelLayout layout) {
    static Key of(Location location) {
      MemorySegment segment = Objects.requireNonNull(location.constant());
      return new Key(segment, segment.byteSize(), location.layout());
    }
  }

  /** A constant on the device: where it begins in which buffer. It keeps the host's bytes alive. */
  static final class Constant {
    final OpenClBuffer buffer;
    final long base;
    private final Key key;
    private int readers;

    private Constant(OpenClBuffer buffer, long base, Key key) {
      this.buffer = buffer;
      this.base = base;
      this.key = key;
    }
  }

  private final OpenClContext context;
  private final Map<Key, Constant> constants = new HashMap<>();

  ConstantBuffers(OpenClContext context) {
    this.context = context;
  }

  /** {@return a constant on the device, for one reader more} */
  Constant acquire(Location location) {
    Key key = Key.of(location);
    Constant constant = constants.get(key);
    if (constant == null) {
      constant = place(key);
      constants.put(key, constant);
    }
    constant.readers++;
    return constant;
  }

  void release(Constant constant) {
    if (--constant.readers == 0) {
      constants.remove(constant.key);
      constant.buffer.release();
    }
  }

  long bytes() {
    return constants.keySet().stream()
        .mapToLong(key -> key.layout() == null ? key.bytes() : key.layout().bytes())
        .sum();
  }

  private Constant place(Key key) {
    MemorySegment bytes = key.segment();
    PanelLayout layout = key.layout();
    if (layout == null && context.hostVisible() && bytes.isNative() && bytes.byteSize() > 0) {
      OpenClMemory over = context.over(bytes, true).orElse(null);
      if (over != null) {
        return new Constant(over.buffer(), over.base(), key);
      }
    }
    long size = layout == null ? bytes.byteSize() : layout.bytes();
    OpenClBuffer buffer = context.allocate(size);
    try {
      if (size > 0) {
        write(bytes, layout, size, buffer);
      }
      return new Constant(buffer, 0, key);
    } catch (RuntimeException | Error e) {
      buffer.release();
      throw e;
    }
  }

  private void write(
      MemorySegment bytes, @Nullable PanelLayout layout, long size, OpenClBuffer buffer) {
    MemorySegment host = buffer.host().orElse(null);
    if (host != null) {
      arrange(bytes, layout, host.asSlice(0, size));
      return;
    }
    if (layout == null && bytes.isNative()) {
      context.upload(bytes, buffer);
      return;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment from = arena.allocate(size);
      arrange(bytes, layout, from);
      context.upload(from, buffer);
    } catch (OutOfMemoryError e) {
      throw new OutOfDeviceMemoryException(
          "a constant of "
              + size
              + " bytes on its way to the OpenCL device finds no host memory, or more than"
              + " -XX:MaxDirectMemorySize; close tensors and kernels or raise the limit",
          e);
    }
  }

  private static void arrange(MemorySegment from, @Nullable PanelLayout layout, MemorySegment to) {
    if (layout == null) {
      to.copyFrom(from);
    } else {
      layout.copy(from, to);
    }
  }
}
