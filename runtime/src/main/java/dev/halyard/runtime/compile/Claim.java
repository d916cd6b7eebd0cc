package dev.halyard.runtime.compile;

import dev.halyard.internal.Node;
import dev.halyard.spi.Cost;
import java.util.List;

/**
 * Nodes that a device takes.
 *
 * @param target the device
 * @param nodes the nodes, each after those it uses; a single one unless claimed whole
 * @param whole whether they were claimed as one unit
 * @param cost what it takes before they can run
 */
record Claim(Target target, List<Node> nodes, boolean whole, Cost cost) {}
