package dev.halyard.examples.digits;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;

/** The lanes of {@code ./halyard test}, each of which needs tools that a machine may lack. */
final class Lanes {
  private Lanes() {}

  /** Skips a test unless a lane runs. */
  static void require(String lane) {
    assumeTrue(
        List.of(System.getProperty("halyard.lanes", "").split(",", -1)).contains(lane),
        "the lane '" + lane + "' does not run: ./halyard test says why");
  }
}
