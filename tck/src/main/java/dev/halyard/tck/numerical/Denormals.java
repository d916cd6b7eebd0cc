package dev.halyard.tck.numerical;

import dev.halyard.runtime.reference.Interpreter;
import dev.halyard.runtime.reference.Rounding;
import dev.halyard.tck.check.Subject;
import dev.halyard.tck.check.Trial;
import dev.halyard.testkit.Case;
import dev.halyard.testkit.Comparison;

/**
 * What a device says of denormals (N-405).
 *
 * @param flushed whether arithmetic may take them, as operands or results, for zeros
 */
public record Denormals(boolean flushed) {
  private static final Interpreter EXACT = new Interpreter(Rounding.NONE);

  static Denormals of(Trial trial) {
    return of(trial.subject());
  }

  /**
   * {@return what a device's descriptor says}
   *
   * @param subject the device
   */
  public static Denormals of(Subject subject) {
    return new Denormals("flushed".equals(subject.descriptor().properties().get("denormals")));
  }

  /** {@return whether zero may stand for a value} */
  boolean mayVanish(FloatType type, double value) {
    return flushed && value != 0 && Math.abs(value) < type.minNormal();
  }

  /** {@return a value, or the zero of its sign that may stand for it} */
  double vanished(FloatType type, double value) {
    return mayVanish(type, value) ? Math.copySign(0.0, value) : value;
  }

  /**
   * {@return what the device may make of a case}
   *
   * @param tested the case
   */
  public Comparison comparison(Case tested) {
    return flushed
        ? Comparison.flushing(tested, EXACT::evaluate)
        : Comparison.of(tested, EXACT::evaluate);
  }
}
