package com.example.gelu;

import dev.halyard.tck.ContractConformanceTests;
import dev.halyard.tck.NumericalConformanceTests;
import dev.halyard.tck.RobustnessConformanceTests;
import dev.halyard.tck.check.Settings;
import org.junit.jupiter.api.Nested;

/** The kit in this build, one test per check; an IDE runs them one by one. */
class GeluConformanceTest {
  private static final Settings SETTINGS = Settings.quick("gelu:0");

  @Nested
  class Contract extends ContractConformanceTests {
    @Override
    protected Settings settings() {
      return SETTINGS;
    }
  }

  @Nested
  class Numerical extends NumericalConformanceTests {
    @Override
    protected Settings settings() {
      return SETTINGS;
    }
  }

  @Nested
  class Robustness extends RobustnessConformanceTests {
    @Override
    protected Settings settings() {
      return SETTINGS;
    }
  }
}
