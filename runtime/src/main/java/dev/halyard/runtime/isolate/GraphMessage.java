package dev.halyard.runtime.isolate;

import dev.halyard.Graph;
import dev.halyard.Value;
import dev.halyard.internal.ConstantDigests;
import dev.halyard.internal.GraphCodec;
import dev.halyard.internal.Node;
import dev.halyard.spi.GraphView;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A graph on its way to the other process: its canonical bytes, the names and order of its nodes,
 * and its constants in a file of shared memory, each content once.
 */
final class GraphMessage {
  private static final long ALIGNMENT = 64;

  private GraphMessage() {}

  /**
   * A graph as it arrived.
   *
   * @param graph the graph
   * @param order its nodes in the order in which the other side counts them
   */
  record Received(Graph graph, List<Node> order) {}

  /**
   * A graph that was written, until the other side has read it.
   *
   * @param order the nodes that were written, in order
   */
  record Sent(List<Node> order, SharedFolder folder, String file, Arena arena)
      implements AutoCloseable {
    @Override
    public void close() {
      arena.close();
      if (!file.isEmpty()) {
        folder.discard(file);
      }
    }
  }

  /** Writes a graph; its constants stay until what is returned is closed. */
  static Sent write(GraphView view, SharedFolder folder, MessageWriter out) {
    Graph graph = (Graph) view;
    List<Node> canonical = GraphCodec.order(graph);
    Map<Node, Integer> positions = new HashMap<>();
    canonical.forEach(node -> positions.put(node, positions.size()));
    List<Node> order = Node.of(graph).stream().filter(positions::containsKey).toList();
    out.text(graph.name()).bytes(graph.canonicalBytes());
    out.each(
        order,
        (to, node) -> to.text(node.name()).count(Objects.requireNonNull(positions.get(node))));
    Map<String, MemorySegment> constants = new LinkedHashMap<>();
    collect(graph, constants);
    Arena arena = Arena.ofShared();
    return new Sent(order, folder, writeConstants(constants, folder, arena, out), arena);
  }

  private static void collect(Graph graph, Map<String, MemorySegment> constants) {
    for (Node node : Node.of(graph)) {
      for (Value operand : node.inputs()) {
        operand
            .constantTensor()
            .ifPresent(tensor -> constants.put(ConstantDigests.of(tensor), tensor.segment()));
      }
      if (hasOwnBody(node)) {
        node.body().ifPresent(body -> collect(body, constants));
      }
    }
    for (Value output : graph.outputs()) {
      output
          .constantTensor()
          .ifPresent(tensor -> constants.put(ConstantDigests.of(tensor), tensor.segment()));
    }
  }

  /** Bodies of the runtime's own composites are not sent: the other side has them. */
  private static boolean hasOwnBody(Node node) {
    return node.body().isPresent() && !node.op().startsWith("halyard.");
  }

  private static String writeConstants(
      Map<String, MemorySegment> constants, SharedFolder folder, Arena arena, MessageWriter out) {
    long[] size = {0};
    out.count(constants.size());
    constants.forEach(
        (digest, content) -> {
          out.text(digest).number(size[0]).number(content.byteSize());
          size[0] += (content.byteSize() + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        });
    if (size[0] == 0) {
      out.text("").number(0);
      return "";
    }
    SharedFolder.Shared shared = folder.allocate(size[0], arena);
    long at = 0;
    for (MemorySegment content : constants.values()) {
      MemorySegment.copy(content, 0, shared.memory(), at, content.byteSize());
      at += (content.byteSize() + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }
    out.text(shared.file()).number(size[0]);
    return shared.file();
  }

  /**
   * Reads a graph. Its constants are copied: they live as long as the plugin keeps the graph.
   *
   * @throws IOException if the constants cannot be mapped
   */
  static Received read(MessageReader in, Path folder) throws IOException {
    String name = in.text();
    byte[] canonical = in.bytes();
    List<Position> positions = in.each(Position::read);
    List<Constant> constants = in.each(Constant::read);
    String file = in.text();
    long bytes = in.number();
    try (Arena arena = Arena.ofShared()) {
      MemorySegment all =
          file.isEmpty()
              ? MemorySegment.NULL
              : SharedFolder.map(SharedFolder.file(folder, file), bytes, arena);
      Map<String, MemorySegment> contents = new HashMap<>();
      constants.forEach(c -> contents.put(c.digest, all.asSlice(c.offset, c.bytes)));
      Graph graph = Graph.fromCanonicalBytes(canonical, contents::get);
      return renamed(name, graph, positions);
    }
  }

  private record Position(String name, int canonical) {
    static Position read(MessageReader in) {
      String name = in.text();
      return new Position(name, in.count());
    }
  }

  private record Constant(String digest, long offset, long bytes) {
    static Constant read(MessageReader in) {
      String digest = in.text();
      long offset = in.number();
      return new Constant(digest, offset, in.number());
    }
  }

  /** The canonical form has no names and an order of its own. */
  private static Received renamed(String name, Graph canonical, List<Position> positions) {
    List<Node> nodes = Node.of(canonical);
    Graph.Builder builder = Graph.builder(name);
    Map<Value, Value> values = new HashMap<>();
    int states = canonical.inputs().size() - canonical.states().size();
    for (Value port : canonical.inputs().subList(0, states)) {
      values.put(port, builder.input(port.name(), port.dtype(), port.shape()));
    }
    for (Value port : canonical.states()) {
      values.put(port, builder.state(port.name(), port.dtype(), port.shape()));
    }
    for (Position position : positions) {
      copy(nodes.get(position.canonical), position.name, builder, values);
    }
    List<String> ports = canonical.outputNames();
    for (int i = 0; i < ports.size(); i++) {
      Value value = value(canonical.outputs().get(i), builder, values);
      if (i < ports.size() - canonical.states().size()) {
        builder.output(ports.get(i), value);
      } else {
        builder.update(Objects.requireNonNull(values.get(canonical.input(ports.get(i)))), value);
      }
    }
    Graph graph = builder.build();
    return new Received(graph, Node.of(graph));
  }

  private static void copy(
      Node node, String name, Graph.Builder builder, Map<Value, Value> values) {
    List<Value> operands = new ArrayList<>();
    for (Value operand : node.inputs()) {
      operands.add(value(operand, builder, values));
    }
    Value[] given = operands.toArray(Value[]::new);
    List<Value> results =
        hasOwnBody(node)
            ? builder.namedComposite(
                name, node.op(), node.attributes(), node.body().orElseThrow(), given)
            : builder.named(name, node.op(), node.attributes(), given);
    for (int i = 0; i < results.size(); i++) {
      values.put(node.outputs().get(i), results.get(i));
    }
  }

  private static Value value(Value original, Graph.Builder builder, Map<Value, Value> values) {
    return values.computeIfAbsent(
        original, value -> builder.constant(value.constantTensor().orElseThrow()));
  }
}
