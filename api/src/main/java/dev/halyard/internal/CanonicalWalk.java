package dev.halyard.internal;

import dev.halyard.DType;
import dev.halyard.Graph;
import dev.halyard.Shape;
import dev.halyard.Tensor;
import dev.halyard.Value;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a depth-first walk from the outputs of a graph meets, and the numbers of the values. */
final class CanonicalWalk {
  /** A constant by what it holds, so that equal ones are written once. */
  record Content(DType dtype, Shape shape, String sha256) {
    static Content of(Tensor tensor) {
      return new Content(tensor.dtype(), Shape.of(tensor.shape()), ConstantDigests.of(tensor));
    }
  }

  private final Map<Value, Content> contents = new HashMap<>();
  private final Map<Content, Integer> constants = new LinkedHashMap<>();
  private final Map<Node, Integer> nextOperand = new HashMap<>();
  private final List<Node> nodes = new ArrayList<>();
  private final Map<Value, Integer> numbers = new HashMap<>();

  CanonicalWalk(Graph graph) {
    graph.outputs().forEach(this::visit);
    int ports = graph.inputs().size();
    graph.inputs().forEach(port -> numbers.put(port, numbers.size()));
    contents.forEach(
        (value, content) -> numbers.put(value, ports + require(constants.get(content), content)));
    int next = ports + constants.size();
    for (Node node : nodes) {
      for (Value result : node.outputs()) {
        numbers.put(result, next++);
      }
    }
  }

  /** {@return the constants, each content once, in the order of the walk} */
  List<Content> constants() {
    return List.copyOf(constants.keySet());
  }

  /** {@return the nodes, each after those whose results it uses} */
  List<Node> nodes() {
    return nodes;
  }

  /** {@return the number of a value that the walk met} */
  int number(Value value) {
    return require(numbers.get(value), value);
  }

  private static int require(@Nullable Integer number, Object of) {
    return Objects.requireNonNull(number, () -> of + " was not met by the walk");
  }

  /** Keeps the path itself, since a chain of nodes may be longer than a thread's stack. */
  private void visit(Value output) {
    Deque<Node> path = new ArrayDeque<>();
    enter(output, path);
    while (!path.isEmpty()) {
      Node node = path.getLast();
      int operand = nextOperand.merge(node, 1, Integer::sum) - 1;
      if (operand < node.inputs().size()) {
        enter(node.inputs().get(operand), path);
      } else {
        nodes.add(node);
        path.removeLast();
      }
    }
  }

  private void enter(Value value, Deque<Node> path) {
    value
        .constantTensor()
        .ifPresent(
            tensor -> {
              Content content = contents.computeIfAbsent(value, v -> Content.of(tensor));
              constants.putIfAbsent(content, constants.size());
            });
    value
        .producer()
        .map(Node.class::cast)
        .filter(node -> nextOperand.putIfAbsent(node, 0) == null)
        .ifPresent(path::addLast);
  }
}
