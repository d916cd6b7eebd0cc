package dev.halyard.tck.contract;

import dev.halyard.DType;
import dev.halyard.Gelu;
import dev.halyard.Graph;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import dev.halyard.Value;
import dev.halyard.testkit.Case;
import dev.halyard.testkit.OpCases;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What may become a sample, in an order that stays: networks, single operations, quantised layers.
 */
final class Candidates {
  private static final int SIDE = 48;
  private static final int CASES = 6;
  private static final List<Graph> NETWORKS =
      List.of(
          layers("layers", 0.001),
          layers("other layers", 0.003),
          step("chain", x -> x.mul(2).add(1)),
          step("matmul", x -> x.matmul(x)),
          step("softmax", x -> x.softmax(1)),
          step("gelu", x -> x.gelu(Gelu.ERF)),
          step("relu", x -> x.relu()),
          step("neg", x -> x.neg()),
          step("abs", x -> x.abs()));

  /** Made when they are asked for: few devices refuse many. */
  private static final List<Supplier<Case>> MAKERS = makers();

  /** The first that has one right answer: all from here on are of integers. */
  private static final int EXACT = MAKERS.size() - LayerCases.all().size();

  private Candidates() {}

  /**
   * A graph with inputs.
   *
   * @param position its place in the order
   * @param tested the graph
   * @param exact whether there is one right answer
   */
  record Candidate(int position, Case tested, boolean exact) {}

  private static List<Supplier<Case>> makers() {
    List<Supplier<Case>> makers = new ArrayList<>();
    NETWORKS.forEach(network -> makers.add(() -> filled(network)));
    for (String op : OpCases.ids()) {
      for (DType dtype : OpCases.dtypes(op)) {
        for (int i = 0; i < CASES; i++) {
          int seed = i;
          makers.add(() -> OpCases.generate(op, dtype, seed));
        }
      }
    }
    LayerCases.all().forEach(layers -> makers.add(() -> layers));
    return makers;
  }

  /** {@return the candidates from a position on} */
  static Stream<Candidate> from(int position) {
    return IntStream.range(position, MAKERS.size())
        .mapToObj(i -> new Candidate(i, MAKERS.get(i).get(), i >= EXACT))
        .filter(candidate -> isUsable(candidate.tested));
  }

  /** Two products with a sum between, so that values cross the scratch. */
  private static Graph layers(String name, double scale) {
    return step(name, x -> x.matmul(x).reduceSum(true, 1).add(x).matmul(x).mul(scale));
  }

  private static Graph step(String name, UnaryOperator<Value> step) {
    return Graph.of(name, g -> g.output("y", step.apply(g.input("x", DType.F32, SIDE, SIDE))));
  }

  private static Case filled(Graph graph) {
    SplittableRandom random = new SplittableRandom(7);
    Tensor x = TensorArena.ofAuto().allocate(DType.F32, SIDE, SIDE);
    for (long i = 0; i < x.elements(); i++) {
      x.setDouble(i, random.nextDouble(-2, 2));
    }
    return new Case(graph.name(), graph, Map.of("x", x));
  }

  private static boolean isUsable(Case tested) {
    return tested.graph().states().isEmpty()
        && !tested.inputs().isEmpty()
        && tested.inputs().values().stream().allMatch(tensor -> tensor.elements() > 0);
  }
}
