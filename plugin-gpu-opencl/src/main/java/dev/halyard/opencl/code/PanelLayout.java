package dev.halyard.opencl.code;

import java.lang.foreign.MemorySegment;

/**
 * Matrices rearranged by panels of columns: each panel has all rows, one after the other, and the
 * last is filled up with zeros.
 *
 * @param matrices the number of matrices
 * @param rows of each
 * @param columns of each
 * @param width the columns of a panel
 * @param elementBytes the size of an element
 */
public record PanelLayout(long matrices, long rows, long columns, long width, int elementBytes) {
  long panels() {
    return Math.ceilDiv(columns, width);
  }

  /** {@return the elements of one matrix, zeros included} */
  long matrixElements() {
    return panels() * rows * width;
  }

  /** {@return the size of all matrices} */
  public long bytes() {
    return matrices * matrixElements() * elementBytes;
  }

  /**
   * Rearranges matrices.
   *
   * @param from dense and row-major
   * @param to receives {@link #bytes}; does not overlap {@code from}
   */
  public void copy(MemorySegment from, MemorySegment to) {
    long rowBytes = width * elementBytes;
    long target = 0;
    for (long matrix = 0; matrix < matrices; matrix++) {
      for (long column = 0; column < columns; column += width) {
        long length = Math.min(width, columns - column) * elementBytes;
        for (long row = 0; row < rows; row++) {
          long source = (matrix * rows + row) * columns + column;
          MemorySegment.copy(from, source * elementBytes, to, target, length);
          to.asSlice(target + length, rowBytes - length).fill((byte) 0);
          target += rowBytes;
        }
      }
    }
  }
}
