package dev.halyard.fpga.xrt;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What {@code halyard.fpga-xrt.*} sets.
 *
 * @param xclbin the file to load on a board; empty: what its source has for it
 * @param timeoutMillis how long a run may take beyond the time that its cycles need
 */
record XrtConfiguration(Optional<Path> xclbin, long timeoutMillis) {
  // A stuck unit is to be noticed within 2 s, which leaves 1 s for the cycles of a small layer.
  private static final long TIMEOUT_MILLIS = 1000;

  private static final long MOST_MILLIS = 3_600_000;

  static XrtConfiguration of(Map<String, String> configuration) {
    return new XrtConfiguration(
        path(configuration.get("xclbin")), timeout(configuration.get("timeoutMillis")));
  }

  private static Optional<Path> path(@Nullable String text) {
    if (text == null || text.isBlank()) {
      return Optional.empty();
    }
    try {
      return Optional.of(Path.of(text.strip()));
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException(
          "halyard.fpga-xrt.xclbin is '" + text + "'; want the path of a file", e);
    }
  }

  private static long timeout(@Nullable String text) {
    if (text == null) {
      return TIMEOUT_MILLIS;
    }
    if (text.strip().matches("[0-9]{1,7}")) {
      long millis = Long.parseLong(text.strip());
      if (millis >= 1 && millis <= MOST_MILLIS) {
        return millis;
      }
    }
    throw new IllegalArgumentException(
        "halyard.fpga-xrt.timeoutMillis is '" + text + "'; want a number from 1 to " + MOST_MILLIS);
  }
}
