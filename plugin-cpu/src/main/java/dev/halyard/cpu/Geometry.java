package dev.halyard.cpu;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An iteration space with adjacent axes merged wherever all operands allow it, and how each operand
 * moves along the axes that are left.
 */
final class Geometry {
  /** From this length on, the innermost axis is run through row by row. */
  private static final int LONG_ROW = 128;

  private final long[] extents;
  private final long[][] strides;
  private final boolean byRows;

  private Geometry(long[] extents, long[][] strides, boolean byRows) {
    this.extents = extents;
    this.strides = strides;
    this.byRows = byRows;
  }

  /** {@return the geometry of a space for operands that are broadcast to it} */
  static Geometry of(long[] space, List<long[]> operands) {
    Geometry merged = merge(space, operands, -1);
    boolean rows = merged.inner() >= LONG_ROW || merged.rows() == 1;
    return new Geometry(merged.extents, merged.strides, rows);
  }

  /**
   * {@return the geometry whose rows are the axes from {@code split} on; null if these do not merge
   * to one}
   */
  static @Nullable Geometry rows(long[] space, List<long[]> operands, int split) {
    Geometry merged = merge(space, operands, split);
    long row = 1;
    for (int i = split; i < space.length; i++) {
      row *= space[i];
    }
    return merged.inner() == row ? new Geometry(merged.extents, merged.strides, true) : null;
  }

  private static Geometry merge(long[] space, List<long[]> operands, int split) {
    List<Long> extents = new ArrayList<>();
    List<List<Long>> strides = new ArrayList<>();
    long[][] all = operands.stream().map(o -> strides(o, space)).toArray(long[][]::new);
    operands.forEach(o -> strides.add(new ArrayList<>()));
    boolean barrier = true;
    for (int axis = 0; axis < space.length; axis++) {
      barrier |= axis == split;
      if (space[axis] == 1) {
        continue;
      }
      if (!barrier && continues(extents.size() - 1, axis, space, strides, all)) {
        extents.set(extents.size() - 1, extents.getLast() * space[axis]);
        for (int o = 0; o < all.length; o++) {
          strides.get(o).set(extents.size() - 1, all[o][axis]);
        }
      } else {
        extents.add(space[axis]);
        for (int o = 0; o < all.length; o++) {
          strides.get(o).add(all[o][axis]);
        }
      }
      barrier = false;
    }
    boolean noRow = split >= 0 && Arrays.stream(space).skip(split).allMatch(e -> e == 1);
    if (extents.isEmpty() || noRow) {
      extents.add(1L);
      strides.forEach(list -> list.add(0L));
    }
    return new Geometry(
        toArray(extents), strides.stream().map(Geometry::toArray).toArray(long[][]::new), true);
  }

  private static boolean continues(
      int last, int axis, long[] space, List<List<Long>> strides, long[][] all) {
    for (int o = 0; o < all.length; o++) {
      if (strides.get(o).get(last) != all[o][axis] * space[axis]) {
        return false;
      }
    }
    return true;
  }

  private static long[] toArray(List<Long> list) {
    return list.stream().mapToLong(Long::longValue).toArray();
  }

  /** {@return the strides of an operand along the axes of a space; 0 where it is repeated} */
  static long[] strides(long[] operand, long[] space) {
    long[] own = Operand.strides(operand);
    long[] strides = new long[space.length];
    int lead = space.length - operand.length;
    for (int i = 0; i < operand.length; i++) {
      strides[lead + i] = operand[i] == 1 ? 0 : own[i];
    }
    return strides;
  }

  /** {@return whether blocks stay within a row of the innermost axis} */
  boolean byRows() {
    return byRows;
  }

  long inner() {
    return extents[extents.length - 1];
  }

  long rows() {
    long rows = 1;
    for (int i = 0; i < extents.length - 1; i++) {
      rows *= extents[i];
    }
    return rows;
  }

  /** {@return how an operand moves along the innermost axis: by 1 or not at all} */
  long innerStride(int operand) {
    return strides[operand][extents.length - 1];
  }

  /** {@return whether an operand is run through from its first element to its last} */
  boolean isDense(int operand) {
    return Arrays.equals(strides[operand], Operand.strides(extents))
        || (extents.length == 1 && extents[0] == 1);
  }

  /** {@return whether an operand stays at its first element} */
  boolean isFixed(int operand) {
    return Arrays.stream(strides[operand]).allMatch(stride -> stride == 0);
  }

  /** {@return whether every row reads the same neighbours of an operand} */
  boolean isRepeatedByRow(int operand) {
    long[] steps = strides[operand];
    return innerStride(operand) == 1
        && Arrays.stream(steps, 0, steps.length - 1).allMatch(stride -> stride == 0);
  }

  /** {@return where a row of an operand begins, in elements} */
  long rowStart(int operand, long row) {
    long[] steps = strides[operand];
    long at = 0;
    long rest = row;
    for (int i = extents.length - 2; i >= 0; i--) {
      long next = rest / extents[i];
      at += (rest - next * extents[i]) * steps[i];
      rest = next;
    }
    return at;
  }
}
