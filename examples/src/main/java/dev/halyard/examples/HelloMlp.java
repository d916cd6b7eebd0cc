package dev.halyard.examples;

import static dev.halyard.DType.F32;
import static dev.halyard.Objective.LATENCY;

import dev.halyard.*;
import java.util.Arrays;

/** Computes the exclusive or of two bits with a network of two layers; README.md shows it. */
final class HelloMlp {
  /** Prints {@code [0.0, 1.0, 1.0, 0.0]}. */
  static void main() {
    Graph.Builder g = Graph.builder("xor");
    Value x = g.input("x", F32, 4, 2);
    Value w = g.constant(new float[] {1, 1, 1, 1}, 2, 2);
    Value h = x.matmul(w).add(g.constant(new float[] {0, -1})).relu();
    g.output("y", h.matmul(g.constant(new float[] {1, -2}, 2, 1)));
    Graph xor = g.build();

    try (Kernel kernel = Device.best(LATENCY, xor).compile(xor);
        TensorArena arena = kernel.openArena()) {
      Tensor bits = kernel.allocateInput(arena, "x").copyFrom(new float[] {0, 0, 0, 1, 1, 0, 1, 1});
      Tensor result = kernel.allocateOutput(arena, "y");
      try (Invocation run = kernel.bind().input("x", bits).output("y", result).prepare()) {
        run.execute(); // as often as you like: nothing is allocated, looked up or compiled
        IO.println(Arrays.toString(result.toFloats()));
      }
    }
  }
}
