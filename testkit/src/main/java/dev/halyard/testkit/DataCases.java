package dev.halyard.testkit;

import dev.halyard.DType;
import dev.halyard.Shape;
import dev.halyard.Value;
import dev.halyard.spi.Attributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Cases of elements moved, repeated, chosen and counted. */
final class DataCases {
  private static final List<DType> INDICES = List.of(DType.I32, DType.I64);

  private DataCases() {}

  static void declareAll(Family.Registry into) {
    into.add("reshape/1", Family.ANY, DataCases::reshape);
    into.add("transpose/1", Family.ANY, DataCases::transpose);
    into.add("broadcast/1", Family.ANY, DataCases::broadcast);
    into.add("slice/1", Family.ANY, DataCases::slice);
    into.add("concat/1", Family.ANY, DataCases::concat);
    into.add("pad/1", Family.ANY, DataCases::pad);
    into.add("gather/1", Family.ANY, DataCases::gather);
    into.add("scatter/1", Family.ANY, DataCases::scatter);
    into.add("iota/1", Family.NUMERIC, DataCases::iota);
    into.add("halyard.resize.nearest/1", Family.ANY, resize("halyard.resize.nearest/1"));
    into.add("halyard.resize.linear/1", Family.FLOATS, resize("halyard.resize.linear/1"));
  }

  private static void reshape(Draft draft) {
    long[] shape = draft.shape(0, 5);
    draft.finish(
        "reshape/1",
        Attributes.none().with("shape", Shape.of(regrouped(draft, shape))),
        draft.value(draft.dtype, shape));
  }

  /** {@return another shape of as many elements: neighbours merged, ones added, order mixed} */
  static long[] regrouped(Draft draft, long... shape) {
    List<Long> extents = new ArrayList<>();
    for (long extent : shape) {
      if (!extents.isEmpty() && draft.chance(0.4)) {
        extents.add(extents.removeLast() * extent);
      } else {
        extents.add(extent);
      }
    }
    while (extents.size() < 5 && draft.chance(0.3)) {
      extents.add(draft.below(extents.size() + 1), 1L);
    }
    Collections.shuffle(extents, new Random(draft.random.nextLong()));
    return extents.stream().mapToLong(Long::longValue).toArray();
  }

  static long[] permutation(Draft draft, int rank) {
    List<Integer> axes = new ArrayList<>();
    for (int i = 0; i < rank; i++) {
      axes.add(draft.below(i + 1), i);
    }
    return axes.stream().mapToLong(Integer::longValue).toArray();
  }

  private static void transpose(Draft draft) {
    long[] shape = draft.shape(0, 5);
    draft.finish(
        "transpose/1",
        Attributes.none().with("permutation", permutation(draft, shape.length)),
        draft.value(draft.dtype, shape));
  }

  private static void broadcast(Draft draft) {
    long[] to = draft.shape(0, 5);
    long[] from = Arrays.copyOfRange(to, draft.between(0, to.length), to.length);
    for (int i = 0; i < from.length; i++) {
      from[i] = draft.chance(0.5) ? 1 : from[i];
    }
    draft.finish(
        "broadcast/1",
        Attributes.none().with("shape", Shape.of(to)),
        draft.value(draft.dtype, from));
  }

  private static void slice(Draft draft) {
    long[] shape = draft.shape(0, 5);
    draft.finish("slice/1", slice(draft, shape), draft.value(draft.dtype, shape));
  }

  /** {@return the attributes of a slice within a shape} */
  static Attributes slice(Draft draft, long... shape) {
    long[] start = new long[shape.length];
    long[] size = new long[shape.length];
    long[] strides = new long[shape.length];
    for (int i = 0; i < shape.length; i++) {
      int extent = (int) shape[i];
      int step = draft.between(1, 3);
      strides[i] = draft.chance(0.35) ? -step : step;
      if (extent == 0) {
        continue;
      }
      start[i] = draft.below(extent);
      long room = strides[i] > 0 ? extent - 1 - start[i] : start[i];
      size[i] = draft.between(draft.chance(0.1) ? 0 : 1, (int) (room / step) + 1);
    }
    return Attributes.none()
        .with("start", Shape.of(start))
        .with("size", Shape.of(size))
        .with("strides", strides);
  }

  private static void concat(Draft draft) {
    long[] shape = draft.shape(1, 5);
    long axis = draft.axis(shape.length);
    Value[] operands = new Value[draft.between(1, 4)];
    for (int i = 0; i < operands.length; i++) {
      long[] one = shape.clone();
      one[(int) (axis < 0 ? axis + shape.length : axis)] = draft.extent();
      operands[i] = draft.value(draft.dtype, one);
    }
    draft.finish("concat/1", Attributes.none().with("axis", axis), operands);
  }

  private static void pad(Draft draft) {
    long[] shape = draft.shape(0, 4);
    draft.finish(
        "pad/1",
        Attributes.none()
            .with("low", draft.fill(shape.length, 0, 2))
            .with("high", draft.fill(shape.length, 0, 2)),
        draft.value(draft.dtype, shape),
        draft.value(draft.dtype));
  }

  private static void gather(Draft draft) {
    long[] shape = draft.shape(1, 4);
    long axis = draft.axis(shape.length);
    int counted = (int) (axis < 0 ? axis + shape.length : axis);
    shape[counted] = Math.max(1, shape[counted]);
    // Beyond the ends at times, where indices are clamped.
    long reach = shape[counted] + (draft.chance(0.3) ? 3 : 0);
    Value indices =
        draft.integers(draft.oneOf(INDICES), -reach, reach - 1, draft.fill(draft.below(3), 0, 4));
    draft.finish(
        "gather/1", Attributes.none().with("axis", axis), draft.value(draft.dtype, shape), indices);
  }

  private static void scatter(Draft draft) {
    long[] shape = draft.shape(1, 4);
    long axis = draft.axis(shape.length);
    int counted = (int) (axis < 0 ? axis + shape.length : axis);
    long[] updates = shape.clone();
    for (int i = 0; i < shape.length; i++) {
      updates[i] = i == counted ? draft.between(0, 6) : draft.between(0, (int) shape[i]);
    }
    long reach = shape[counted] + (draft.chance(0.3) ? 2 : 0);
    String reduction = draft.dtype != DType.BOOL && draft.chance(0.5) ? "add" : "none";
    draft.finish(
        "scatter/1",
        Attributes.none().with("axis", axis).with("reduction", reduction),
        draft.value(draft.dtype, shape),
        draft.integers(draft.oneOf(INDICES), -reach, Math.max(0, reach - 1), updates),
        draft.value(draft.dtype, updates));
  }

  private static void iota(Draft draft) {
    long[] shape = draft.shape(1, 5);
    if (draft.chance(0.3)) {
      shape = new long[] {draft.between(100, 400)};
    }
    draft.finish(
        "iota/1",
        Attributes.none()
            .with("dtype", draft.dtype)
            .with("shape", Shape.of(shape))
            .with("axis", (long) draft.below(shape.length)));
  }

  private static Family resize(String op) {
    return draft -> {
      long[] shape = draft.shape(1, 4);
      long[] sizes = shape.clone();
      for (int i = 0; i < shape.length; i++) {
        shape[i] = Math.max(1, shape[i]);
        sizes[i] = draft.chance(0.5) ? shape[i] : draft.between(1, 9);
      }
      draft.finish(
          op, Attributes.none().with("sizes", Shape.of(sizes)), draft.value(draft.dtype, shape));
    };
  }
}
