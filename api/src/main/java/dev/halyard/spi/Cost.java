package dev.halyard.spi;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What it takes before a claimed node can run. */
public final class Cost {
  private static final Cost READY = new Cost(null);

  private final @Nullable Duration build;

  private Cost(@Nullable Duration build) {
    this.build = build;
  }

  /** {@return that the node can be compiled and run at once} */
  public static Cost ready() {
    return READY;
  }

  /**
   * {@return that an artefact has to be built first}
   *
   * @param estimate how long that takes
   */
  public static Cost needsBuild(Duration estimate) {
    return new Cost(estimate);
  }

  /** {@return the estimate; empty when nothing has to be built} */
  public Optional<Duration> build() {
    return Optional.ofNullable(build);
  }

  @Override
  public String toString() {
    return build == null ? "ready" : "needs a build of about " + build;
  }
}
