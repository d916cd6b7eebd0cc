package dev.halyard.cpu;

import dev.halyard.DType;
import dev.halyard.spi.ClaimSink;
import dev.halyard.spi.Cost;
import dev.halyard.spi.NodeView;
import java.util.List;
import java.util.Set;

/**
 * Which nodes the CPU computes: every primitive, and composites that gain from a loop of theirs.
 */
final class Claims {
  private static final Set<String> ROWS =
      Set.of(
          "halyard.softmax/1",
          "halyard.log_softmax/1",
          "halyard.layer_norm/1",
          "halyard.rms_norm/1");

  private Claims() {}

  static void claim(NodeView node, ClaimSink sink) {
    if (node.body().isEmpty()) {
      sink.fusable(node, Cost.ready());
    } else if (isRows(node)) {
      sink.whole(List.of(node), Cost.ready());
    } else if (ElementwiseOps.isElementwise(node)) {
      sink.fusable(node, Cost.ready());
    } else {
      sink.refuse(node, "the CPU has no kernel of its own for " + node.op() + "; expand it");
    }
  }

  /** {@return whether a composite works on rows along the innermost axes, in floats} */
  private static boolean isRows(NodeView node) {
    if (!ROWS.contains(node.op()) || Kind.of(node.inputs().getFirst().dtype()) != Kind.F32) {
      return false;
    }
    int rank = node.inputs().getFirst().shape().rank();
    boolean rows =
        node.op().endsWith("norm/1") || Math.floorMod(axis(node), Math.max(rank, 1)) == rank - 1;
    DType dtype = node.inputs().getFirst().dtype();
    return rank > 0 && rows && node.inputs().stream().allMatch(v -> v.dtype() == dtype);
  }

  /** {@return the axis of a node as it is written} */
  private static long axis(NodeView node) {
    return node.attributes().integer("axis");
  }
}
