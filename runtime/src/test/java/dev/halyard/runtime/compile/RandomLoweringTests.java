package dev.halyard.runtime.compile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.halyard.CompileOptions;
import dev.halyard.DType;
import dev.halyard.runtime.reference.Interpreter;
import dev.halyard.runtime.reference.Rounding;
import dev.halyard.spi.Cost;
import dev.halyard.testkit.Case;
import dev.halyard.testkit.Comparison;
import dev.halyard.testkit.OpCases;
import dev.halyard.testkit.RandomGraphs;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Lowering keeps what graphs mean, whatever devices claim of them. */
class RandomLoweringTests {
  private static final int GRAPHS = Integer.getInteger("halyard.test.graphs", 200);
  private static final Interpreter EXACT = new Interpreter(Rounding.NONE);

  @Test
  void randomGraphsKeepTheirMeaningOnADeviceOfPrimitives() {
    for (long seed = 0; seed < GRAPHS; seed++) {
      Case tested = RandomGraphs.generate(seed);
      check(tested, seed % 2 == 0, List.of(FakeDriver.primitives("cpu")));
    }
  }

  @Test
  void randomGraphsKeepTheirMeaningWhenDevicesShareThem() {
    for (long seed = 0; seed < GRAPHS; seed++) {
      Case tested = RandomGraphs.generate(1_000_000 + seed);
      check(tested, seed % 2 == 0, List.of(picky(seed), FakeDriver.primitives("cpu")));
    }
  }

  @Test
  void singleOperationsKeepTheirMeaning() {
    for (String op : OpCases.ids()) {
      for (DType dtype : OpCases.dtypes(op)) {
        Case tested = OpCases.generate(op, dtype, 42);
        check(tested, true, List.of(FakeDriver.primitives("cpu")));
      }
    }
  }

  /** {@return a device that claims some nodes whole, some as fusable, and refuses the others} */
  private static Target picky(long seed) {
    return FakeDriver.target(
        "picky",
        (graph, sink) -> {
          SplittableRandom random = new SplittableRandom(seed);
          graph
              .nodes()
              .forEach(
                  node -> {
                    switch (random.nextInt(4)) {
                      case 0 -> sink.refuse(node, "by chance");
                      case 1 -> sink.whole(List.of(node), Cost.ready());
                      default -> sink.fusable(node, Cost.ready());
                    }
                  });
        });
  }

  private static void check(Case tested, boolean fusion, List<Target> targets) {
    try {
      Lowered lowered =
          Lowering.lower(tested.graph(), targets, CompileOptions.defaults().fusion(fusion));
      assertEquals(tested.graph().outputNames(), lowered.graph().outputNames());
      Comparison.of(tested, EXACT::evaluate).check(Meaning.of(lowered, tested.inputs()));
    } catch (RuntimeException e) {
      throw new IllegalStateException(tested.name() + "\n" + tested.graph(), e);
    }
  }
}
