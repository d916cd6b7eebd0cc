package dev.halyard.runtime.compile;

import dev.halyard.Graph;
import dev.halyard.internal.Node;
import dev.halyard.spi.ClaimContext;
import dev.halyard.spi.Cost;
import dev.halyard.spi.NodeView;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One round of claims on a graph: every target in turn is offered what those before it left.
 *
 * <p>Of the offers of one target, those of whole sets stand before those of single nodes, and
 * earlier ones before later ones.
 */
final class Claims {
  private final Graph graph;
  private final ClaimContext context;
  private final Convexity convexity;
  private final Map<Node, Claim> claims = new HashMap<>();
  private final Map<Node, List<String>> reasons = new HashMap<>();
  private final Set<String> notes = new LinkedHashSet<>();

  private Claims(Graph graph, ClaimContext context) {
    this.graph = graph;
    this.context = context;
    this.convexity = new Convexity(graph);
  }

  /** {@return the claims of the targets on a graph in canonical form} */
  static Claims of(Graph graph, List<Target> targets, ClaimContext context) {
    Claims round = new Claims(graph, context);
    targets.forEach(round::offer);
    return round;
  }

  private void offer(Target target) {
    List<Node> offered = new ArrayList<>();
    for (Node node : unclaimed()) {
      if (Kinds.level(node) <= target.level()) {
        offered.add(node);
      } else {
        addReason(
            node,
            target,
            "needs SPI level " + Kinds.level(node) + ", the plugin is of " + target.level());
      }
    }
    if (!offered.isEmpty()) {
      collect(target, offered);
    }
  }

  private void collect(Target target, List<Node> offered) {
    Map<NodeView, Node> originals = new HashMap<>();
    Graph shown = shown(offered, originals);
    ClaimCollector collector = new ClaimCollector(target.deviceId(), originals);
    target.driver().claim(shown, context, collector);
    notes.addAll(collector.notes());
    collector.wholes().forEach(offer -> acceptWhole(target, offer));
    collector.fusables().forEach((node, cost) -> acceptFusable(target, node, cost));
    offered.stream()
        .filter(node -> !claims.containsKey(node))
        .forEach(node -> addReason(node, target, collector.reason(node)));
  }

  /** A target that is not offered every node must not see the others, not even as producers. */
  private Graph shown(List<Node> offered, Map<NodeView, Node> originals) {
    if (offered.size() == graph.nodes().size()) {
      offered.forEach(node -> originals.put(node, node));
      return graph;
    }
    Subgraph part = Subgraph.of(graph.name(), graph, offered);
    part.nodes().forEach((original, copy) -> originals.put(copy, original));
    return part.graph();
  }

  private void acceptWhole(Target target, ClaimCollector.Offer offer) {
    List<Node> nodes = offer.nodes().stream().sorted(Comparator.comparingInt(Node::id)).toList();
    if (nodes.stream().anyMatch(claims::containsKey)) {
      return;
    }
    if (!convexity.tryGroup(nodes)) {
      notes.add(
          target.deviceId()
              + ": the whole claim on "
              + ClaimCollector.names(nodes)
              + " is rejected, since a path from one of them to another leaves the claim");
      return;
    }
    Claim claim = new Claim(target, nodes, true, offer.cost());
    nodes.forEach(node -> claims.put(node, claim));
  }

  private void acceptFusable(Target target, Node node, Cost cost) {
    claims.computeIfAbsent(node, n -> new Claim(target, List.of(n), false, cost));
  }

  private void addReason(Node node, Target target, String reason) {
    reasons.computeIfAbsent(node, n -> new ArrayList<>()).add(target.deviceId() + ": " + reason);
  }

  Graph graph() {
    return graph;
  }

  /** {@return the nodes that no target has taken, in order} */
  List<Node> unclaimed() {
    return Node.of(graph).stream().filter(node -> !claims.containsKey(node)).toList();
  }

  /** {@return the claims, in the order of their first nodes} */
  List<Claim> claims() {
    Set<Claim> distinct = new HashSet<>();
    return Node.of(graph).stream()
        .filter(claims::containsKey)
        .map(claims::get)
        .filter(distinct::add)
        .toList();
  }

  /** {@return why the targets before the one that has a node did not take it; empty if none was} */
  String reason(Node node) {
    return String.join("; ", reasons.getOrDefault(node, List.of()));
  }

  /** {@return which offers were rejected and why} */
  List<String> notes() {
    return List.copyOf(notes);
  }

  /** {@return the unclaimed nodes that have a body} */
  Set<Node> expandable() {
    return unclaimed().stream().filter(node -> node.body().isPresent()).collect(Collectors.toSet());
  }
}
