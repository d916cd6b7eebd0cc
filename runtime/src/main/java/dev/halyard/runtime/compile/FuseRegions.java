package dev.halyard.runtime.compile;

import dev.halyard.Graph;
import dev.halyard.Shape;
import dev.halyard.Value;
import dev.halyard.internal.Node;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Groups the nodes that a device claimed one by one into regions: an anchor with its elementwise
 * prologue (for reductions and windows) and epilogue, a chain of elementwise nodes of one shape, or
 * a single node; each with the broadcasts that only it uses.
 *
 * <p>A region of several nodes has one value that is read outside. Since every node of a region
 * leads to that value, a cycle of regions would be a cycle of nodes: regions can always be put in
 * order.
 */
final class FuseRegions {
  /** Keeps a region within what a code generator turns into one method of moderate size. */
  private static final int MAX_NODES = 64;

  private final Graph graph;
  private final Set<Value> outputs;
  private final Map<Node, Claim> fusable = new HashMap<>();
  private final Set<Node> grouped = new HashSet<>();
  private final List<RegionDraft> regions = new ArrayList<>();

  private FuseRegions(Graph graph) {
    this.graph = graph;
    this.outputs = Set.copyOf(graph.outputs());
  }

  /**
   * {@return the regions of a graph, in the order of their last nodes}
   *
   * @param graph the graph
   * @param claims a claim on every node
   * @param fusion whether nodes that were not claimed together may be grouped
   */
  static List<RegionDraft> of(Graph graph, List<Claim> claims, boolean fusion) {
    FuseRegions pass = new FuseRegions(graph);
    claims.forEach(pass::register);
    if (fusion) {
      pass.fuse();
    }
    pass.addSingles();
    return pass.regions.stream()
        .sorted(Comparator.comparingInt(region -> region.nodes().getLast().id()))
        .toList();
  }

  private void register(Claim claim) {
    if (claim.whole()) {
      regions.add(new RegionDraft(claim.target(), claim.nodes(), null, true));
      grouped.addAll(claim.nodes());
    } else {
      fusable.put(claim.nodes().getFirst(), claim);
    }
  }

  private void fuse() {
    List<Node> nodes = Node.of(graph);
    nodes.stream().filter(node -> isFree(node) && Kinds.isAnchor(node)).forEach(this::fuseAnchor);
    nodes.stream()
        .filter(node -> isFree(node) && Kinds.isElementwise(node))
        .forEach(this::fuseChain);
  }

  private void addSingles() {
    for (Node node : Node.of(graph)) {
      if (isFree(node)) {
        addRegion(Set.of(node), Kinds.isAnchor(node) ? node : null);
      }
    }
  }

  private boolean isFree(Node node) {
    return fusable.containsKey(node) && !grouped.contains(node);
  }

  private Target target(Node node) {
    Claim claim = fusable.get(node);
    if (claim == null) {
      throw new IllegalStateException(node.name() + " was claimed whole");
    }
    return claim.target();
  }

  private void fuseAnchor(Node anchor) {
    Set<Node> region = newSet(anchor);
    growForward(region, anchor);
    if (Kinds.isReduction(anchor)) {
      growBackward(region, anchor);
    }
    takeBroadcasts(region, anchor);
    addRegion(region, anchor);
  }

  private void fuseChain(Node first) {
    // An earlier chain may have taken the node in the meantime.
    if (grouped.contains(first)) {
      return;
    }
    Set<Node> region = newSet(first);
    growForward(region, first);
    for (Node node : List.copyOf(region)) {
      growBackward(region, node);
    }
    takeBroadcasts(region, null);
    addRegion(region, null);
  }

  private static Set<Node> newSet(Node node) {
    Set<Node> set = new HashSet<>();
    set.add(node);
    return set;
  }

  /**
   * Follows the result of a node through elementwise nodes of its shape, also where the ways part
   * and meet again, up to the last place where all of them have met.
   */
  private void growForward(Set<Node> region, Node from) {
    if (from.outputs().size() != 1) {
      return;
    }
    Set<Node> reached = newSet(from);
    Shape shape = from.output().shape();
    PriorityQueue<Node> next = new PriorityQueue<>(Comparator.comparingInt(Node::id));
    next.addAll(users(from));
    while (!next.isEmpty() && reached.size() < MAX_NODES) {
      Node node = next.remove();
      if (canJoin(node, from, shape) && reached.add(node)) {
        next.addAll(users(node));
        if (escapes(reached).equals(Set.of(node.output()))) {
          region.addAll(reached);
        }
      }
    }
  }

  private List<Node> users(Node node) {
    return graph.consumers(node.output()).stream().map(Node.class::cast).toList();
  }

  /** Takes in the elementwise nodes that lead to a node's operands and to nothing else. */
  private void growBackward(Set<Node> region, Node to) {
    for (Value operand : to.inputs()) {
      Optional<Node> producer = Kinds.producer(operand);
      if (producer.filter(node -> leadsOnlyTo(node, region, to, operand)).isPresent()) {
        region.add(producer.get());
        growBackward(region, producer.get());
      }
    }
  }

  private boolean leadsOnlyTo(Node node, Set<Node> region, Node to, Value operand) {
    return !region.contains(node) && canJoin(node, to, operand.shape()) && staysIn(operand, region);
  }

  private boolean canJoin(Node node, Node of, Shape shape) {
    return isFree(node)
        && Kinds.isElementwise(node)
        && node.output().shape().equals(shape)
        && target(node).equals(target(of));
  }

  private Set<Value> escapes(Set<Node> region) {
    return region.stream()
        .flatMap(node -> node.outputs().stream())
        .filter(v -> !staysIn(v, region))
        .collect(Collectors.toSet());
  }

  private boolean staysIn(Value value, Set<Node> region) {
    return !outputs.contains(value) && region.containsAll(graph.consumers(value));
  }

  private void takeBroadcasts(Set<Node> region, @Nullable Node anchor) {
    for (Node node : List.copyOf(region)) {
      for (Value operand : node.inputs()) {
        Kinds.producer(operand)
            .filter(producer -> isFree(producer) && Kinds.isBroadcast(producer))
            .filter(producer -> target(producer).equals(target(node)))
            .filter(producer -> staysIn(operand, region))
            .filter(producer -> node != anchor || anchorTakes(anchor, producer))
            .ifPresent(region::add);
      }
    }
  }

  /**
   * A matrix product takes in a broadcast over batches; within a matrix it wants stored operands.
   */
  private static boolean anchorTakes(Node anchor, Node broadcast) {
    if (Kinds.isReduction(anchor)) {
      return true;
    }
    Shape from = broadcast.inputs().getFirst().shape();
    Shape to = broadcast.output().shape();
    return anchor.op().equals("matmul/1")
        && from.rank() >= 2
        && from.dim(-1).equals(to.dim(-1))
        && from.dim(-2).equals(to.dim(-2));
  }

  private void addRegion(Set<Node> region, @Nullable Node anchor) {
    List<Node> nodes = region.stream().sorted(Comparator.comparingInt(Node::id)).toList();
    regions.add(new RegionDraft(target(nodes.getFirst()), nodes, anchor, false));
    grouped.addAll(region);
  }
}
