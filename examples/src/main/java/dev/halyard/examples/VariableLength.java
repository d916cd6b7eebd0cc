package dev.halyard.examples;

import static dev.halyard.DType.F32;
import static dev.halyard.Objective.LATENCY;

import dev.halyard.Device;
import dev.halyard.Dim;
import dev.halyard.Dims;
import dev.halyard.Graph;
import dev.halyard.Invocation;
import dev.halyard.Kernel;
import dev.halyard.Shape;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import dev.halyard.Workload;
import java.util.Arrays;

/**
 * Runs one graph at several lengths: a dimension with a name, tensors as long as the longest, and
 * an invocation that switches between them with nothing looked up or allocated per run.
 */
final class VariableLength {
  /** The lengths to run at. */
  private static final long[] LENGTHS = {2, 5};

  /** Prints the softmax of 2 and of 5 equal numbers: 0.5 twice and 0.2 five times. */
  static void main() {
    Dim n = Dim.symbol("n", 1, 1024);
    Graph softmax =
        Graph.of("softmax", g -> g.output("y", g.input("x", F32, Shape.of(n)).softmax(0)));
    Dims[] variants = Arrays.stream(LENGTHS).mapToObj(l -> Dims.of("n", l)).toArray(Dims[]::new);
    Dims longest = variants[variants.length - 1];
    Device device = Device.best(LATENCY, softmax, Workload.at(longest));
    try (Kernel kernel = device.compile(softmax);
        TensorArena arena = kernel.openArena()) {
      Tensor x = kernel.allocateInput(arena, "x", longest);
      Tensor y = kernel.allocateOutput(arena, "y", longest);
      try (Invocation run = kernel.bind().input("x", x).output("y", y).prepare(variants)) {
        for (int variant = 0; variant < LENGTHS.length; variant++) {
          run.execute(variant);
          float[] shares = Arrays.copyOf(y.toFloats(), (int) LENGTHS[variant]);
          IO.println("n = " + LENGTHS[variant] + ": " + Arrays.toString(shares));
        }
      }
    }
  }
}
