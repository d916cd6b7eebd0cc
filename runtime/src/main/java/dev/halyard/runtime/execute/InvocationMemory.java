package dev.halyard.runtime.execute;

import dev.halyard.internal.LeasedArena;
import dev.halyard.spi.DeviceMemory;
import dev.halyard.spi.MemoryKind;
import dev.halyard.spi.MemorySlice;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Memory that an invocation owns: workspaces, values between devices, copies of plain segments. */
final class InvocationMemory {
  private final Arena host = Arena.ofShared();
  private final List<DeviceMemory> blocks = new ArrayList<>();
  private final Map<OpenDevice, MemorySlice> workspaces = new LinkedHashMap<>();
  private final List<OpenDevice> devices = new ArrayList<>();
  private final List<Compiled> programs = new ArrayList<>();

  /** {@return the index of a device among the streams of the invocation} */
  int stream(OpenDevice device) {
    if (!devices.contains(device)) {
      devices.add(device);
    }
    return devices.indexOf(device);
  }

  List<OpenDevice> devices() {
    return devices;
  }

  /** Keeps programs open until this is closed. */
  void retain(Compiled compiled) {
    compiled.retain();
    programs.add(compiled);
  }

  MemorySegment hostBytes(long bytes) {
    return host.allocate(Math.max(bytes, 1), LeasedArena.ALIGNMENT).asSlice(0, bytes);
  }

  MemorySlice deviceBytes(OpenDevice device, long bytes) {
    MemoryKind kind = device.driver().memoryKinds().getFirst();
    DeviceMemory block = device.driver().allocate(kind, Math.max(bytes, 1));
    blocks.add(block);
    return MemorySlice.of(block, 0, bytes);
  }

  /**
   * {@return host memory as the device sees it: itself where it can be imported, else a block to
   * copy to}
   */
  MemorySlice visible(OpenDevice device, MemorySegment segment) {
    if (segment.byteSize() > 0) {
      DeviceMemory imported = device.driver().importHost(segment).orElse(null);
      if (imported != null) {
        blocks.add(imported);
        return MemorySlice.of(imported, 0, segment.byteSize());
      }
    }
    return deviceBytes(device, segment.byteSize());
  }

  /** {@return whether a slice is the very memory of a segment, so that nothing needs copying} */
  static boolean isSame(MemorySlice slice, MemorySegment segment) {
    return segment.byteSize() == 0
        || slice
            .memory()
            .segment()
            .filter(seen -> seen.address() + slice.offset() == segment.address())
            .isPresent();
  }

  /** Allocates each device's workspace, large enough for every variant. */
  void allocateWorkspaces(List<Specialization> specializations) {
    Map<OpenDevice, Long> sizes = new LinkedHashMap<>();
    for (Specialization specialization : specializations) {
      for (Compiled.Part part : specialization.compiled().parts()) {
        long bytes = part.program().workspaceBytes(specialization.dimsOf(part));
        sizes.merge(part.device(), bytes, Math::max);
      }
    }
    sizes.forEach((device, bytes) -> workspaces.put(device, deviceBytes(device, bytes)));
  }

  MemorySlice workspace(OpenDevice device) {
    MemorySlice workspace = workspaces.get(device);
    if (workspace == null) {
      throw new IllegalStateException("no workspace on " + device.id());
    }
    return workspace;
  }

  /** Frees everything; the host's memory only if no device can still write it. */
  void close(boolean leakHost) {
    blocks.forEach(DeviceMemory::close);
    if (!leakHost) {
      host.close();
    }
    programs.forEach(Compiled::release);
  }
}
