package dev.halyard.fpga.xrt;

import dev.halyard.spi.MemorySlice;
import java.lang.foreign.MemorySegment;

/**
 * A range of a buffer of the board.
 *
 * @param buffer the buffer
 * @param offset where the range begins, in bytes
 * @param bytes its length
 */
record BoardSlice(BoardBuffer buffer, long offset, long bytes) {
  static BoardSlice of(MemorySlice slice) {
    return new BoardSlice(XrtMemory.of(slice).buffer(), slice.offset(), slice.bytes());
  }

  /** {@return the host's part} */
  MemorySegment host() {
    return buffer.host().asSlice(offset, bytes);
  }

  /** {@return whether two ranges have a byte of the host's in common} */
  boolean overlaps(BoardSlice other) {
    return bytes > 0 && other.bytes > 0 && host().asOverlappingSlice(other.host()).isPresent();
  }

  void toBoard() {
    buffer.toBoard(offset, bytes);
  }

  void fromBoard() {
    buffer.fromBoard(offset, bytes);
  }
}
