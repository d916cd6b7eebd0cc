package dev.halyard.opencl.code;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * An iteration space with neighbouring axes merged where all operands allow it, and how each
 * operand moves along the axes that are left.
 *
 * @param extents of the axes, none of them 1 but for a space of one element, which has one axis
 * @param strides per operand, the distance of neighbours along each axis, in elements
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Space(long[] extents, List<long[]> strides) {
  /**
   * {@return the merged space}
   *
   * @param extents of its axes
   * @param strides per operand, along the same axes
   */
  static Space of(long[] extents, List<long[]> strides) {
    return of(extents, strides, -1);
  }

  /** {@return the merged space; nothing is merged across the axis {@code split}} */
  static Space of(long[] extents, List<long[]> strides, int split) {
    List<Integer> last = new ArrayList<>();
    List<Long> merged = new ArrayList<>();
    boolean barrier = true;
    for (int axis = 0; axis < extents.length; axis++) {
      barrier |= axis == split;
      if (extents[axis] == 1) {
        continue;
      }
      if (!barrier && continues(strides, last.getLast(), axis, extents[axis])) {
        merged.set(merged.size() - 1, merged.getLast() * extents[axis]);
        last.set(last.size() - 1, axis);
      } else {
        merged.add(extents[axis]);
        last.add(axis);
      }
      barrier = false;
    }
    if (merged.isEmpty()) {
      return new Space(new long[] {1}, strides.stream().map(s -> new long[] {0}).toList());
    }
    List<long[]> picked =
        strides.stream().map(s -> last.stream().mapToLong(axis -> s[axis]).toArray()).toList();
    return new Space(merged.stream().mapToLong(Long::longValue).toArray(), picked);
  }

  private static boolean continues(List<long[]> strides, int previous, int axis, long extent) {
    return strides.stream().allMatch(s -> s[previous] == s[axis] * extent);
  }

  int rank() {
    return extents.length;
  }

  long inner() {
    return extents[extents.length - 1];
  }

  /** {@return the number of rows of the innermost axis} */
  long rows() {
    long rows = 1;
    for (int i = 0; i < extents.length - 1; i++) {
      rows *= extents[i];
    }
    return rows;
  }

  long elements() {
    return rows() * inner();
  }

  /**
   * {@return an expression for where an operand stands at some coordinates, in ulong: a coordinate
   * fits its type when its product with a stride does not}
   *
   * @param operand its index
   * @param coordinates per axis, from the outermost; those left off are 0
   */
  String at(int operand, List<String> coordinates) {
    return at(strides.get(operand), coordinates);
  }

  static String at(long[] strides, List<String> coordinates) {
    StringBuilder at = new StringBuilder();
    for (int i = 0; i < coordinates.size(); i++) {
      if (strides[i] != 0 && !coordinates.get(i).equals("0")) {
        at.append(at.isEmpty() ? "(ulong)" : " + (ulong)").append(coordinates.get(i));
        if (strides[i] != 1) {
          at.append(strides[i] < 0 ? " * (" + strides[i] + ")" : " * " + strides[i]);
        }
      }
    }
    return at.isEmpty() ? "0" : at.toString();
  }

  /**
   * {@return expressions for the coordinates of a position in row-major order}
   *
   * @param extents of the axes
   * @param position a variable
   */
  static List<String> coordinates(long[] extents, String position) {
    List<String> coordinates = new ArrayList<>();
    long step = 1;
    for (int i = extents.length - 1; i >= 0; i--) {
      String quotient = step == 1 ? position : position + " / " + step;
      String outermost = step == 1 ? quotient : "(" + quotient + ")";
      coordinates.addFirst(
          extents[i] == 1 ? "0" : i == 0 ? outermost : "(" + quotient + " % " + extents[i] + ")");
      step *= extents[i];
    }
    return coordinates;
  }

  /** {@return expressions for the coordinates of a row: all axes but the innermost} */
  List<String> rowCoordinates(String row) {
    return coordinates(Arrays.copyOf(extents, extents.length - 1), row);
  }
}
