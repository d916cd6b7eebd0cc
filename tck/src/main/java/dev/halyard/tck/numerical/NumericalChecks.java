package dev.halyard.tck.numerical;

import dev.halyard.tck.check.Check;
import dev.halyard.tck.check.Patience;
import dev.halyard.tck.check.Subject;
import dev.halyard.tck.check.Trial;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Every check of rules N: results are right. */
public final class NumericalChecks {
  /** A full run compiles some hundred graphs for a check, each of which may take seconds. */
  private static final Duration FULL_LIMIT = Duration.ofMinutes(10);

  /** So that some 1,700 checks fit into the half hour of a full run. */
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private NumericalChecks() {}

  /**
   * {@return how long a check goes on with random cases, each of which has to be compiled}
   *
   * @param quick how many a quick run takes, and a full one at least
   * @param full how many a full run takes at most
   */
  static Patience patience(Trial trial, int quick, int full) {
    return Patience.of(quick, trial.settings().isFull() ? full : quick, PATIENCE);
  }

  /**
   * {@return the checks that a device is put to}
   *
   * @param subject the device
   */
  public static List<Check> of(Subject subject) {
    List<Check> checks = new ArrayList<>();
    StructureChecks.addTo(checks);
    OperationChecks.addTo(checks);
    ExactChecks.addTo(checks);
    IntegerChecks.addTo(checks);
    QuantizedChecks.addTo(checks);
    LayerChecks.addTo(checks);
    DotChecks.addTo(checks);
    ShapeChecks.addTo(checks);
    FunctionChecks.addTo(checks);
    SpecialChecks.addTo(checks);
    SoftmaxChecks.addTo(checks);
    ChainChecks.addTo(checks);
    MetamorphicChecks.addTo(checks);
    LayerRelationChecks.addTo(checks);
    return subject.settings().isFull()
        ? checks.stream().map(check -> check.within(FULL_LIMIT)).toList()
        : checks;
  }
}
