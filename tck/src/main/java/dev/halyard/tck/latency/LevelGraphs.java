package dev.halyard.tck.latency;

import dev.halyard.DType;
import dev.halyard.Gelu;
import dev.halyard.Graph;
import dev.halyard.Value;
import dev.halyard.Window;
import dev.halyard.tck.check.ServiceLevels.Level;
import java.util.stream.LongStream;

/** The graph that each kernel class of levels.json means; docs/conformance.md has it in words. */
final class LevelGraphs {
  private LevelGraphs() {}

  static Graph of(Level level) {
    return Graph.of(level.kernelClass(), g -> g.output("out", body(g, level)));
  }

  private static Value body(Graph.Builder g, Level level) {
    DType dtype = level.dtype();
    long[] shape = level.shape().stream().mapToLong(extent -> extent).toArray();
    long[] batched =
        LongStream.concat(LongStream.of(level.batch()), LongStream.of(shape)).toArray();
    return switch (level.kernelClass()) {
      case "elementwise" -> g.input("x", dtype, batched).add(g.input("y", dtype, batched));
      case "reduce" -> g.input("x", dtype, batched).reduceSum(false, batched.length - 1);
      case "conv" -> conv(g, level.batch(), dtype, shape);
      case "fused" ->
          product(g, level.batch(), dtype, shape)
              .add(g.input("bias", dtype, shape[2]))
              .gelu(Gelu.ERF);
      default -> product(g, level.batch(), dtype, shape);
    };
  }

  private static Value product(Graph.Builder g, long batch, DType dtype, long... shape) {
    Value x = g.input("x", dtype, batch, shape[0], shape[1]);
    return x.matmul(g.input("w", dtype, shape[1], shape[2]));
  }

  /** Padded so that an odd window keeps height and width. */
  private static Value conv(Graph.Builder g, long batch, DType dtype, long... shape) {
    Value x = g.input("x", dtype, batch, shape[0], shape[1], shape[2]);
    Value weights = g.input("w", dtype, shape[3], shape[0], shape[4], shape[5]);
    return x.conv(weights, Window.of(shape[4], shape[5]).padding(shape[4] / 2, shape[5] / 2), 1);
  }
}
