package dev.halyard.runtime.compile;

import dev.halyard.Value;
import dev.halyard.internal.Node;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.TreeSet;

/**
 * Puts regions in an order in which each comes after those it uses, with few changes of device: it
 * stays with a device as long as that has a region that can run. Among those, and when it changes,
 * it takes the first in the order given.
 */
final class OrderRegions {
  private final List<RegionDraft> regions;
  private final Map<Node, Integer> regionOf = new HashMap<>();
  private final List<TreeSet<Integer>> users = new ArrayList<>();
  private final int[] waitsFor;

  private OrderRegions(List<RegionDraft> regions) {
    this.regions = regions;
    this.waitsFor = new int[regions.size()];
    for (int i = 0; i < regions.size(); i++) {
      users.add(new TreeSet<>());
      for (Node node : regions.get(i).nodes()) {
        regionOf.put(node, i);
      }
    }
    for (int i = 0; i < regions.size(); i++) {
      for (Node node : regions.get(i).nodes()) {
        for (Value input : node.inputs()) {
          addEdge(input, i);
        }
      }
    }
  }

  private void addEdge(Value value, int user) {
    Kinds.producer(value)
        .map(producer -> Objects.requireNonNull(regionOf.get(producer)))
        .filter(maker -> maker != user && users.get(maker).add(user))
        .ifPresent(maker -> waitsFor[user]++);
  }

  /** {@return the regions in an order in which they can run, with few changes of device} */
  static List<RegionDraft> of(List<RegionDraft> regions) {
    List<Target> starts = regions.stream().map(RegionDraft::target).distinct().toList();
    List<RegionDraft> best = List.of();
    int fewest = Integer.MAX_VALUE;
    for (Target start : starts) {
      List<RegionDraft> order = new OrderRegions(regions).order(start);
      if (changes(order) < fewest) {
        fewest = changes(order);
        best = order;
      }
    }
    return best;
  }

  private static int changes(List<RegionDraft> order) {
    int changes = 0;
    for (int i = 1; i < order.size(); i++) {
      changes += order.get(i).target().equals(order.get(i - 1).target()) ? 0 : 1;
    }
    return changes;
  }

  private List<RegionDraft> order(Target start) {
    Map<Target, NavigableSet<Integer>> ready = new HashMap<>();
    for (int i = 0; i < waitsFor.length; i++) {
      if (waitsFor[i] == 0) {
        addReady(ready, i);
      }
    }
    List<RegionDraft> order = new ArrayList<>();
    Target current = start;
    while (!ready.isEmpty()) {
      NavigableSet<Integer> mine = ready.get(current);
      if (mine == null) {
        current = regions.get(first(ready)).target();
        continue;
      }
      int next = Objects.requireNonNull(mine.pollFirst());
      if (mine.isEmpty()) {
        ready.remove(current);
      }
      order.add(regions.get(next));
      for (int user : users.get(next)) {
        if (--waitsFor[user] == 0) {
          addReady(ready, user);
        }
      }
    }
    if (order.size() < regions.size()) {
      throw new IllegalStateException("regions depend on each other in a circle: " + regions);
    }
    return order;
  }

  private void addReady(Map<Target, NavigableSet<Integer>> ready, int region) {
    ready.computeIfAbsent(regions.get(region).target(), t -> new TreeSet<>()).add(region);
  }

  private static int first(Map<Target, NavigableSet<Integer>> ready) {
    return ready.values().stream().mapToInt(NavigableSet::first).min().orElseThrow();
  }
}
