package dev.halyard.fpga.xrt;

import java.lang.foreign.MemorySegment;

/**
 * Memory of a board, with memory of the host that mirrors it: data moves between the two when it is
 * told to, and at no other time. Ranges are in bytes and within the buffer.
 */
public interface BoardBuffer extends AutoCloseable {
  /** {@return the size in bytes} */
  long bytes();

  /**
   * {@return the address by which the board knows it}
   *
   * @throws dev.halyard.PluginException if the board gives none
   */
  long address();

  /** {@return the host's part, until the buffer is closed} */
  MemorySegment host();

  /**
   * Makes a buffer of a part of this one. It shares both parts of the memory, and is closed with
   * it.
   *
   * @param offset where it begins
   * @param bytes more than 0
   * @return the buffer
   */
  BoardBuffer part(long offset, long bytes);

  /**
   * Copies into the host's part.
   *
   * @param from native memory, all of which is copied
   * @param offset where to in this buffer
   */
  void write(MemorySegment from, long offset);

  /**
   * Copies out of the host's part.
   *
   * @param to native memory, all of which is filled
   * @param offset where from in this buffer
   */
  void read(MemorySegment to, long offset);

  /**
   * Moves a range from the host to the board.
   *
   * @param offset where it begins
   * @param bytes its size
   */
  void toBoard(long offset, long bytes);

  /**
   * Moves a range from the board to the host.
   *
   * @param offset where it begins
   * @param bytes its size
   */
  void fromBoard(long offset, long bytes);

  /** Frees the memory, and every part; no run that has it as an argument is under way. */
  @Override
  void close();
}
