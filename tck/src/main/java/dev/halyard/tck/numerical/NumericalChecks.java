package dev.halyard.tck.numerical;

import dev.halyard.tck.check.Check;
import dev.halyard.tck.check.Subject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Every check of rules N: results are right. */
public final class NumericalChecks {
  /** A full run compiles up to 45 graphs for a check, each of which may take a device seconds. */
  private static final Duration FULL_LIMIT = Duration.ofMinutes(10);

  private NumericalChecks() {}

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
