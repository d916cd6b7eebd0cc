package dev.halyard.tck.numerical;

import dev.halyard.tck.check.Trial;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Errors of elements against their bounds: the worst with its place, and a histogram. */
final class ErrorStats {
  /** Twenty bins of 0.05 from 0 to 1, and one for errors beyond the bound. */
  private static final int BINS = 21;

  private static final double BIN_WIDTH = 0.05;

  private final long[] histogram = new long[BINS];
  private long elements;
  private long wrong;
  private double worst;
  private @Nullable String worstAt;

  /** Describes an element, when it is the worst so far. */
  @FunctionalInterface
  interface Place {
    String describe();
  }

  /**
   * Adds an element.
   *
   * @param found what the device gave
   * @param wanted the exact result; NaN asks for NaN
   * @param bound the greatest error allowed; 0 asks for the result itself; NaN and infinity ask for
   *     nothing
   * @param place describes the element
   */
  void add(double found, double wanted, double bound, Place place) {
    if (Double.isNaN(wanted)) {
      ratio(Double.isNaN(found) ? 0 : Double.POSITIVE_INFINITY, found, wanted, bound, place);
    } else if (!Double.isFinite(bound)) {
      return;
    } else if (found == wanted) {
      ratio(0, found, wanted, bound, place);
    } else {
      double error = Math.abs(found - wanted);
      boolean beyond = Double.isNaN(error) || bound == 0;
      ratio(beyond ? Double.POSITIVE_INFINITY : error / bound, found, wanted, bound, place);
    }
  }

  /**
   * Adds an element that has one right answer, the sign of zero included.
   *
   * @param found what the device gave
   * @param wanted the result; NaN asks for any NaN
   * @param place describes the element
   */
  void addExact(double found, double wanted, Place place) {
    boolean right =
        found == wanted
            ? found != 0 || Math.copySign(1, found) == Math.copySign(1, wanted)
            : Double.isNaN(found) && Double.isNaN(wanted);
    ratio(right ? 0 : Double.POSITIVE_INFINITY, found, wanted, 0, place);
  }

  /**
   * Adds an integer.
   *
   * @param found what the device gave
   * @param wanted the result
   * @param place describes the element
   */
  void addInteger(long found, long wanted, Place place) {
    double ratio = found == wanted ? 0 : Double.POSITIVE_INFINITY;
    ratio(ratio, (double) found, (double) wanted, 0, place);
  }

  private void ratio(double ratio, double found, double wanted, double bound, Place place) {
    elements++;
    histogram[ratio > 1 ? BINS - 1 : Math.min(BINS - 2, (int) (ratio / BIN_WIDTH))]++;
    wrong += ratio > 1 ? 1 : 0;
    if (worstAt == null || ratio > worst) {
      worst = ratio;
      worstAt = place.describe() + ": found " + found + ", wanted " + wanted + " +- " + bound;
    }
  }

  /** {@return how many elements were compared} */
  long elements() {
    return elements;
  }

  /** {@return the greatest error over its bound} */
  double worst() {
    return worst;
  }

  /**
   * Records the figures, and ends the check if an element is wrong or none was compared.
   *
   * @param trial the check
   * @param what what was compared, for the message
   * @throws AssertionError if an element is beyond its bound
   */
  void settle(Trial trial, String what) {
    trial.record("elements", elements);
    trial.record("errorOverBound", Double.isFinite(worst) ? worst : 1e300);
    trial.record("worstAt", worstAt == null ? "" : worstAt);
    trial.record("histogram", Arrays.stream(histogram).boxed().toList());
    if (elements == 0) {
      throw new AssertionError(what + ": nothing was compared, which is a fault of the kit");
    }
    if (wrong > 0) {
      throw new AssertionError(
          what + ": " + wrong + " of " + elements + " elements are wrong; the worst is " + worstAt);
    }
  }
}
