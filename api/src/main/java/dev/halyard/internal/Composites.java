package dev.halyard.internal;

import dev.halyard.Graph;
import dev.halyard.Value;
import java.util.ArrayList;
import java.util.List;

/** Turns a composite into the graph of its body. */
public final class Composites {
  private Composites() {}

  /** {@return the body of a composite for the operands of one call} */
  public static Graph expand(Op op, OpCall call, Op.Body body) {
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
