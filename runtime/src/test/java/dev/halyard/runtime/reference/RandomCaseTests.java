package dev.halyard.runtime.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.DType;
import dev.halyard.internal.Op;
import dev.halyard.internal.Vocabulary;
import dev.halyard.testkit.Case;
import dev.halyard.testkit.Comparison;
import dev.halyard.testkit.OpCases;
import dev.halyard.testkit.RandomGraphs;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The generators of the test kit and the interpreter, held against each other. */
class RandomCaseTests {
  // -Dhalyard.test.jvmArgs=-Dhalyard.test.cases=1000 for a longer look.
  private static final int CASES = Integer.getInteger("halyard.test.cases", 8);
  private static final int GRAPHS = Integer.getInteger("halyard.test.graphs", 150);
  private static final Interpreter EXACT = new Interpreter(Rounding.NONE);

  static Stream<String> operations() {
    Set<String> known = new TreeSet<>();
    Vocabulary.all().forEach(op -> known.add(op.id()));
    return OpCases.ids().stream().filter(known::contains);
  }

  @Test
  void everyOperationOfTheVocabularyIsGenerated() {
    List<String> missing =
        Vocabulary.all().stream().map(Op::id).filter(id -> !OpCases.ids().contains(id)).toList();
    assertEquals(List.of(), missing);
  }

  @ParameterizedTest
  @MethodSource("operations")
  void roundingEachNodeStaysWithinTheBounds(String op) {
    long checked = 0;
    long elements = 0;
    for (DType dtype : OpCases.dtypes(op)) {
      for (long seed = 0; seed < CASES; seed++) {
        Comparison comparison = check(OpCases.generate(op, dtype, seed), Rounding.EACH_NODE);
        checked += comparison.checked();
        elements += comparison.elements();
      }
    }
    assertTrue(checked * 2 > elements, op + ": only " + checked + " of " + elements + " compared");
  }

  @ParameterizedTest
  @MethodSource("operations")
  void roundingOutputsOnlyStaysWithinTheBounds(String op) {
    for (DType dtype : OpCases.dtypes(op)) {
      for (long seed = 0; seed < CASES; seed++) {
        check(OpCases.generate(op, dtype, seed), Rounding.OUTPUTS);
      }
    }
  }

  @Test
  void randomGraphsStayWithinTheBoundsHoweverTheyRound() {
    long checked = 0;
    long elements = 0;
    for (long seed = 0; seed < GRAPHS; seed++) {
      Case graph = RandomGraphs.generate(seed);
      Comparison comparison = check(graph, Rounding.EACH_NODE);
      checked += comparison.checked();
      elements += comparison.elements();
      check(graph, Rounding.OUTPUTS);
    }
    assertTrue(checked * 10 > elements * 9, checked + " of " + elements + " compared");
  }

  private static Comparison check(Case tested, Rounding rounding) {
    try {
      Comparison comparison = Comparison.of(tested, EXACT::evaluate);
      comparison.check(new Interpreter(rounding).run(tested.graph(), tested.inputs()));
      return comparison;
    } catch (RuntimeException e) {
      throw new IllegalStateException(tested.name() + "\n" + tested.graph(), e);
    }
  }
}
