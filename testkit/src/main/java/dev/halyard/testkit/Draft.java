package dev.halyard.testkit;

import dev.halyard.DType;
import dev.halyard.Graph;
import dev.halyard.Shape;
import dev.halyard.Tensor;
import dev.halyard.Value;
import dev.halyard.spi.Attributes;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** A random graph in the making: its builder, its inputs so far, and draws of shapes. */
final class Draft {
  private static final int MAX_ELEMENTS = 4096;

  final SplittableRandom random;
  final Graph.Builder graph;
  final DType dtype;
  private final Map<String, Tensor> inputs = new LinkedHashMap<>();
  private final Samples.Flavour flavour;
  private int outputs;

  Draft(String name, DType dtype, Samples.Flavour flavour, SplittableRandom random) {
    this.graph = Graph.builder(name);
    this.dtype = dtype;
    this.flavour = flavour;
    this.random = random;
  }

  boolean chance(double probability) {
    return random.nextDouble() < probability;
  }

  /** {@return a number from 0 to below a limit} */
  int below(int limit) {
    return random.nextInt(limit);
  }

  /** {@return a number from a lower to an upper one, both included} */
  int between(int low, int high) {
    return random.nextInt(low, high + 1);
  }

  <T> T oneOf(List<T> choices) {
    return choices.get(below(choices.size()));
  }

  /** {@return a shape; now and then an extent is 0, often one is 1, sometimes the last is long} */
  long[] shape(int minRank, int maxRank) {
    long[] shape = new long[between(minRank, maxRank)];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = extent();
    }
    if (shape.length > 0 && shape.length <= 3 && chance(0.3)) {
      shape[shape.length - 1] = between(6, 70);
    }
    return Shape.elements(shape) <= MAX_ELEMENTS ? shape : shape(minRank, maxRank);
  }

  long extent() {
    double draw = random.nextDouble();
    return draw < 0.03 ? 0 : draw < 0.2 ? 1 : between(2, 5);
  }

  /** {@return an extent that is not 0} */
  long someExtent() {
    return Math.max(1, extent());
  }

  long[] fill(int length, int low, int high) {
    long[] values = new long[length];
    Arrays.setAll(values, i -> between(low, high));
    return values;
  }

  /** {@return an axis of a rank, sometimes counted from the innermost} */
  long axis(int rank) {
    int axis = below(rank);
    return chance(0.4) ? axis - rank : axis;
  }

  /** {@return some distinct axes in any order, some counted from the innermost} */
  long[] axes(int rank) {
    List<Integer> all = new java.util.ArrayList<>();
    for (int i = 0; i < rank; i++) {
      if (chance(0.5)) {
        all.add(below(all.size() + 1), i);
      }
    }
    return all.stream().mapToLong(axis -> chance(0.3) ? axis - rank : axis).toArray();
  }

  /** {@return an input, or sometimes a constant, of random values} */
  Value value(DType type, long... shape) {
    return value(Samples.tensor(random, flavour, type, shape));
  }

  /** {@return an input, or sometimes a constant, of random values of a flavour} */
  Value value(Samples.Flavour values, DType type, long... shape) {
    return value(Samples.tensor(random, values, type, shape));
  }

  /** {@return an input, or sometimes a constant, of given values} */
  Value value(Tensor tensor) {
    return chance(0.15) ? graph.constant(tensor) : input(tensor);
  }

  /** {@return an input of given values} */
  Value input(Tensor tensor) {
    String name = "x" + inputs.size();
    inputs.put(name, tensor);
    return graph.input(name, tensor.dtype(), tensor.shape());
  }

  /** {@return a state of random values} */
  Value state(DType type, long... shape) {
    String name = "state" + inputs.size();
    inputs.put(name, Samples.tensor(random, flavour, type, shape));
    return graph.state(name, type, Shape.of(shape));
  }

  /** {@return a value of a shape that is broadcast to another one, or has it} */
  Value broadcastValue(DType type, long... to) {
    if (chance(0.5)) {
      return value(type, to);
    }
    long[] from = Arrays.copyOfRange(to, between(0, to.length), to.length);
    for (int i = 0; i < from.length; i++) {
      if (chance(0.4)) {
        from[i] = 1;
      }
    }
    return value(type, from).broadcast(Shape.of(to));
  }

  /** {@return integers from a lower to an upper bound, both included} */
  Value integers(DType type, long low, long high, long... shape) {
    Tensor tensor = Samples.tensor(random, Samples.Flavour.ORDINARY, type, shape);
    for (long i = 0; i < tensor.elements(); i++) {
      tensor.setLong(i, random.nextLong(low, high + 1));
    }
    return value(tensor);
  }

  /** Applies an operation and declares its results as outputs. */
  void finish(String op, Attributes attributes, Value... operands) {
    graph.op(op, attributes, operands).forEach(this::output);
  }

  void output(Value value) {
    graph.output("y" + outputs++, value);
  }

  Case build(String name) {
    return new Case(name, graph.build(), Map.copyOf(inputs));
  }
}
