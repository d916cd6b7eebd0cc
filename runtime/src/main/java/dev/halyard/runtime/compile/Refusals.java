package dev.halyard.runtime.compile;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Nodes that no device takes, by reason: most nodes of a large graph are refused for the same few.
 */
final class Refusals {
  /** Nodes that are named for each reason. */
  private static final int NAMED = 3;

  private final Map<String, List<String>> nodes = new LinkedHashMap<>();

  /**
   * Adds a node.
   *
   * @param node as its graph prints it
   * @param reason why it was refused
   */
  void add(String node, String reason) {
    nodes.computeIfAbsent(reason, _ -> new ArrayList<>()).add(node);
  }

  boolean isEmpty() {
    return nodes.isEmpty();
  }

  /** {@return a line for each of the first nodes of a reason, and one for the rest, each begun} */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    nodes.forEach(
        (reason, refused) -> {
          refused.stream()
              .limit(NAMED)
              .forEach(
                  node -> text.append("\n  ").append(node).append(" (").append(reason).append(')'));
          if (refused.size() > NAMED) {
            text.append("\n  and ")
                .append(refused.size() - NAMED)
                .append(" more for the same reason");
          }
        });
    return text.toString();
  }
}
