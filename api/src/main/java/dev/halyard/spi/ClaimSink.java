package dev.halyard.spi;

import java.util.List;

/**
 * Receives a device's claims on the nodes of a graph. {@code whole} beats {@code fusable}; among
 * equals the earlier offer stands. A node that is not mentioned is refused. Not for implementation.
 */
public interface ClaimSink {
  /**
   * Claims nodes as one unit that the device computes as it likes. The set must be convex: no path
   * from one of them to another may leave it. A set that is not is rejected and reported.
   *
   * @param nodes nodes of the graph offered
   * @param cost what it takes before they can run
   */
  void whole(List<? extends NodeView> nodes, Cost cost);

  /**
   * Claims a node and leaves it to the runtime to group it with its neighbours into a region.
   *
   * @param node a node of the graph offered
   * @param cost what it takes before it can run
   */
  void fusable(NodeView node, Cost cost);

  /**
   * Refuses a node.
   *
   * @param node a node of the graph offered
   * @param reason why, for the plan: what the device lacks
   */
  void refuse(NodeView node, String reason);
}
