package dev.halyard.tck.latency;

import dev.halyard.tck.check.Verdict;

/**
 * Whether a share {@code q} of calls ends within a limit. Noise comes in bursts, to which the
 * binomial is blind: so a control of equal cost between the calls must pass, the device must do
 * worse than twice the control, and that in three windows, before it counts as FAIL.
 */
final class TailTest {
  private static final int WINDOWS = 3;
  private static final double PASS_LEVEL = 0.01;
  private static final double FAIL_LEVEL = 0.001;

  private TailTest() {}

  /**
   * Calls that were timed side by side.
   *
   * @param over how many calls of the device took longer than its limit
   * @param controlOver how many calls of the control took longer than its own
   * @param count how many each there were
   */
  record Window(int over, int controlOver, int count) {
    static Window of(long[] device, double limit, long[] control, double controlLimit) {
      return new Window(over(device, limit), over(control, controlLimit), device.length);
    }

    private static int over(long[] nanos, double limit) {
      int over = 0;
      for (long value : nanos) {
        over += value > limit ? 1 : 0;
      }
      return over;
    }
  }

  /** Measures a window. */
  @FunctionalInterface
  interface Windows {
    Window next() throws Exception;
  }

  static Verdict run(double q, Windows windows) throws Exception {
    for (int i = 0; i < WINDOWS; i++) {
      Verdict verdict = judge(q, windows.next());
      if (verdict != Verdict.FAIL) {
        return verdict;
      }
    }
    return Verdict.FAIL;
  }

  static Verdict judge(double q, Window window) {
    if (BinomialTails.atMost(window.over, window.count, 1 - q) < PASS_LEVEL) {
      return Verdict.PASS;
    }
    boolean controlPasses =
        BinomialTails.atMost(window.controlOver, window.count, 1 - q) < PASS_LEVEL;
    // Given all that were late, as many as these on the device's side are no chance at twice the
    // control's rate: the conditional test of two rates (Przyborowski and Wilenski, 1940).
    int late = window.over + window.controlOver;
    boolean worse = BinomialTails.atLeast(window.over, late, 2.0 / 3) < FAIL_LEVEL;
    boolean over = BinomialTails.atLeast(window.over, window.count, 1 - q) < FAIL_LEVEL;
    return over && controlPasses && worse ? Verdict.FAIL : Verdict.INCONCLUSIVE;
  }
}
