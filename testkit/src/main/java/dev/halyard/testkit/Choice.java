package dev.halyard.testkit;

import dev.halyard.DType;
import dev.halyard.Tensor;
import java.util.List;

/** The enclosure of select: one of its operands, or either where the condition is uncertain. */
final class Choice {
  private Choice() {}

  static Enclosure of(DType type, List<Enclosure> operands) {
    Enclosure condition = operands.get(0);
    Enclosure x = operands.get(1);
    Enclosure y = operands.get(2);
    Tensor low = Tensors.like(x.low);
    Tensor high = Tensors.like(x.low);
    Tensor loose = Tensors.filled(0, low.shape());
    for (long i = 0; i < low.elements(); i++) {
      boolean mayHold = condition.isLoose(i) || condition.high.getLong(i) != 0;
      boolean mayFail = condition.isLoose(i) || condition.low.getLong(i) == 0;
      Enclosure least = !mayFail || (mayHold && isBelow(x.low, y.low, i)) ? x : y;
      Enclosure most = !mayFail || (mayHold && isBelow(y.high, x.high, i)) ? x : y;
      Tensors.copy(least.low, low, i);
      Tensors.copy(most.high, high, i);
      boolean undefined =
          mayHold && mayFail && type.isFloat() && Double.isNaN(x.low(i)) != Double.isNaN(y.low(i));
      boolean uncertain = (mayHold && x.isLoose(i)) || (mayFail && y.isLoose(i)) || undefined;
      loose.setDouble(i, uncertain ? 1 : 0);
    }
    return new Enclosure(
        type, low, high, x.hasLoose() || y.hasLoose() || !condition.isExact() ? loose : null);
  }

  private static boolean isBelow(Tensor a, Tensor b, long i) {
    return a.dtype().isFloat() ? a.getDouble(i) < b.getDouble(i) : a.getLong(i) < b.getLong(i);
  }
}
