package dev.halyard.tck.numerical;

import dev.halyard.Graph;
import dev.halyard.Tensor;
import dev.halyard.testkit.Case;
import java.util.Map;

/**
 * A graph with inputs, for the numerical and the latency checks alike.
 *
 * @param name what it is, the sizes included
 * @param graph what to run
 * @param inputs a tensor per input and state
 * @param flops floating-point operations of one run: a multiply-add counts as two, any other
 *     element of a result as one
 */
public record TestCase(String name, Graph graph, Map<String, Tensor> inputs, long flops) {
  /** {@return the graph and inputs, to be held against the reference} */
  Case asCase() {
    return new Case(name, graph, inputs);
  }

  @Override
  public String toString() {
    return name;
  }
}
