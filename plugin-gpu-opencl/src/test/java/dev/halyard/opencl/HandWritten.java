package dev.halyard.opencl;

import dev.halyard.opencl.code.Launch;
import dev.halyard.opencl.code.Location;
import dev.halyard.opencl.code.Schedule;
import dev.halyard.spi.ArtefactStore;
import dev.halyard.spi.CompileContext;
import dev.halyard.spi.CompileMode;
import dev.halyard.spi.GraphView;
import dev.halyard.spi.Partition;
import dev.halyard.spi.Permission;
import dev.halyard.spi.Port;
import dev.halyard.spi.Region;
import dev.halyard.spi.WorkspacePlan;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Schedules that no generator made, and what it takes to compile them. */
final class HandWritten {
  /** Of kernels over floats, one work-item each, but for {@code spin}. */
  static final String SOURCE =
      """
      #define F(p, o) ((global float*)(p + o))
      kernel void twice(global const uchar* x, ulong xo, global uchar* y, ulong yo) {
        size_t i = get_global_id(0);
        F(y, yo)[i] = 2 * F(x, xo)[i];
      }
      kernel void add(global const uchar* x, ulong xo, global const uchar* c, ulong co,
                      global uchar* y, ulong yo) {
        size_t i = get_global_id(0);
        F(y, yo)[i] = F(x, xo)[i] + F(c, co)[i];
      }
      kernel void reverse(global const uchar* x, ulong xo, global uchar* y, ulong yo) {
        size_t i = get_global_id(0);
        F(y, yo)[i] = F(x, xo)[get_global_size(0) - 1 - i];
      }
      kernel void spin(global const uchar* x, ulong xo, global uchar* y, ulong yo) {
        float v = F(x, xo)[0];
        for (int i = 0; i < 40000000; i++) {
          v = v * 0.999f + 0.001f;
        }
        F(y, yo)[0] = v;
      }
      kernel void later(global const uchar* x, ulong xo, global uchar* y, ulong yo) {
        float v = 0.5f;
        for (int i = 0; i < 40000000; i++) {
          v = v * 0.999f + 0.001f;
        }
        F(y, yo)[0] = F(x, xo)[0] + (v > 2 ? 2 : 1);
      }
      """;

  private HandWritten() {}

  static Location in(int index, long bytes) {
    return new Location(Location.Area.INPUT, index, 0, bytes, null, null);
  }

  static Location out(int index, long bytes) {
    return new Location(Location.Area.OUTPUT, index, 0, bytes, null, null);
  }

  static Location workspace(long offset, long bytes) {
    return new Location(Location.Area.WORKSPACE, 0, offset, bytes, null, null);
  }

  static Location constant(MemorySegment bytes) {
    return new Location(Location.Area.CONSTANT, 0, 0, bytes.byteSize(), bytes, null);
  }

  static Launch launch(String kernel, long items, Location... buffers) {
    return new Launch(kernel, kernel, List.of(buffers), new long[] {items}, new long[] {1});
  }

  /** {@return y = 2 x + c, by way of the workspace} */
  static Schedule twicePlus(int n, MemorySegment constant) {
    long bytes = 4L * n;
    return new Schedule(
        SOURCE,
        List.of(
            launch("twice", n, in(0, bytes), workspace(64, bytes)),
            launch("add", n, workspace(64, bytes), constant(constant), out(0, bytes))),
        64 + bytes);
  }

  /** {@return y = x from its end to its beginning} */
  static Schedule reverse(int n) {
    return new Schedule(SOURCE, List.of(launch("reverse", n, in(0, 4L * n), out(0, 4L * n))), 0);
  }

  /** {@return some ten milliseconds of work, from one float to one float} */
  static Schedule spin() {
    return new Schedule(SOURCE, List.of(launch("spin", 1, in(0, 4), out(0, 4))), 0);
  }

  /** {@return one more than a float, after some ten milliseconds} */
  static Schedule later() {
    return new Schedule(SOURCE, List.of(launch("later", 1, in(0, 4), out(0, 4))), 0);
  }

  /** {@return a partition of which only the name, symbols and permissions are known} */
  static Partition partition(Set<Permission> permissions, String... symbols) {
    return new Partition() {
      @Override
      public String name() {
        return "written by hand";
      }

      @Override
      public GraphView graph() {
        throw new UnsupportedOperationException();
      }

      @Override
      public List<Port> inputs() {
        throw new UnsupportedOperationException();
      }

      @Override
      public List<Port> outputs() {
        throw new UnsupportedOperationException();
      }

      @Override
      public List<Region> regions() {
        return List.of();
      }

      @Override
      public List<String> symbols() {
        return List.of(symbols);
      }

      @Override
      public Set<Permission> permissions() {
        return permissions;
      }

      @Override
      public WorkspacePlan planWorkspace(long[] dims) {
        throw new UnsupportedOperationException();
      }

      @Override
      public String fingerprint() {
        return "0";
      }
    };
  }

  /** Keeps artefacts in memory, where tests may spoil them. */
  static final class Store implements ArtefactStore {
    final Map<String, byte[]> entries = new ConcurrentHashMap<>();

    @Override
    public Optional<byte[]> get(String key) {
      return Optional.ofNullable(entries.get(key));
    }

    @Override
    public void put(String key, byte[] content) {
      entries.put(key, content);
    }

    @Override
    public Path folder() {
      return Path.of("target");
    }
  }

  static CompileContext compile(ArtefactStore store) {
    return new CompileContext() {
      @Override
      public CompileMode mode() {
        return CompileMode.JIT;
      }

      @Override
      public Instant deadline() {
        return Instant.MAX;
      }

      @Override
      public void progress(double fraction, String step) {}

      @Override
      public ArtefactStore artefacts() {
        return store;
      }
    };
  }
}
