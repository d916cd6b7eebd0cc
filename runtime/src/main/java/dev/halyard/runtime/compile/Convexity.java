package dev.halyard.runtime.compile;

import dev.halyard.Graph;
import dev.halyard.Value;
import dev.halyard.internal.Node;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Keeps groups of nodes such that each can run in one go: were every group one node, the graph
 * would still have no cycle. A group that is alone has that property exactly if no path from one of
 * its nodes to another leaves it.
 */
final class Convexity {
  private final List<Node> nodes;
  private final int[] group;
  private int groups;

  Convexity(Graph graph) {
    nodes = Node.of(graph);
    group = new int[nodes.size()];
    Arrays.setAll(group, i -> i);
    groups = nodes.size();
  }

  /** {@return whether the nodes may become a group; they are one from then on if so} */
  boolean tryGroup(List<Node> chosen) {
    int[] before = group.clone();
    for (Node node : chosen) {
      group[node.id()] = groups;
    }
    if (isAcyclic(groups + 1)) {
      groups++;
      return true;
    }
    System.arraycopy(before, 0, group, 0, before.length);
    return false;
  }

  private boolean isAcyclic(int count) {
    List<Set<Integer>> successors = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      successors.add(new HashSet<>());
    }
    int[] predecessors = new int[count];
    for (Node node : nodes) {
      for (Value input : node.inputs()) {
        Kinds.producer(input)
            .map(producer -> group[producer.id()])
            .filter(from -> from != group[node.id()])
            .filter(from -> successors.get(from).add(group[node.id()]))
            .ifPresent(from -> predecessors[group[node.id()]]++);
      }
    }
    return visits(successors, predecessors) == count;
  }

  private static int visits(List<Set<Integer>> successors, int[] predecessors) {
    ArrayDeque<Integer> ready = new ArrayDeque<>();
    for (int i = 0; i < predecessors.length; i++) {
      if (predecessors[i] == 0) {
        ready.add(i);
      }
    }
    int visited = 0;
    while (!ready.isEmpty()) {
      visited++;
      for (int next : successors.get(ready.remove())) {
        if (--predecessors[next] == 0) {
          ready.add(next);
        }
      }
    }
    return visited;
  }
}
