package com.example.gelu;

import dev.halyard.tck.ContractConformanceTests;
import dev.halyard.tck.NumericalConformanceTests;
import dev.halyard.tck.RobustnessConformanceTests;
import org.junit.jupiter.api.Nested;

/**
 * The kit in this build, one test per check; an IDE runs them one by one. The pom says which
 * device; {@code mvn verify -Dhalyard.tck.only='N-402 ...' -Dhalyard.tck.seed=...} repeats a
 * failure.
 */
class GeluConformanceTest {
  @Nested
  class Contract extends ContractConformanceTests {}

  @Nested
  class Numerical extends NumericalConformanceTests {}

  @Nested
  class Robustness extends RobustnessConformanceTests {}
}
