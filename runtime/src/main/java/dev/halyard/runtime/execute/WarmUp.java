package dev.halyard.runtime.execute;

import dev.halyard.Dims;
import dev.halyard.Invocation;
import dev.halyard.InvocationBuilder;
import dev.halyard.Kernel;
import dev.halyard.TensorArena;
import dev.halyard.Value;
import java.time.Duration;

/**
 * Runs a specialisation on zeros, so that what compiles lazily is compiled before the first real
 * run.
 */
final class WarmUp {
  private WarmUp() {}

  static void run(Kernel kernel, Dims dims, Duration budget) {
    try (TensorArena arena = kernel.openArena()) {
      InvocationBuilder builder = kernel.bind();
      for (Value input : kernel.graph().inputs()) {
        if (kernel.graph().states().contains(input)) {
          builder.state(input.name(), kernel.allocateInput(arena, input.name(), dims));
        } else {
          builder.input(input.name(), kernel.allocateInput(arena, input.name(), dims));
        }
      }
      for (String name : kernel.graph().outputNames()) {
        if (kernel.graph().states().stream().noneMatch(state -> state.name().equals(name))) {
          builder.discard(name);
        }
      }
      try (Invocation invocation = builder.prepare(dims)) {
        long deadline = System.nanoTime() + budget.toNanos();
        do {
          invocation.execute();
        } while (System.nanoTime() - deadline < 0);
      }
    }
  }
}
