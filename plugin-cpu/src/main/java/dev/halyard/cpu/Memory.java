package dev.halyard.cpu;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Objects;

/**
 * The memory that a binding runs in.
 *
 * @param in a segment per input
 * @param out a segment per output
 * @param workspace values between regions, temporaries and scratch memory
 * @param scratchAt where the scratch memory of worker 0 begins in the workspace
 * @param scratchBytes how much each worker has
 * @param workers how many there are
 */
record Memory(
    List<MemorySegment> in,
    List<MemorySegment> out,
    MemorySegment workspace,
    long scratchAt,
    long scratchBytes,
    int workers) {

  MemorySegment at(Operand operand) {
    return at(operand.where());
  }

  MemorySegment at(Location where) {
    return switch (where.area()) {
      case INPUT -> in.get(where.index());
      case OUTPUT -> out.get(where.index());
      case WORKSPACE -> workspace.asSlice(where.offset(), where.bytes());
      case CONSTANT -> Objects.requireNonNull(where.constant());
    };
  }
}
