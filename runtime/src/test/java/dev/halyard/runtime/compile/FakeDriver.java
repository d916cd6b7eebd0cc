package dev.halyard.runtime.compile;

import dev.halyard.spi.ClaimContext;
import dev.halyard.spi.ClaimSink;
import dev.halyard.spi.CompileContext;
import dev.halyard.spi.Cost;
import dev.halyard.spi.DeviceDriver;
import dev.halyard.spi.DeviceMemory;
import dev.halyard.spi.GraphView;
import dev.halyard.spi.MemoryKind;
import dev.halyard.spi.NodeView;
import dev.halyard.spi.Partition;
import dev.halyard.spi.Program;
import dev.halyard.spi.Stream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** A device that claims and does nothing else; it keeps the graphs that it was offered. */
final class FakeDriver implements DeviceDriver {
  /** What a driver does when it is asked for its claims. */
  @FunctionalInterface
  interface Behaviour {
    void claim(GraphView graph, ClaimSink sink);
  }

  private final Behaviour behaviour;
  private final List<GraphView> offered = new ArrayList<>();

  private FakeDriver(Behaviour behaviour) {
    this.behaviour = behaviour;
  }

  static Target target(String id, Behaviour behaviour) {
    return new Target(id, new FakeDriver(behaviour), 1);
  }

  /** {@return a device that takes some nodes one by one and refuses the others} */
  static Target fusing(String id, Predicate<NodeView> takes) {
    return target(
        id,
        (graph, sink) -> {
          for (NodeView node : graph.nodes()) {
            if (takes.test(node)) {
              sink.fusable(node, Cost.ready());
            } else {
              sink.refuse(node, "no " + node.op() + " here");
            }
          }
        });
  }

  /** {@return a device that takes every primitive and no composite} */
  static Target primitives(String id) {
    return fusing(id, node -> node.body().isEmpty());
  }

  static List<GraphView> offered(Target target) {
    return ((FakeDriver) target.driver()).offered;
  }

  @Override
  public void claim(GraphView graph, ClaimContext context, ClaimSink sink) {
    offered.add(graph);
    behaviour.claim(graph, sink);
  }

  @Override
  public List<MemoryKind> memoryKinds() {
    throw new UnsupportedOperationException("claims only");
  }

  @Override
  public DeviceMemory allocate(MemoryKind kind, long bytes) {
    throw new UnsupportedOperationException("claims only");
  }

  @Override
  public Program compile(Partition partition, CompileContext context) {
    throw new UnsupportedOperationException("claims only");
  }

  @Override
  public Stream openStream() {
    throw new UnsupportedOperationException("claims only");
  }

  @Override
  public void close() {}
}
