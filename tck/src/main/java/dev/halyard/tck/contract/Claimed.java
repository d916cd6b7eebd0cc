package dev.halyard.tck.contract;

import dev.halyard.spi.ClaimSink;
import dev.halyard.spi.Cost;
import dev.halyard.spi.GraphView;
import dev.halyard.spi.NodeView;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * Notes the claims on one graph offered, and what is wrong with them, and hands them on to the
 * runtime's sink. Kept after {@code claim()} has returned, to see whether more comes.
 */
final class Claimed implements ClaimSink {
  private final Set<NodeView> offered = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Set<NodeView> claimed = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Set<NodeView> fusable = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Set<NodeView> refused = Collections.newSetFromMap(new IdentityHashMap<>());
  private final List<String> lines = new ArrayList<>();
  private final List<String> breaches = new ArrayList<>();
  private final GraphView graph;
  private final ClaimSink runtime;
  private final Thread caller = Thread.currentThread();
  private boolean over;

  Claimed(GraphView graph, ClaimSink runtime) {
    this.graph = graph;
    this.runtime = runtime;
    offered.addAll(graph.nodes());
  }

  /** From here on every claim is a breach. */
  synchronized void end() {
    over = true;
  }

  /** {@return the nodes of an operation that were offered} */
  List<? extends NodeView> offered(String op) {
    return graph.nodes().stream().filter(node -> node.op().equals(op)).toList();
  }

  synchronized boolean has(NodeView node) {
    return claimed.contains(node);
  }

  /** {@return what was called, a line each} */
  synchronized List<String> lines() {
    return List.copyOf(lines);
  }

  synchronized List<String> breaches() {
    return List.copyOf(breaches);
  }

  /** {@return the nodes that were refused, and claimed one by one all the same} */
  synchronized List<String> contradictions() {
    return refused.stream().filter(fusable::contains).map(NodeView::toString).sorted().toList();
  }

  /** {@return whether a call is to be handed on} */
  private boolean accept(List<? extends NodeView> nodes, String line) {
    lines.add(line);
    int before = breaches.size();
    if (over) {
      breaches.add("a call after claim() had returned: " + line);
    } else if (!Thread.currentThread().equals(caller)) {
      breaches.add("a call on another thread than that of claim(): " + line);
    }
    for (NodeView node : nodes) {
      if (!offered.contains(node)) {
        breaches.add("a claim on node " + node.name() + ", which was not offered");
      }
    }
    return breaches.size() == before;
  }

  @Override
  public synchronized void whole(List<? extends NodeView> nodes, Cost cost) {
    String line = "whole " + nodes.stream().map(NodeView::name).toList();
    if (nodes.isEmpty()) {
      breaches.add("a whole claim on no nodes");
    }
    if (!Convex.isConvex(graph, nodes)) {
      breaches.add("a whole claim that is not convex: " + line);
    }
    if (accept(nodes, line)) {
      claimed.addAll(nodes);
      runtime.whole(nodes, cost);
    }
  }

  @Override
  public synchronized void fusable(NodeView node, Cost cost) {
    if (accept(List.of(node), "fusable " + node.name())) {
      claimed.add(node);
      fusable.add(node);
      runtime.fusable(node, cost);
    }
  }

  @Override
  public synchronized void refuse(NodeView node, String reason) {
    if (reason.isBlank()) {
      breaches.add("node " + node.name() + " is refused without a reason");
    }
    if (accept(List.of(node), "refuse " + node.name())) {
      refused.add(node);
      runtime.refuse(node, reason);
    }
  }
}
