package dev.halyard.cpu;

/**
 * Where the elements of a strided box lie, by their number in row-major order; all in elements.
 *
 * @param extents of the box
 * @param strides of its axes
 */
// Never compared, so that identity of the arrays does no harm.
@SuppressWarnings("ArrayRecordComponent")
record Offsets(long[] extents, long[] strides) {
  long of(long number) {
    long at = 0;
    long rest = number;
    for (int i = extents.length - 1; i >= 0; i--) {
      long next = rest / extents[i];
      at += (rest - next * extents[i]) * strides[i];
      rest = next;
    }
    return at;
  }
}
