package dev.halyard.runtime.isolate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.halyard.CompileException;
import dev.halyard.CompileOptions;
import dev.halyard.Completion;
import dev.halyard.DType;
import dev.halyard.Dim;
import dev.halyard.Graph;
import dev.halyard.Halyard;
import dev.halyard.Invocation;
import dev.halyard.Kernel;
import dev.halyard.OutOfDeviceMemoryException;
import dev.halyard.PluginException;
import dev.halyard.Shape;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import dev.halyard.Value;
import dev.halyard.spi.DeviceDescriptor;
import dev.halyard.spi.DeviceDriver;
import dev.halyard.spi.DevicePlugin;
import dev.halyard.spi.DriverContext;
import dev.halyard.spi.PluginInfo;
import dev.halyard.spi.ProbeContext;
import dev.halyard.spi.ProbeSink;
import dev.halyard.spi.Spi;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an isolated device does as any other does. */
@Timeout(300)
class IsolationTests {
  @TempDir Path folder;

  @Test
  void itRunsInAProcessOfItsOwnWithTheEnvironmentItAsksFor() {
    try (Isolated isolated = new Isolated(folder)) {
      Map<String, String> facts = isolated.device().descriptor().properties();
      assertEquals("as asked", facts.get("variable"));
      assertEquals("in a process of its own", facts.get("isolated"));
      assertNotEquals(Long.toString(ProcessHandle.current().pid()), facts.get("pid"));
    }
  }

  @Test
  void itComputesWithoutCopyingTensorsOfTheKernelsArena() {
    try (Isolated isolated = new Isolated(folder, "copies", "refused");
        Isolated.Run run = new Isolated.Run(isolated.device())) {
      for (int i = 0; i < 3; i++) {
        run.x.copyFrom(new float[] {i, 2, 3, 4});
        run.invocation.execute();
        assertArrayEquals(new float[] {i + 1, 3, 4, 5}, run.y.toFloats());
      }
    }
  }

  @Test
  void itComputesOnTensorsOfAnyArenaByCopies() {
    for (String memory : List.of("host", "device")) {
      try (Isolated isolated = new Isolated(folder, "memory", memory);
          Kernel kernel = isolated.device().compile(Isolated.increment());
          TensorArena arena = TensorArena.open()) {
        Tensor x = kernel.allocateInput(arena, "x").copyFrom(new float[] {1, 2, 3, 4});
        Tensor y = kernel.allocateOutput(arena, "y");
        try (var invocation = kernel.bind().input("x", x).output("y", y).prepare()) {
          invocation.execute();
          assertArrayEquals(new float[] {2, 3, 4, 5}, y.toFloats());
        }
      }
    }
  }

  @Test
  void submissionsChainAndStatesGoOn() throws InterruptedException {
    Graph total =
        Graph.of(
            "total",
            g -> {
              Value sum = g.state("sum", DType.F32, Shape.of(Dim.of(2)));
              Value next = sum.add(g.input("x", DType.F32, 2));
              g.update(sum, next);
              g.output("y", next.mul(2));
            });
    try (Isolated isolated = new Isolated(folder);
        Kernel kernel = isolated.device().compile(total);
        TensorArena arena = kernel.openArena()) {
      Tensor x = kernel.allocateInput(arena, "x").copyFrom(new float[] {1, 2});
      Tensor sum = kernel.allocateInput(arena, "sum");
      Tensor y = kernel.allocateOutput(arena, "y");
      try (var invocation =
          kernel.bind().input("x", x).state("sum", sum).output("y", y).prepare()) {
        for (int i = 0; i < 3; i++) {
          invocation.submit().await();
        }
        assertArrayEquals(new float[] {3, 6}, sum.toFloats());
        assertArrayEquals(new float[] {6, 12}, y.toFloats());
      }
    }
  }

  @ParameterizedTest(name = "with a run of other tensors between: {0}")
  @ValueSource(booleans = {false, true})
  void aChainedRunReadsWhatOneBeforeCopiedBack(boolean between) throws InterruptedException {
    try (Isolated isolated = new Isolated(folder, "memory", "device", "run", "slow");
        Kernel kernel = isolated.device().compile(Isolated.increment());
        TensorArena arena = TensorArena.open()) {
      Tensor x = kernel.allocateInput(arena, "x").copyFrom(new float[] {1, 2, 3, 4});
      Tensor y = kernel.allocateOutput(arena, "y");
      Tensor aside = kernel.allocateOutput(arena, "y");
      Tensor z = kernel.allocateOutput(arena, "y");
      try (var writer = kernel.bind().input("x", x).output("y", y).prepare();
          var other = kernel.bind().input("x", x).output("y", aside).prepare();
          var reader = kernel.bind().input("x", y).output("y", z).prepare()) {
        Completion written = writer.submit();
        reader.submit(between ? other.submit(written) : written).await();
        assertArrayEquals(new float[] {3, 4, 5, 6}, z.toFloats());
      }
    }
  }

  @Test
  void whoAwaitsTheLastOfAChainSeesWhatAllOfItWrote() throws InterruptedException {
    try (Isolated isolated = new Isolated(folder, "memory", "device", "run", "slow");
        Kernel kernel = isolated.device().compile(Isolated.increment());
        TensorArena arena = TensorArena.open()) {
      Tensor x = kernel.allocateInput(arena, "x").copyFrom(new float[] {1, 2, 3, 4});
      List<Tensor> outputs = new ArrayList<>();
      List<Invocation> runs = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        outputs.add(kernel.allocateOutput(arena, "y"));
        runs.add(kernel.bind().input("x", x).output("y", outputs.getLast()).prepare());
      }
      Completion last = runs.getFirst().submit();
      for (Invocation next : runs.subList(1, runs.size())) {
        last = next.submit(last);
      }
      last.await();
      for (Tensor output : outputs) {
        assertArrayEquals(new float[] {2, 3, 4, 5}, output.toFloats());
      }
      runs.forEach(Invocation::close);
    }
  }

  @Test
  void aDeviceThatIsBusyIsNotAskedAllTheTime() throws InterruptedException {
    try (Isolated isolated = new Isolated(folder, "submissions", "slow");
        Isolated.Run run = new Isolated.Run(isolated.device())) {
      run.x.copyFrom(new float[] {1, 2, 3, 4});
      for (int i = 0; i < 2; i++) {
        run.invocation.submit().await();
      }
      assertArrayEquals(new float[] {2, 3, 4, 5}, run.y.toFloats());
    }
  }

  @Test
  void symbolicShapesConstantsAndProgressCross() {
    List<String> steps = new ArrayList<>();
    Graph layer =
        Graph.of(
            "layer",
            g -> {
              Value x = g.input("x", DType.F32, Shape.of(Dim.symbol("batch", 1, 8), Dim.of(3)));
              g.output("y", x.matmul(g.constant(new float[] {1, 2, 3, 4, 5, 6}, 3, 2)).relu());
            });
    CompileOptions options =
        CompileOptions.defaults().fallback(false).progress((done, step) -> steps.add(step));
    try (Isolated isolated = new Isolated(folder);
        Kernel kernel = isolated.device().compile(layer, options)) {
      Map<String, Tensor> outputs =
          kernel.run(Map.of("x", Tensor.of(new float[] {1, 0, 0, 0, 1, -9}, 2, 3)));
      assertArrayEquals(new float[] {1, 2, 0, 0}, outputs.get("y").toFloats());
      assertEquals(List.of("halfway"), steps);
    }
  }

  @Test
  void exceptionsKeepTheirTypeAndText() {
    try (Isolated isolated = new Isolated(folder, "compile", "compile exception")) {
      CompileException thrown =
          assertThrows(
              CompileException.class, () -> isolated.device().compile(Isolated.increment()));
      assertEquals("line 3: no such register", thrown.getMessage());
    }
    try (Isolated isolated = new Isolated(folder, "run", "out of memory");
        Isolated.Run run = new Isolated.Run(isolated.device())) {
      OutOfDeviceMemoryException thrown =
          assertThrows(OutOfDeviceMemoryException.class, run.invocation::execute);
      assertEquals("wanted 5, found 4", thrown.getMessage());
    }
    try (Isolated isolated = new Isolated(folder, "run", "arithmetic");
        Isolated.Run run = new Isolated.Run(isolated.device())) {
      PluginException thrown = assertThrows(PluginException.class, run.invocation::execute);
      assertTrue(
          thrown.getMessage().contains("java.lang.ArithmeticException: / by zero"),
          thrown::getMessage);
    }
  }

  @Test
  void executeAllocatesNothing() {
    try (Isolated isolated = Isolated.unchecked(folder);
        Isolated.Run run = new Isolated.Run(isolated.device())) {
      ThreadMXBean counters = (ThreadMXBean) ManagementFactory.getThreadMXBean();
      long least = Long.MAX_VALUE;
      // The first rounds load classes; one without an allocation shows that a run needs none.
      for (int round = 0; round < 10 && least > 0; round++) {
        long before = counters.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 100; i++) {
          run.invocation.execute();
        }
        least = Math.min(least, counters.getCurrentThreadAllocatedBytes() - before);
      }
      assertEquals(0, least);
    }
  }

  @Test
  void anInterruptedThreadFinishesItsRunAndStaysInterrupted() {
    try (Isolated isolated = new Isolated(folder);
        Isolated.Run run = new Isolated.Run(isolated.device())) {
      run.x.copyFrom(new float[] {1, 2, 3, 4});
      Thread.currentThread().interrupt();
      run.invocation.execute();
      assertTrue(Thread.interrupted());
      assertArrayEquals(new float[] {2, 3, 4, 5}, run.y.toFloats());
    }
  }

  @Test
  void twoRuntimesAtOnceHaveAChildEach() throws InterruptedException {
    CountDownLatch done = new CountDownLatch(2);
    List<Throwable> failures = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      Thread.ofPlatform()
          .start(
              () -> {
                try (Isolated isolated = new Isolated(folder);
                    Isolated.Run run = new Isolated.Run(isolated.device())) {
                  run.x.copyFrom(new float[] {1, 2, 3, 4});
                  run.invocation.execute();
                  assertArrayEquals(new float[] {2, 3, 4, 5}, run.y.toFloats());
                } catch (RuntimeException | AssertionError e) {
                  synchronized (failures) {
                    failures.add(e);
                  }
                } finally {
                  done.countDown();
                }
              });
    }
    done.await();
    assertEquals(List.of(), failures);
  }

  @Test
  void closingLeavesNothing() {
    Isolated isolated = new Isolated(folder);
    try (Isolated.Run run = new Isolated.Run(isolated.device())) {
      run.invocation.execute();
      assertEquals(1, isolated.children().size());
    }
    isolated.close();
    isolated.assertNothingIsLeft();
  }

  /** A plugin that only this process can make. */
  private static final class Unmakeable implements DevicePlugin {
    @Override
    public PluginInfo info() {
      return PluginInfo.builder("unmakeable", "tests", "1", Spi.LEVEL).build();
    }

    @Override
    public void probe(ProbeContext context, ProbeSink found) {
      found.nothing("probed in this process");
    }

    @Override
    public DeviceDriver open(DeviceDescriptor device, DriverContext context) {
      throw new UnsupportedOperationException("it has no device");
    }
  }

  @Test
  void aPluginThatNoOtherProcessCanMakeIsLeftOutWithTheReason() {
    Halyard.Config config =
        Halyard.Config.fromEnvironment().plugin(new Unmakeable()).isolate("unmakeable");
    try (Halyard halyard = Halyard.open(config)) {
      String reason = halyard.reports().getFirst().reason();
      assertTrue(reason.contains("public constructor that takes nothing"), reason);
    }
  }

  @Test
  void aNameInThePropertyLeavesSuchAPluginWhereItIs() {
    Halyard.Config config =
        Halyard.Config.fromEnvironment()
            .plugin(new Unmakeable())
            .property("halyard.isolate", "other, unmakeable");
    try (Halyard halyard = Halyard.open(config)) {
      assertEquals("probed in this process", halyard.reports().getFirst().reason());
    }
  }
}
