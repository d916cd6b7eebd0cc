package dev.halyard.onnx;

import java.util.Set;
import java.util.TreeSet;

/**
 * An operator of ONNX that can be imported.
 *
 * @param type its name
 * @param since the first version of the operator set that has it
 * @param attributes the attributes that it may have, in any version
 * @param minInputs how many inputs it has at least
 * @param maxInputs how many inputs it has at most
 * @param limits what is not supported, for the documentation
 * @param rule makes its results
 */
record Operator(
    String type,
    long since,
    Set<String> attributes,
    int minInputs,
    int maxInputs,
    String limits,
    Rule rule) {
  /** Makes the results of a node. */
  @FunctionalInterface
  interface Rule {
    /** Reads operands and attributes of a node and sets its results. */
    void apply(OnnxNode node);
  }

  /** Stands for any number of inputs. */
  static final int MANY = Integer.MAX_VALUE;

  static Operator of(String type, int inputs, Rule rule) {
    return new Operator(type, 1, Set.of(), inputs, inputs, "", rule);
  }

  Operator inputs(int min, int max) {
    return new Operator(type, since, attributes, min, max, limits, rule);
  }

  Operator since(long version) {
    return new Operator(type, version, attributes, minInputs, maxInputs, limits, rule);
  }

  Operator attributes(String... names) {
    return new Operator(
        type, since, new TreeSet<>(Set.of(names)), minInputs, maxInputs, limits, rule);
  }

  Operator limits(String text) {
    return new Operator(type, since, attributes, minInputs, maxInputs, text, rule);
  }

  /**
   * Imports a node, once it is known to have the shape of this operator.
   *
   * @throws UnsupportedNodeException if it uses something that is not supported
   * @throws InvalidModelException if it is wrong
   */
  void apply(OnnxNode node) {
    if (node.inputCount() < minInputs || node.inputCount() > maxInputs) {
      throw node.invalid(
          "has "
              + node.inputCount()
              + " inputs, wanted "
              + minInputs
              + (maxInputs == minInputs
                  ? ""
                  : maxInputs == MANY ? " or more" : " to " + maxInputs));
    }
    rule.apply(node);
  }
}
