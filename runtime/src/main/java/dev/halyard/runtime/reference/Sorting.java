package dev.halyard.runtime.reference;

import dev.halyard.DType;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Elements in order. */
final class Sorting {
  private Sorting() {}

  static void declareAll(Primitive.Registry into) {
    into.add("sort/1", Sorting::sort);
  }

  private static List<Array> sort(Primitive.Call call) {
    Array x = call.operand(0);
    int axis = call.axis();
    int extent = x.extent(axis);
    boolean descending = call.attributes().flag("descending");
    Array values = Array.zeros(x.dtype(), x.shape());
    Array indices = Array.zeros(DType.I64, x.shape());
    int inner = Index.product(x.shape(), axis + 1, x.rank());
    for (int line = 0; line < (extent == 0 ? 0 : x.size() / extent); line++) {
      int first = line / inner * inner * extent + line % inner;
      Comparator<Integer> ascending =
          (a, b) -> Reductions.order(x, first + a * inner, first + b * inner);
      // Sorting a stream is stable, and so is sorting by the reversed order.
      List<Integer> order =
          IntStream.range(0, extent)
              .boxed()
              .sorted(descending ? ascending.reversed() : ascending)
              .toList();
      for (int k = 0; k < extent; k++) {
        values.copy(first + k * inner, x, first + order.get(k) * inner);
        indices.set(first + k * inner, (long) order.get(k));
      }
    }
    return List.of(values, indices);
  }
}
