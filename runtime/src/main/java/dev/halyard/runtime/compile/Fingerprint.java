package dev.halyard.runtime.compile;

import dev.halyard.Graph;
import dev.halyard.Value;
import dev.halyard.internal.Node;
import dev.halyard.spi.Permission;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The key under which what a partition compiles to is kept. */
final class Fingerprint {
  private Fingerprint() {}

  /** {@return the SHA-256 of the canonical bytes, the regions and the permissions, in hex} */
  static String of(Graph graph, List<FusedRegion> regions, Set<Permission> permissions) {
    MessageDigest digest = sha256();
    digest.update(graph.canonicalBytes());
    digest.update(structure(graph, regions).getBytes(StandardCharsets.UTF_8));
    String granted =
        permissions.stream().map(Permission::name).sorted().collect(Collectors.joining(","));
    digest.update(granted.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static String structure(Graph graph, List<FusedRegion> regions) {
    Map<Node, Integer> numbers = numbers(graph);
    return regions.stream()
        .map(region -> region.whole() + "" + region.nodes().stream().map(numbers::get).toList())
        .collect(Collectors.joining(";"));
  }

  /**
   * Nodes are numbered by a walk from the outputs, since the order of building is no part of the
   * canonical bytes.
   */
  private static Map<Node, Integer> numbers(Graph graph) {
    Map<Node, Integer> numbers = new HashMap<>();
    List<Value> pending = new ArrayList<>(graph.outputs().reversed());
    while (!pending.isEmpty()) {
      Kinds.producer(pending.removeLast())
          .filter(node -> numbers.putIfAbsent(node, numbers.size()) == null)
          .ifPresent(node -> pending.addAll(node.inputs().reversed()));
    }
    return numbers;
  }
}
