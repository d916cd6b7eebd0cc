package dev.halyard.runtime.compile;

import dev.halyard.Graph;
import dev.halyard.Value;
import dev.halyard.internal.Node;
import dev.halyard.spi.NodeView;
import dev.halyard.spi.Partition;
import dev.halyard.spi.Permission;
import dev.halyard.spi.Region;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What makes a partition of a graph: enough to make an equal one in another process, which has the
 * same graph.
 *
 * @param regions in the order in which they run
 * @param permissions the freedoms granted
 */
public record PartitionOutline(List<RegionOutline> regions, Set<Permission> permissions) {
  /**
   * A region, its nodes by their position in the graph.
   *
   * @param name its name
   * @param whole whether the device claimed it whole
   * @param nodes its nodes, each after those it uses
   * @param anchor the node that gives it its shape; -1 if none does
   */
  public record RegionOutline(String name, boolean whole, List<Integer> nodes, int anchor) {}

  /**
   * {@return the outline of a partition}
   *
   * @param partition the partition
   * @param order its graph's nodes in the order that positions count
   */
  public static PartitionOutline of(Partition partition, List<? extends NodeView> order) {
    Map<NodeView, Integer> positions = new HashMap<>();
    order.forEach(node -> positions.put(node, positions.size()));
    return new PartitionOutline(
        partition.regions().stream().map(region -> outline(region, positions)).toList(),
        Set.copyOf(partition.permissions()));
  }

  private static RegionOutline outline(Region region, Map<NodeView, Integer> positions) {
    return new RegionOutline(
        region.name(),
        region.whole(),
        region.nodes().stream().map(positions::get).toList(),
        region.anchor().map(positions::get).orElse(-1));
  }

  /**
   * {@return the partition}
   *
   * @param graph its graph
   * @param order the nodes of the graph in the order that positions count
   * @throws IndexOutOfBoundsException if a position is none of the order
   */
  public Partition on(Graph graph, List<Node> order) {
    return new GraphPartition(
        graph, regions.stream().map(region -> region(region, graph, order)).toList(), permissions);
  }

  private static FusedRegion region(RegionOutline outline, Graph graph, List<Node> order) {
    List<Node> nodes = outline.nodes.stream().map(order::get).toList();
    Set<NodeView> inside = new HashSet<>(nodes);
    @Nullable Node anchor = outline.anchor < 0 ? null : order.get(outline.anchor);
    return new FusedRegion(
        outline.name,
        nodes,
        anchor,
        outline.whole,
        inputs(nodes, inside),
        outputs(nodes, inside, graph));
  }

  private static List<Value> inputs(List<Node> nodes, Set<NodeView> inside) {
    return nodes.stream()
        .flatMap(node -> node.inputs().stream())
        .filter(value -> value.producer().filter(inside::contains).isEmpty())
        .distinct()
        .toList();
  }

  private static List<Value> outputs(List<Node> nodes, Set<NodeView> inside, Graph graph) {
    List<Value> results = graph.outputs();
    return nodes.stream()
        .flatMap(node -> node.outputs().stream())
        .filter(
            value ->
                results.contains(value)
                    || graph.consumers(value).stream().anyMatch(user -> !inside.contains(user)))
        .toList();
  }
}
