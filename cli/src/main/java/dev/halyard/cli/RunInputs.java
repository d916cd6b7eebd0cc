package dev.halyard.cli;

import dev.halyard.Dim;
import dev.halyard.Dims;
import dev.halyard.Graph;
import dev.halyard.InvalidGraphException;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import dev.halyard.Value;
import dev.halyard.Workload;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A tensor for every input of a graph, and the dimensions that follow from them.
 *
 * @param dims a value for every symbol
 * @param tensors by the input's name, in the graph's order
 */
record RunInputs(Dims dims, Map<String, Tensor> tensors) {
  /**
   * Completes the inputs that were given.
   *
   * @param graph the graph
   * @param given tensors by input
   * @param dims dimensions given beside them
   * @param seed what to fill missing inputs with; null if that is an error
   */
  static RunInputs of(
      Graph graph, Map<String, Tensor> given, Dims dims, @Nullable Long seed, TensorArena arena) {
    given.keySet().forEach(graph::input); // throws for one that there is not
    requireKnown(graph, dims);
    Dims all = inferDims(graph, given, dims);
    List<Value> missing =
        graph.inputs().stream().filter(input -> !given.containsKey(input.name())).toList();
    if (!missing.isEmpty() && seed == null) {
      throw new InvalidGraphException(missingMessage(graph, missing));
    }
    requireComplete(graph, all);
    RandomGenerator random = new Random(seed == null ? 0 : seed);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (Value input : graph.inputs()) {
      Tensor tensor = given.get(input.name());
      tensors.put(input.name(), tensor != null ? tensor : randomTensor(input, all, random, arena));
    }
    return new RunInputs(all, tensors);
  }

  /** {@return these inputs, to measure with} */
  Workload workload() {
    Workload workload = Workload.at(dims);
    for (Map.Entry<String, Tensor> input : tensors.entrySet()) {
      workload = workload.input(input.getKey(), input::getValue);
    }
    return workload;
  }

  static void requireKnown(Graph graph, Dims dims) {
    for (String name : dims.asMap().keySet()) {
      if (!graph.symbols().containsKey(name)) {
        throw new InvalidGraphException(
            "graph '"
                + graph.name()
                + "' has no dimension '"
                + name
                + "'; it has "
                + graph.symbols().keySet());
      }
    }
  }

  /** Adds the symbols that stand alone on an axis of a given tensor. */
  private static Dims inferDims(Graph graph, Map<String, Tensor> given, Dims dims) {
    Dims all = dims;
    for (Map.Entry<String, Tensor> entry : given.entrySet()) {
      Value input = graph.input(entry.getKey());
      long[] shape = entry.getValue().shape();
      requireSameType(graph, input, entry.getValue());
      for (int axis = 0; axis < shape.length; axis++) {
        Optional<String> symbol = symbol(input.shape().dim(axis), graph);
        if (symbol.isPresent()) {
          all = agree(all, symbol.get(), shape[axis], input);
        }
      }
    }
    return all;
  }

  private static void requireSameType(Graph graph, Value input, Tensor tensor) {
    if (tensor.dtype() != input.dtype() || tensor.shape().length != input.shape().rank()) {
      throw new InvalidGraphException(
          "graph '"
              + graph.name()
              + "': input '"
              + input.name()
              + "' wants "
              + type(input)
              + ", found "
              + tensor
              + "; convert the file");
    }
  }

  private static Optional<String> symbol(Dim dim, Graph graph) {
    String text = dim.toString();
    return graph.symbols().containsKey(text) ? Optional.of(text) : Optional.empty();
  }

  private static Dims agree(Dims dims, String symbol, long extent, Value input) {
    if (dims.has(symbol) && dims.get(symbol) != extent) {
      throw new InvalidGraphException(
          "dimension '"
              + symbol
              + "' is "
              + dims.get(symbol)
              + " elsewhere, and "
              + extent
              + " in input '"
              + input.name()
              + "' "
              + input.shape()
              + "; give tensors and --dim that agree");
    }
    return dims.and(symbol, extent);
  }

  private static String missingMessage(Graph graph, List<Value> missing) {
    List<String> lines = new ArrayList<>();
    lines.add("graph '" + graph.name() + "' wants " + missing.size() + " more input(s):");
    missing.forEach(input -> lines.add("  --input " + input.name() + "=FILE  " + type(input)));
    lines.add("FILE is .npy or an ONNX TensorProto .pb; or fill them with --random SEED");
    return String.join(System.lineSeparator(), lines);
  }

  private static String type(Value input) {
    return input.dtype() + input.shape().toString();
  }

  private static void requireComplete(Graph graph, Dims dims) {
    List<String> open = graph.symbols().keySet().stream().filter(name -> !dims.has(name)).toList();
    if (!open.isEmpty()) {
      throw new InvalidGraphException(
          "graph '"
              + graph.name()
              + "' leaves open "
              + open
              + "; give "
              + open.stream().map(name -> "--dim " + name + "=N").collect(Collectors.joining(" ")));
    }
  }

  /** Normally distributed, or 0 and 1 for integers, as {@link Workload} has them. */
  private static Tensor randomTensor(
      Value input, Dims dims, RandomGenerator random, TensorArena arena) {
    Tensor tensor = arena.allocate(input.dtype(), input.shape().resolve(dims).toArray());
    for (long i = 0; i < tensor.elements(); i++) {
      if (input.dtype().isFloat()) {
        tensor.setDouble(i, random.nextGaussian());
      } else {
        tensor.setLong(i, random.nextInt(2));
      }
    }
    return tensor;
  }
}
