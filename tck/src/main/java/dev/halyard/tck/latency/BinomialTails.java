package dev.halyard.tck.latency;

/** Tails of the binomial distribution, summed in log space so that nothing underflows. */
final class BinomialTails {
  private BinomialTails() {}

  /** {@return P(X <= k) of n trials of probability p} */
  static double atMost(long k, long n, double p) {
    return k >= n ? 1 : sum(0, k, n, p);
  }

  /** {@return P(X >= k) of n trials of probability p} */
  static double atLeast(long k, long n, double p) {
    return k <= 0 ? 1 : sum(k, n, n, p);
  }

  private static double sum(long from, long to, long n, double p) {
    double logP = Math.log(p);
    double logQ = Math.log1p(-p);
    double logChoose = 0;
    double sum = 0;
    for (long i = 0; i <= to; i++) {
      if (i > 0) {
        logChoose += Math.log((double) (n - i + 1) / i);
      }
      if (i >= from) {
        sum += Math.exp(logChoose + i * logP + (n - i) * logQ);
      }
    }
    return Math.min(1, sum);
  }
}
