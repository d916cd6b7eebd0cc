package dev.halyard.cpu;

import dev.halyard.CompileOptions;
import dev.halyard.DType;
import dev.halyard.Dims;
import dev.halyard.runtime.reference.Interpreter;
import dev.halyard.runtime.reference.Rounding;
import dev.halyard.testkit.Case;
import dev.halyard.testkit.OpCases;
import dev.halyard.testkit.RandomGraphs;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every operation and random graphs against the reference, on both paths, fused and unfused. */
class OperationTests {
  private static final int CASES = Integer.getInteger("halyard.test.cases", 12);
  private static final int GRAPHS = Integer.getInteger("halyard.test.graphs", 300);
  private static final Interpreter EXACT = new Interpreter(Rounding.NONE);
  private static final List<CpuDriver> DRIVERS =
      List.of(
          Drivers.open("vector", "off", "threads", "1"),
          Drivers.open("vector", "on", "threads", "2"));

  @AfterAll
  static void close() {
    DRIVERS.forEach(CpuDriver::close);
  }

  static Stream<String> operations() {
    return OpCases.ids().stream();
  }

  @ParameterizedTest
  @MethodSource("operations")
  void everyPathComputesWhatTheReferenceDefines(String op) {
    for (DType dtype : OpCases.dtypes(op)) {
      for (long seed = 0; seed < CASES; seed++) {
        check(OpCases.generate(op, dtype, seed));
      }
    }
  }

  @Test
  void everyPathComputesRandomGraphs() {
    for (long seed = 0; seed < GRAPHS; seed++) {
      check(RandomGraphs.generate(seed));
    }
  }

  private static void check(Case tested) {
    dev.halyard.testkit.Comparison expected =
        dev.halyard.testkit.Comparison.of(tested, EXACT::evaluate);
    for (CpuDriver driver : DRIVERS) {
      for (boolean fusion : new boolean[] {true, false}) {
        CompileOptions options = CompileOptions.defaults().fusion(fusion);
        try {
          expected.check(
              new CaseRunner(driver, options).run(tested.graph(), tested.inputs(), Dims.none()));
        } catch (AssertionError | RuntimeException e) {
          throw new AssertionError(
              tested.name()
                  + " with "
                  + driver.kernels()
                  + (fusion ? ", fused" : ", unfused")
                  + ": "
                  + e.getMessage(),
              e);
        }
      }
    }
  }
}
