package dev.halyard.runtime.compile;

import dev.halyard.Graph;
import dev.halyard.Value;
import dev.halyard.internal.Node;
import dev.halyard.spi.Permission;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** Makes a partition of each run of regions that one device has in the order of execution. */
final class Partitions {
  private final Graph graph;
  private final Set<Permission> permissions;

  private Partitions(Graph graph, Set<Permission> permissions) {
    this.graph = graph;
    this.permissions = permissions;
  }

  /**
   * {@return the partitions in the order in which they run}
   *
   * @param graph the lowered graph
   * @param regions its regions in the order in which they run
   * @param permissions the freedoms granted
   */
  static List<Placed> of(Graph graph, List<RegionDraft> regions, Set<Permission> permissions) {
    Partitions pass = new Partitions(graph, permissions);
    List<Placed> placed = new ArrayList<>();
    List<RegionDraft> run = new ArrayList<>();
    for (RegionDraft region : regions) {
      if (!run.isEmpty() && !run.getFirst().target().equals(region.target())) {
        placed.add(pass.place(run, placed.size()));
        run.clear();
      }
      run.add(region);
    }
    placed.add(pass.place(run, placed.size()));
    return List.copyOf(placed);
  }

  private Placed place(List<RegionDraft> run, int index) {
    String name = graph.name() + "." + index;
    List<Node> nodes = run.stream().flatMap(region -> region.nodes().stream()).toList();
    Subgraph part = Subgraph.of(name, graph, nodes);
    List<FusedRegion> regions = new ArrayList<>();
    for (RegionDraft draft : run) {
      regions.add(region(draft, "r" + regions.size(), part));
    }
    Target target = run.getFirst().target();
    return new Placed(
        target,
        new GraphPartition(part.graph(), regions, permissions),
        part.inputs(),
        part.outputs());
  }

  private FusedRegion region(RegionDraft draft, String name, Subgraph part) {
    Set<Node> inside = new HashSet<>();
    inside.addAll(draft.nodes());
    List<Value> inputs =
        draft.nodes().stream()
            .flatMap(node -> node.inputs().stream())
            .filter(v -> Kinds.producer(v).filter(inside::contains).isEmpty())
            .distinct()
            .toList();
    List<Value> outputs =
        draft.nodes().stream()
            .flatMap(node -> node.outputs().stream())
            .filter(v -> part.outputs().contains(v) || isReadOutside(v, inside))
            .toList();
    Node anchor = draft.anchor();
    return new FusedRegion(
        name + "_" + (anchor == null ? draft.nodes().getLast() : anchor).name(),
        draft.nodes().stream().map(node -> copy(node, part)).toList(),
        anchor == null ? null : copy(anchor, part),
        draft.whole(),
        inputs.stream().map(v -> copy(v, part)).toList(),
        outputs.stream().map(v -> copy(v, part)).toList());
  }

  private boolean isReadOutside(Value value, Set<Node> inside) {
    return graph.consumers(value).stream().anyMatch(user -> !inside.contains(user));
  }

  private static Node copy(Node node, Subgraph part) {
    return Objects.requireNonNull(part.nodes().get(node));
  }

  private static Value copy(Value value, Subgraph part) {
    return Objects.requireNonNull(part.values().get(value));
  }
}
