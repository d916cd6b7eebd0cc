package dev.halyard.cpu;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A copy between two boxes of equal extents, with axes merged where both sides allow it. */
final class BoxCopy {
  private final long[] extents;
  private final long[] fromStrides;
  private final long[] toStrides;
  private final long fromAt;
  private final long toAt;
  private final int bytes;

  private BoxCopy(List<long[]> axes, long fromAt, long toAt, int bytes) {
    extents = axes.stream().mapToLong(axis -> axis[0]).toArray();
    fromStrides = axes.stream().mapToLong(axis -> axis[1]).toArray();
    toStrides = axes.stream().mapToLong(axis -> axis[2]).toArray();
    this.fromAt = fromAt;
    this.toAt = toAt;
    this.bytes = bytes;
  }

  static BoxCopy of(
      long[] extents,
      long fromAt,
      long[] fromStrides,
      long toAt,
      long[] toStrides,
      int elementBytes) {
    List<long[]> axes = new ArrayList<>();
    for (int i = 0; i < extents.length; i++) {
      if (extents[i] == 1) {
        continue;
      }
      long[] axis = {extents[i], fromStrides[i], toStrides[i]};
      long[] last = axes.isEmpty() ? null : axes.getLast();
      if (last != null && last[1] == axis[0] * axis[1] && last[2] == axis[0] * axis[2]) {
        axis[0] *= last[0];
        axes.removeLast();
      }
      axes.add(axis);
    }
    if (axes.isEmpty()) {
      axes.add(new long[] {1, 1, 1});
    }
    return new BoxCopy(axes, fromAt, toAt, elementBytes);
  }

  long rowLength() {
    return extents[extents.length - 1];
  }

  /** {@return the number of rows along the innermost axis} */
  long rows() {
    long rows = rowLength() == 0 ? 0 : 1;
    for (int i = 0; i < extents.length - 1; i++) {
      rows *= extents[i];
    }
    return rows;
  }

  void run(MemorySegment from, MemorySegment to, long first, long last) {
    int inner = extents.length - 1;
    for (long row = first; row < last; row++) {
      long source = fromAt;
      long target = toAt;
      long rest = row;
      for (int i = inner - 1; i >= 0; i--) {
        long next = rest / extents[i];
        long index = rest - next * extents[i];
        source += index * fromStrides[i];
        target += index * toStrides[i];
        rest = next;
      }
      row(from, source * bytes, fromStrides[inner], to, target * bytes, toStrides[inner]);
    }
  }

  private void row(
      MemorySegment from, long source, long fromStep, MemorySegment to, long target, long toStep) {
    long n = rowLength();
    if (fromStep == 1 && toStep == 1) {
      MemorySegment.copy(from, source, to, target, n * bytes);
      return;
    }
    long a = fromStep * bytes;
    long b = toStep * bytes;
    switch (bytes) {
      case 1 -> {
        for (long i = 0; i < n; i++) {
          to.set(Elements.I8, target + b * i, from.get(Elements.I8, source + a * i));
        }
      }
      case 2 -> {
        for (long i = 0; i < n; i++) {
          to.set(Elements.I16, target + b * i, from.get(Elements.I16, source + a * i));
        }
      }
      case 4 -> {
        for (long i = 0; i < n; i++) {
          to.set(Elements.I32, target + b * i, from.get(Elements.I32, source + a * i));
        }
      }
      default -> {
        for (long i = 0; i < n; i++) {
          to.set(Elements.I64, target + b * i, from.get(Elements.I64, source + a * i));
        }
      }
    }
  }

  @Override
  public String toString() {
    return Arrays.toString(extents)
        + " of "
        + bytes
        + " bytes, strides "
        + Arrays.toString(fromStrides)
        + " to "
        + Arrays.toString(toStrides);
  }
}
