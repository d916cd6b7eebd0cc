package dev.halyard.tck;

import dev.halyard.tck.check.Check;
import dev.halyard.tck.check.Subject;
import dev.halyard.tck.contract.ContractChecks;
import java.util.List;

/**
 * Rules S: the contract of dev.halyard.spi is kept.
 *
 * <p>Extend it in a build of one's own, without a body where system properties name the device
 * ({@code halyard.tck.device}), else with {@link #settings}.
 */
public abstract class ContractConformanceTests extends ConformanceTests {
  /** For subclasses. */
  protected ContractConformanceTests() {}

  @Override
  final List<Check> checks(Subject subject) {
    return ContractChecks.of(subject);
  }
}
