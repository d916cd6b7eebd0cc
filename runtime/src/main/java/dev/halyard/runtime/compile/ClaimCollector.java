package dev.halyard.runtime.compile;

import dev.halyard.internal.Node;
import dev.halyard.spi.ClaimSink;
import dev.halyard.spi.Cost;
import dev.halyard.spi.NodeView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes down what a device offers, in the order of the offers. */
final class ClaimCollector implements ClaimSink {
  /** Nodes offered together. */
  record Offer(List<Node> nodes, Cost cost) {}

  private final String device;
  private final Map<NodeView, Node> originals;
  private final List<Offer> wholes = new ArrayList<>();
  private final Map<Node, Cost> fusables = new LinkedHashMap<>();
  private final Map<Node, String> refusals = new HashMap<>();
  private final List<String> notes = new ArrayList<>();

  /**
   * Makes the sink.
   *
   * @param device the id of the device, for notes
   * @param originals for each node offered, the node of the graph being lowered
   */
  ClaimCollector(String device, Map<NodeView, Node> originals) {
    this.device = device;
    this.originals = originals;
  }

  @Override
  public void whole(List<? extends NodeView> nodes, Cost cost) {
    if (nodes.isEmpty() || !nodes.stream().allMatch(this::isOffered)) {
      notes.add(
          device
              + ": a whole claim on "
              + names(nodes)
              + " is rejected, since "
              + (nodes.isEmpty() ? "it has no node" : "not all of them were offered"));
      return;
    }
    wholes.add(new Offer(nodes.stream().map(this::original).distinct().toList(), cost));
  }

  @Override
  public void fusable(NodeView node, Cost cost) {
    if (isOffered(node)) {
      fusables.putIfAbsent(original(node), cost);
    } else {
      notes.add(device + ": a claim on " + node.name() + " is rejected, since it was not offered");
    }
  }

  @Override
  public void refuse(NodeView node, String reason) {
    if (isOffered(node)) {
      refusals.putIfAbsent(original(node), reason);
    }
  }

  private boolean isOffered(NodeView node) {
    return originals.containsKey(node);
  }

  private Node original(NodeView node) {
    Node original = originals.get(node);
    if (original == null) {
      throw new IllegalStateException(node.name() + " was not offered to " + device);
    }
    return original;
  }

  static String names(List<? extends NodeView> nodes) {
    return nodes.stream().map(NodeView::name).toList().toString();
  }

  List<Offer> wholes() {
    return wholes;
  }

  Map<Node, Cost> fusables() {
    return fusables;
  }

  /** {@return why the device does not take a node that it did not claim} */
  String reason(Node node) {
    return refusals.getOrDefault(node, "not claimed, without a reason");
  }

  List<String> notes() {
    return notes;
  }
}
