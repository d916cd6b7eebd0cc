package dev.halyard.bench;

/** Whether two sides computed the same. */
final class Agreement {
  private Agreement() {}

  /**
   * Compares two results.
   *
   * @throws SideException if they are not the same within the tolerance
   */
  static void check(float[] ours, float[] peer, double tolerance) throws SideException {
    if (ours.length != peer.length) {
      throw SideException.failed(
          "the results differ: ours has " + ours.length + " elements, the peer's " + peer.length);
    }
    double error = maxRelativeError(ours, peer);
    if (!(error <= tolerance)) { // NaN is no agreement either
      throw SideException.failed(
          "the results differ: max relative error %.3g, at most %.0e is allowed; not timed"
              .formatted(error, tolerance));
    }
  }

  /**
   * {@return the largest {@code |a - b| / (|b| + s)}, with {@code s} the root mean square of b: a
   * sum that cancels out is near zero, and its error is not}
   */
  static double maxRelativeError(float[] a, float[] b) {
    double scale = rootMeanSquare(b);
    double max = 0;
    for (int i = 0; i < a.length; i++) {
      double error = a[i] == b[i] ? 0 : Math.abs((double) a[i] - b[i]) / (Math.abs(b[i]) + scale);
      if (Double.isNaN(error)) {
        return Double.NaN;
      }
      max = Math.max(max, error);
    }
    return max;
  }

  private static double rootMeanSquare(float... values) {
    double squares = 0;
    for (float value : values) {
      squares += (double) value * value;
    }
    return Math.sqrt(squares / values.length);
  }
}
