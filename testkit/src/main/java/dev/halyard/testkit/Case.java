package dev.halyard.testkit;

import dev.halyard.Graph;
import dev.halyard.Tensor;
import java.util.Map;

/**
 * A graph and inputs for it.
 *
 * @param name what was generated, with the arguments to generate it again
 * @param graph the graph
 * @param inputs a tensor per input and state
 */
public record Case(String name, Graph graph, Map<String, Tensor> inputs) {
  /**
   * {@return the tensor of an input or state}
   *
   * @param port its name
   * @throws IllegalArgumentException if there is none
   */
  public Tensor input(String port) {
    Tensor tensor = inputs.get(port);
    if (tensor == null) {
      throw new IllegalArgumentException(
          name + " has no tensor for input '" + port + "'; it has " + inputs.keySet());
    }
    return tensor;
  }

  /** {@return the name} */
  @Override
  public String toString() {
    return name;
  }
}
