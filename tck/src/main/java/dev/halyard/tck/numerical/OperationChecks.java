package dev.halyard.tck.numerical;

import dev.halyard.DType;
import dev.halyard.tck.check.Check;
import dev.halyard.tck.check.Patience;
import dev.halyard.tck.check.Trial;
import dev.halyard.testkit.Case;
import dev.halyard.testkit.Comparison;
import dev.halyard.testkit.OpCases;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Random cases of every primitive (N-105), moved elements (N-104) and composites (N-605) against
 * the reference.
 */
final class OperationChecks {
  private static final int QUICK_CASES = 4;
  private static final int FULL_CASES = 60;
  // Shapes may be empty: then more cases, since a check that compares nothing cannot fail.
  private static final int MOST_EMPTY = 90;
  // The comparison asks these for the very elements, the sign of zero included.
  private static final Set<String> MOVES =
      Set.of(
          "reshape/1",
          "transpose/1",
          "broadcast/1",
          "slice/1",
          "concat/1",
          "pad/1",
          "gather/1",
          "scatter/1",
          "select/1");

  private OperationChecks() {}

  static void addTo(List<Check> checks) {
    for (String op : OpCases.ids()) {
      for (DType dtype : OpCases.dtypes(op)) {
        checks.add(
            Check.of(rule(op), "random", trial -> check(trial, op, dtype))
                .about(op, dtype.toString()));
      }
    }
  }

  private static String rule(String op) {
    if (MOVES.contains(op)) {
      return "N-104";
    }
    return op.startsWith("halyard.") ? "N-605" : "N-105";
  }

  private static void check(Trial trial, String op, DType dtype) {
    Patience patience = NumericalChecks.patience(trial, QUICK_CASES, FULL_CASES);
    SplittableRandom random = trial.random();
    Denormals denormals = Denormals.of(trial);
    long compared = 0;
    int cases = 0;
    for (; patience.lasts(cases) || (compared == 0 && cases < MOST_EMPTY); cases++) {
      Case tested = OpCases.generate(op, dtype, random.nextLong());
      Comparison expected = denormals.comparison(tested);
      expected.check(trial.subject().run(tested.graph(), tested.inputs()));
      compared += expected.checked();
    }
    trial.record("cases", cases);
    trial.record("elements", compared);
    if (compared == 0) {
      throw new AssertionError("nothing was compared, which is a fault of the kit");
    }
  }
}
