package dev.halyard.cpu;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Where a tensor lies, before memory is bound.
 *
 * @param area which memory
 * @param index of the port, for INPUT and OUTPUT
 * @param offset in bytes, for WORKSPACE
 * @param bytes the size
 * @param constant the memory itself, for CONSTANT
 */
record Location(Area area, int index, long offset, long bytes, @Nullable MemorySegment constant) {
  /** The memories of a binding. */
  enum Area {
    INPUT,
    OUTPUT,
    WORKSPACE,
    CONSTANT
  }

  static Location input(int index, long bytes) {
    return new Location(Area.INPUT, index, 0, bytes, null);
  }

  static Location output(int index, long bytes) {
    return new Location(Area.OUTPUT, index, 0, bytes, null);
  }

  static Location workspace(long offset, long bytes) {
    return new Location(Area.WORKSPACE, 0, offset, bytes, null);
  }

  static Location constant(MemorySegment segment) {
    return new Location(Area.CONSTANT, 0, 0, segment.byteSize(), segment);
  }

  @Override
  public String toString() {
    return switch (area) {
      case INPUT -> "in[" + index + "]";
      case OUTPUT -> "out[" + index + "]";
      case WORKSPACE -> "workspace+" + offset;
      case CONSTANT -> "constant";
    };
  }
}
