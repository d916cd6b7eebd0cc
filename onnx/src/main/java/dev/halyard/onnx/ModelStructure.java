package dev.halyard.onnx;

import dev.halyard.onnx.proto.GraphProto;
import dev.halyard.onnx.proto.NodeProto;
import dev.halyard.onnx.proto.TensorProto;
import dev.halyard.onnx.proto.ValueInfoProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SequencedSet;
import java.util.Set;

/** Checks that the names of a graph fit together, and puts its nodes in order. */
final class ModelStructure {
  private final String model;
  private final GraphProto graph;
  private final Set<String> sources = new HashSet<>();
  private final Map<String, Integer> producers = new HashMap<>();

  private ModelStructure(String model, GraphProto graph) {
    this.model = model;
    this.graph = graph;
  }

  /**
   * {@return the nodes, each after those it needs, otherwise in the order of the file}
   *
   * @throws InvalidModelException if a name is missing, defined twice or defined by itself
   */
  static List<NodeProto> ordered(String model, GraphProto graph) {
    ModelStructure structure = new ModelStructure(model, graph);
    structure.collectSources();
    structure.collectProducers();
    structure.requireOutputs();
    return structure.sort();
  }

  /** {@return how messages name a node} */
  static String describe(NodeProto node) {
    String kind = " (" + node.getOpType() + ")";
    if (!node.getName().isEmpty()) {
      return "node '" + node.getName() + "'" + kind;
    }
    return node.getOutputList().stream()
        .filter(output -> !output.isEmpty())
        .findFirst()
        .map(output -> "the node of value '" + output + "'" + kind)
        .orElse("a node with no name" + kind);
  }

  private void collectSources() {
    Set<String> inputs = new HashSet<>();
    for (ValueInfoProto input : graph.getInputList()) {
      requireName(input.getName(), "an input");
      requireNew(inputs.add(input.getName()), "input", input.getName());
    }
    Set<String> initializers = new HashSet<>();
    for (TensorProto initializer : graph.getInitializerList()) {
      requireName(initializer.getName(), "an initializer");
      requireNew(initializers.add(initializer.getName()), "initializer", initializer.getName());
    }
    sources.addAll(inputs);
    sources.addAll(initializers);
  }

  private void collectProducers() {
    for (int i = 0; i < graph.getNodeCount(); i++) {
      for (String output : graph.getNode(i).getOutputList()) {
        if (output.isEmpty()) {
          continue;
        }
        if (sources.contains(output) || producers.putIfAbsent(output, i) != null) {
          throw error(
              describe(graph.getNode(i))
                  + " defines the value '"
                  + output
                  + "', which is already defined; every value has one definition");
        }
      }
    }
  }

  private void requireOutputs() {
    if (graph.getOutputCount() == 0) {
      throw error("the graph has no output, so there is nothing to compute");
    }
    Set<String> outputs = new HashSet<>();
    for (ValueInfoProto output : graph.getOutputList()) {
      requireName(output.getName(), "an output");
      requireNew(outputs.add(output.getName()), "output", output.getName());
      if (!sources.contains(output.getName()) && !producers.containsKey(output.getName())) {
        throw error("the output '" + output.getName() + "' is defined by no node");
      }
    }
  }

  /** Kahn's algorithm, taking the first node of the file that is ready. */
  private List<NodeProto> sort() {
    int count = graph.getNodeCount();
    int[] missing = new int[count];
    List<List<Integer>> users = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      users.add(new ArrayList<>());
    }
    PriorityQueue<Integer> ready = new PriorityQueue<>();
    for (int i = 0; i < count; i++) {
      for (int producer : producersOf(graph.getNode(i))) {
        users.get(producer).add(i);
        missing[i]++;
      }
      if (missing[i] == 0) {
        ready.add(i);
      }
    }
    List<NodeProto> order = new ArrayList<>();
    while (!ready.isEmpty()) {
      int next = ready.remove();
      order.add(graph.getNode(next));
      for (int user : users.get(next)) {
        if (--missing[user] == 0) {
          ready.add(user);
        }
      }
    }
    if (order.size() < count) {
      throw error("the graph is cyclic: " + cycle(missing) + "; a value cannot depend on itself");
    }
    return order;
  }

  private List<Integer> producersOf(NodeProto node) {
    List<Integer> found = new ArrayList<>();
    for (String input : node.getInputList()) {
      Integer producer = producers.get(input);
      if (producer != null) {
        found.add(producer);
      } else if (!input.isEmpty() && !sources.contains(input)) {
        throw error(
            describe(node)
                + " wants the value '"
                + input
                + "', which no input, initializer or node defines");
      }
    }
    return found;
  }

  /** {@return the nodes of one cycle among those that never became ready} */
  private String cycle(int[] missing) {
    int start = 0;
    while (missing[start] == 0) {
      start++;
    }
    SequencedSet<Integer> path = new LinkedHashSet<>();
    int at = start;
    while (path.add(at)) {
      at =
          producersOf(graph.getNode(at)).stream()
              .filter(producer -> missing[producer] > 0)
              .findFirst()
              .orElseThrow();
    }
    while (path.getFirst() != at) {
      path.removeFirst();
    }
    return path.stream()
        .limit(8)
        .map(i -> describe(graph.getNode(i)))
        .reduce((a, b) -> a + " needs " + b)
        .orElseThrow();
  }

  private void requireName(String name, String what) {
    if (name.isEmpty()) {
      throw error(what + " of the graph has no name");
    }
  }

  private void requireNew(boolean added, String what, String name) {
    if (!added) {
      throw error("the " + what + " '" + name + "' is declared twice");
    }
  }

  private InvalidModelException error(String found) {
    return new InvalidModelException(model + ": " + found + "; export the model again");
  }
}
