package dev.halyard.runtime.compile;

import dev.halyard.internal.Node;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Nodes of the lowered graph that run as one kernel.
 *
 * @param target the device
 * @param nodes the nodes, each after those it uses
 * @param anchor the node that gives the region its shape, if there is one
 * @param whole whether the device claimed them whole
 */
record RegionDraft(Target target, List<Node> nodes, @Nullable Node anchor, boolean whole) {}
