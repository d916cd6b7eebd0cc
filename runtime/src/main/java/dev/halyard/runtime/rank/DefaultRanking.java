package dev.halyard.runtime.rank;

import dev.halyard.Device;
import dev.halyard.Objective;
import dev.halyard.Ranking;
import dev.halyard.UnsupportedOnDeviceException;
import dev.halyard.runtime.execute.ChosenDevice;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A ranking that is done. */
record DefaultRanking(
    Objective objective,
    List<Candidate> candidates,
    @Nullable ChosenDevice winner,
    String explanation,
    Instant measuredAt,
    boolean cached,
    String graph)
    implements Ranking {

  record Entry(Device device, Optional<Measurement> measurement, String reason)
      implements Candidate {}

  @Override
  public ChosenDevice best() {
    if (winner == null) {
      String reasons =
          candidates.stream()
              .map(candidate -> "\n  " + candidate.device().id() + ": " + candidate.reason())
              .collect(Collectors.joining());
      throw new UnsupportedOnDeviceException(
          "no device runs graph '"
              + graph
              + "':"
              + (reasons.isEmpty()
                  ? " none was found; add dev.halyard:halyard-plugin-cpu"
                  : reasons));
    }
    return winner;
  }
}
