package dev.halyard.bench;

import java.util.Optional;

/**
 * A case beside one peer.
 *
 * @param caseId the case
 * @param peer what the peer is called
 * @param threads how many threads each side had
 * @param outcome whether it could be measured
 * @param figures what was measured; empty where nothing was
 * @param ours what ran our side: device, version; empty where it did not come that far
 * @param theirs what ran the peer's side; empty where it did not come that far
 * @param reason why the outcome is not {@link Outcome#MEASURED}; empty if it is
 */
public record BenchRow(
    String caseId,
    String peer,
    int threads,
    Outcome outcome,
    Optional<Figures> figures,
    String ours,
    String theirs,
    String reason) {

  /** What became of a row. */
  public enum Outcome {
    /** Both sides ran, gave the same, and the ratio is known well enough. */
    MEASURED,
    /** Both sides ran and gave the same, but the interval of the ratio is still wide. */
    IMPRECISE,
    /** The peer is not there, or the case is none of its. */
    ABSENT,
    /** A side broke, or the two gave different results. */
    FAILED
  }

  /**
   * Times of a run.
   *
   * @param oursMs our median, in milliseconds
   * @param peerMs the peer's median, in milliseconds
   * @param ratio the quotient of the two: below 1, ours is faster
   * @param low the lower end of the ratio's 95% interval
   * @param high the upper end
   * @param rounds how many rounds were run
   */
  public record Figures(
      double oursMs, double peerMs, double ratio, double low, double high, int rounds) {}
}
