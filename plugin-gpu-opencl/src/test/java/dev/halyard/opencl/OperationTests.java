package dev.halyard.opencl;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.DType;
import dev.halyard.opencl.code.Lowering;
import dev.halyard.testkit.OpCases;
import dev.halyard.testkit.RandomGraphs;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.RandomDistribution;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * Every operation and random graphs against the reference, by the kernels of both families, in
 * memory that the host shares and in memory that it does not; from other seeds in every run.
 *
 * <p>A try has each operation once, in one of its element types: a driver compiles for a quarter of
 * a second what then runs for a microsecond. A failure shows the call that makes its case again.
 */
class OperationTests {
  private static final int TRIES = 2;
  private static final int GRAPHS_PER_TRY = 8;
  private static final int MAX_EMPTY = 30;
  private static final List<OpenClDriver> DRIVERS = new ArrayList<>();

  @BeforeContainer
  static void open() {
    Lanes.require("pocl");
    DRIVERS.add(Drivers.open(Lowering::lower, "family", "cpu", "memory", "host"));
    DRIVERS.add(Drivers.open(Lowering::lower, "family", "gpu", "memory", "device"));
  }

  @AfterContainer
  static void close() {
    DRIVERS.forEach(OpenClDriver::close);
  }

  @Provide
  Arbitrary<Long> seeds() {
    return Arbitraries.longs().withDistribution(RandomDistribution.uniform()).withoutEdgeCases();
  }

  @Property(tries = TRIES, shrinking = ShrinkingMode.OFF)
  void bothFamiliesComputeWhatTheReferenceDefines(@ForAll("seeds") long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (String op : OpCases.ids()) {
      List<DType> dtypes = List.copyOf(OpCases.dtypes(op));
      long compared = 0;
      // Shapes may be empty: then another seed, since a test that compares nothing cannot fail.
      for (int i = 0; compared == 0 && i < MAX_EMPTY; i++) {
        DType dtype = dtypes.get(random.nextInt(dtypes.size()));
        long caseSeed = random.nextLong();
        OpenClDriver driver = DRIVERS.get(random.nextInt(DRIVERS.size()));
        compared =
            CaseChecks.check(driver, OpCases.generate(op, dtype, caseSeed), random.nextInt(4) > 0);
      }
      assertTrue(compared > 0, () -> op + ": nothing was compared from seed " + seed);
    }
  }

  @Property(tries = TRIES, shrinking = ShrinkingMode.OFF)
  void bothFamiliesComputeRandomGraphs(@ForAll("seeds") long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    long compared = 0;
    for (int i = 0; i < GRAPHS_PER_TRY; i++) {
      OpenClDriver driver = DRIVERS.get(i % DRIVERS.size());
      compared += CaseChecks.check(driver, RandomGraphs.generate(random.nextLong()), true);
    }
    assertTrue(compared > 0, () -> "nothing was compared from seed " + seed);
  }
}
