package dev.halyard.opencl.code;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Where a tensor lies, before memory is bound.
 *
 * @param area which memory
 * @param index of the port, for INPUT and OUTPUT
 * @param offset in bytes, for WORKSPACE
 * @param bytes the size
 * @param constant the bytes on the host, for CONSTANT
 * @param layout how the constant is rearranged on the device, if it is
 */
public record Location(
    Area area,
    int index,
    long offset,
    long bytes,
    @Nullable MemorySegment constant,
    @Nullable PanelLayout layout) {
  /** The memories of a binding. */
  public enum Area {
    INPUT,
    OUTPUT,
    WORKSPACE,
    CONSTANT
  }

  static Location input(int index, long bytes) {
    return new Location(Area.INPUT, index, 0, bytes, null, null);
  }

  static Location output(int index, long bytes) {
    return new Location(Area.OUTPUT, index, 0, bytes, null, null);
  }

  static Location workspace(long offset, long bytes) {
    return new Location(Area.WORKSPACE, 0, offset, bytes, null, null);
  }

  static Location constant(MemorySegment segment) {
    return new Location(Area.CONSTANT, 0, 0, segment.byteSize(), segment, null);
  }

  static Location constant(MemorySegment segment, PanelLayout layout) {
    return new Location(Area.CONSTANT, 0, 0, layout.bytes(), segment, layout);
  }

  @Override
  public String toString() {
    return switch (area) {
      case INPUT -> "in[" + index + "]";
      case OUTPUT -> "out[" + index + "]";
      case WORKSPACE -> "workspace+" + offset;
      case CONSTANT -> layout == null ? "constant" : "constant by panels";
    };
  }
}
