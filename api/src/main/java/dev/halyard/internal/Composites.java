package dev.halyard.internal;

import dev.halyard.Graph;
import dev.halyard.InvalidGraphException;
import dev.halyard.Value;
import java.util.ArrayList;
import java.util.List;

/** Turns a composite into the graph of its body. */
public final class Composites {
  private Composites() {}

  /**
   * {@return the body of a composite for the operands of one call}
   *
   * @throws InvalidGraphException if the operands do not fit; it names the node of the call, also
   *     where a node of the body found the fault
   */
  public static Graph expand(OpCall call, Op.Body body) {
    try {
      return build(call, body);
    } catch (InvalidGraphException e) {
      if (call.isError(e)) {
        throw e;
      }
      throw call.error("within its body: " + e.getMessage(), e);
    }
  }

  private static Graph build(OpCall call, Op.Body body) {
    return Graph.of(
        call.node(),
        g -> {
          List<Value> operands = new ArrayList<>();
          for (ValueType type : call.operands()) {
            operands.add(g.input("in" + operands.size(), type.dtype(), type.shape()));
          }
          List<Value> results = body.build(call, g, operands);
          for (int i = 0; i < results.size(); i++) {
            g.output("out" + i, results.get(i));
          }
        });
  }
}
