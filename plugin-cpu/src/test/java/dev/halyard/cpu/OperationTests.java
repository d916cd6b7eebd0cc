package dev.halyard.cpu;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.CompileOptions;
import dev.halyard.DType;
import dev.halyard.Dims;
import dev.halyard.runtime.reference.Interpreter;
import dev.halyard.runtime.reference.Rounding;
import dev.halyard.testkit.Case;
import dev.halyard.testkit.Comparison;
import dev.halyard.testkit.OpCases;
import dev.halyard.testkit.RandomGraphs;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.RandomDistribution;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;

/**
 * Every operation with every element type and random graphs against the reference, on both paths,
 * fused and unfused, from other seeds in every run.
 *
 * <p>A try is one case of each operation and type, or some graphs; {@code jqwik.tries.default} says
 * how many there are. A failure shows the call that makes its case again. Seeds are not shrunk: a
 * lesser one is no simpler case.
 */
class OperationTests {
  private static final int GRAPHS_PER_TRY = 25;
  private static final int MAX_EMPTY = 30;
  private static final Interpreter EXACT = new Interpreter(Rounding.NONE);
  // IEEE 754 has both rounded correctly, and so have the instructions and Java's operators.
  private static final Set<String> ROUNDED = Set.of("div/1", "sqrt/1");
  private static final List<CpuDriver> DRIVERS =
      List.of(
          Drivers.open("vector", "off", "threads", "1"),
          Drivers.open("vector", "on", "threads", "2"));

  @AfterContainer
  static void close() {
    DRIVERS.forEach(CpuDriver::close);
  }

  @Provide
  Arbitrary<Long> seeds() {
    return Arbitraries.longs().withDistribution(RandomDistribution.uniform()).withoutEdgeCases();
  }

  @Property(shrinking = ShrinkingMode.OFF)
  void everyPathComputesWhatTheReferenceDefines(@ForAll("seeds") long seed) {
    for (String op : OpCases.ids()) {
      long compared = 0;
      // Shapes may be empty: then more seeds, since a test that compares nothing cannot fail.
      for (int i = 0; compared == 0 && i < MAX_EMPTY; i++) {
        for (DType dtype : OpCases.dtypes(op)) {
          compared += check(OpCases.generate(op, dtype, seed + i));
        }
      }
      assertTrue(compared > 0, () -> op + ": nothing was compared from seed " + seed);
    }
  }

  @Property(shrinking = ShrinkingMode.OFF)
  void everyPathComputesRandomGraphs(@ForAll("seeds") long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    long compared = 0;
    for (int i = 0; i < GRAPHS_PER_TRY; i++) {
      compared += check(RandomGraphs.generate(random.nextLong()));
    }
    assertTrue(compared > 0, () -> "nothing was compared from seed " + seed);
  }

  /** {@return how many elements were compared, on every path} */
  private static long check(Case tested) {
    Comparison expected = Comparison.of(tested, EXACT::evaluate, Dims.none(), ROUNDED);
    long checked = Long.MAX_VALUE;
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
        checked = Math.min(checked, expected.checked());
      }
    }
    return checked;
  }
}
