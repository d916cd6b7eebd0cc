package dev.halyard.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.halyard.DType;
import dev.halyard.Graph;
import dev.halyard.Halyard;
import dev.halyard.Invocation;
import dev.halyard.Kernel;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import dev.halyard.testkit.Case;
import dev.halyard.testkit.RandomGraphs;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The CPU in a process of its own computes what it computes in this one. */
@Timeout(300)
class IsolatedCpuTests {
  private static final int GRAPHS = 20;

  @TempDir Path folder;

  private Halyard.Config config() {
    return Halyard.Config.fromEnvironment()
        .plugin(new CpuPlugin())
        .cacheFolder(folder)
        .property("halyard.isolation.memoryFolder", folder.toString());
  }

  @Test
  void randomGraphsGiveTheSameBitsInBothProcesses() {
    try (Halyard here = Halyard.open(config());
        Halyard isolated = Halyard.open(config().isolate("cpu"))) {
      for (long seed = 0; seed < GRAPHS; seed++) {
        // A run leaves its states in the inputs: each has its own.
        Case tested = RandomGraphs.generate(seed);
        assertSame(tested, run(here, tested), run(isolated, RandomGraphs.generate(seed)));
      }
    }
  }

  private static Map<String, Tensor> run(Halyard halyard, Case tested) {
    try (Kernel kernel = halyard.device("cpu:0").compile(tested.graph())) {
      return kernel.run(tested.inputs());
    }
  }

  private static void assertSame(
      Case tested, Map<String, Tensor> here, Map<String, Tensor> isolated) {
    assertEquals(here.keySet(), isolated.keySet());
    here.forEach(
        (name, tensor) ->
            assertEquals(
                -1,
                tensor.segment().mismatch(isolated.get(name).segment()),
                () -> tested + ": " + name));
  }

  @Test
  void anIsolatedRunAllocatesNothing() {
    Graph graph = Graph.of("layer", g -> g.output("y", g.input("x", DType.F32, 64).relu().add(1)));
    try (Halyard isolated = Halyard.open(config().isolate("cpu"));
        Kernel kernel = isolated.device("cpu:0").compile(graph);
        TensorArena arena = kernel.openArena();
        Invocation run =
            kernel
                .bind()
                .input("x", kernel.allocateInput(arena, "x"))
                .output("y", kernel.allocateOutput(arena, "y"))
                .prepare()) {
      ThreadMXBean counters = (ThreadMXBean) ManagementFactory.getThreadMXBean();
      List<Long> allocated = new ArrayList<>();
      for (int round = 0; round < 20; round++) {
        long before = counters.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 200; i++) {
          run.execute();
        }
        allocated.add(counters.getCurrentThreadAllocatedBytes() - before);
      }
      assertTrue(allocated.contains(0L), allocated::toString);
    }
  }
}
