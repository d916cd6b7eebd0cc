package dev.halyard.opencl.code;

import dev.halyard.DType;
import dev.halyard.spi.ClaimSink;
import dev.halyard.spi.Cost;
import dev.halyard.spi.NodeView;
import dev.halyard.spi.ValueView;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Which nodes a device computes: every primitive, and composites that gain from a kernel of theirs.
 */
public final class Claims {
  private static final Set<String> SOFTMAX = Set.of("halyard.softmax/1", "halyard.log_softmax/1");
  private static final Set<String> NORMS = Set.of("halyard.layer_norm/1", "halyard.rms_norm/1");
  private static final Set<String> QUANTIZED = Set.of("halyard.qmatmul/1", "halyard.qconv/1");

  /** Defined in F64, of whatever type the operands are. */
  private static final Set<String> IN_F64 = Set.of("quantize/1", "dequantize/1");

  private Claims() {}

  /**
   * Claims a node, or refuses it.
   *
   * @param node a node of the graph offered
   * @param device what is to run it
   * @param sink receives the claim
   */
  public static void claim(NodeView node, DeviceModel device, ClaimSink sink) {
    if (!device.fp64() && needsF64(node)) {
      sink.refuse(node, "the device computes nothing in F64 (cl_khr_fp64), which this needs");
    } else if (node.body().isEmpty()) {
      sink.fusable(node, Cost.ready());
    } else if (isRows(node) || QUANTIZED.contains(node.op())) {
      sink.whole(List.of(node), Cost.ready());
    } else if (ElementwiseOps.isElementwise(node)) {
      sink.fusable(node, Cost.ready());
    } else {
      sink.refuse(node, "no kernel of its own for " + node.op() + "; expand it");
    }
  }

  private static boolean needsF64(NodeView node) {
    return IN_F64.contains(node.op())
        || QUANTIZED.contains(node.op())
        || Stream.concat(node.inputs().stream(), node.outputs().stream())
            .anyMatch(value -> value.dtype() == DType.F64)
        || node.body().stream().flatMap(body -> body.nodes().stream()).anyMatch(Claims::needsF64);
  }

  /** {@return whether a composite works on rows along the innermost axes, in floats} */
  private static boolean isRows(NodeView node) {
    ValueView x = node.inputs().getFirst();
    int rank = x.shape().rank();
    if (rank == 0 || node.inputs().stream().anyMatch(value -> !Types.isFloat(value.dtype()))) {
      return false;
    }
    return NORMS.contains(node.op())
        || (SOFTMAX.contains(node.op())
            && Math.floorMod(node.attributes().integer("axis"), (long) rank) == rank - 1);
  }
}
