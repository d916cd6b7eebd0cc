package dev.halyard.cpu;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.CompileOptions;
import dev.halyard.DType;
import dev.halyard.Graph;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import dev.halyard.Value;
import dev.halyard.runtime.compile.Lowering;
import dev.halyard.runtime.compile.Target;
import dev.halyard.spi.Program;
import dev.halyard.spi.Spi;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a program tells of itself. */
class DescribeTests {
  private static String describe(String vector) {
    Tensor weights = TensorArena.ofAuto().allocate(DType.F32, 32, 64);
    Tensor bias = TensorArena.ofAuto().allocate(DType.F32, 64);
    bias.setDouble(0, 1);
    Graph graph =
        Graph.of(
            "dense",
            g -> {
              Value x = g.input("x", DType.F32, 4, 32);
              Value y = x.matmul(g.constant(weights)).add(g.constant(bias)).relu();
              g.output("y", y);
              g.output("z", x.mul(x).add(0.5).lt(x));
            });
    StringBuilder text = new StringBuilder();
    try (CpuDriver driver = Drivers.open("threads", "2", "vector", vector)) {
      Target target = new Target("cpu:0", driver, Spi.LEVEL);
      Lowering.lower(graph, List.of(target), CompileOptions.defaults())
          .placed()
          .forEach(
              placed -> {
                try (Program program = driver.compile(placed.partition(), null)) {
                  program.describe(
                      (title, body) -> text.append(title).append(": ").append(body).append('\n'));
                }
              });
    }
    return text.toString();
  }

  @Test
  void stepsShowTheirKernelsAndExpressions() {
    String text = describe("on");
    assertTrue(text.contains("-bit vectors, 2 threads"), text);
    assertTrue(text.matches("(?s).*by tiles of \\d+x\\d+ in \\d+-bit vectors, panels of.*"), text);
    assertTrue(text.contains("then out[0] = relu(product + constant[64]) [one task]"), text);
    assertTrue(text.contains("= ((in[0] * in[0]) + 0.5) < in[0] [one task]"), text);
  }

  @Test
  void scalarLoopsAreNamed() {
    String text = describe("off");
    assertTrue(text.contains("scalar loops, 2 threads"), text);
    assertTrue(text.contains("by scalar loops over panels of 8 columns"), text);
    assertFalse(text.contains("-bit vectors"), text);
  }
}
