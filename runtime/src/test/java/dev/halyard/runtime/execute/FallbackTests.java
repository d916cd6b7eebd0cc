package dev.halyard.runtime.execute;

import static dev.halyard.DType.F32;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.CompileOptions;
import dev.halyard.Completion;
import dev.halyard.DeviceLostException;
import dev.halyard.Dim;
import dev.halyard.Graph;
import dev.halyard.Halyard;
import dev.halyard.Invocation;
import dev.halyard.Kernel;
import dev.halyard.Plan;
import dev.halyard.Shape;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import dev.halyard.UnsupportedOnDeviceException;
import dev.halyard.Value;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A device that refuses exp, and another to fall back to; with and without memory the host can see.
 */
@Timeout(60)
class FallbackTests {
  @TempDir Path cache;
  private final FakePlugin picky = new FakePlugin("picky");
  private final FakePlugin other = new FakePlugin("other");
  private Halyard halyard;

  @BeforeEach
  void open() {
    picky.refuses = op -> op.equals("exp/1");
    halyard =
        Halyard.open(
            Halyard.Config.fromEnvironment()
                .plugin(picky)
                .plugin(other)
                .fallback("other:0")
                .cacheFolder(cache)
                .property("halyard.check", "true"));
  }

  @AfterEach
  void closingLeavesNothingOpen() {
    halyard.close();
    assertEquals(0, picky.openHandles.get() + other.openHandles.get());
  }

  /** {@return y = exp(-x) + x, which changes devices twice} */
  private static Graph graph(Dim rows) {
    return Graph.of(
        "decay",
        g -> {
          Value x = g.input("x", F32, Shape.of(rows, Dim.of(2)));
          g.output("y", x.neg().exp().add(x));
        });
  }

  private static void assertDecay(float[] x, float[] y) {
    float[] expected = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      expected[i] = (float) Math.exp(-x[i]) + x[i];
    }
    assertArrayEquals(expected, y, 1e-6f);
  }

  @ParameterizedTest
  @CsvSource({"true,true", "true,false", "false,true", "false,false"})
  void valuesTravelBetweenDevices(boolean pickyVisible, boolean otherVisible) {
    picky.hostVisible = pickyVisible;
    other.hostVisible = otherVisible;
    try (Kernel kernel = halyard.device("picky:0").compile(graph(Dim.of(2)));
        TensorArena arena = kernel.openArena()) {
      Tensor x = kernel.allocateInput(arena, "x");
      Tensor y = kernel.allocateOutput(arena, "y");
      try (Invocation run = kernel.bind().input("x", x).output("y", y).prepare()) {
        for (int i = 1; i < 4; i++) {
          x.copyFrom(new float[] {i, 2, 3, i});
          run.execute();
          assertDecay(x.toFloats(), y.toFloats());
        }
      }
    }
  }

  @Test
  void thePlanSaysWhatFellBackAndWhy() {
    try (Kernel kernel = halyard.device("picky:0").compile(graph(Dim.of(2)))) {
      Plan plan = kernel.plan();
      assertEquals(3, plan.launches());
      assertEquals(1, plan.fallbacks());
      assertEquals(2 * 16L, plan.bytesMoved().orElseThrow());
      Plan.Step step =
          plan.steps().stream().filter(s -> s.device().equals("other:0")).findFirst().orElseThrow();
      assertTrue(step.reason().contains("fakes do not know exp/1"), step.reason());
    }
  }

  @Test
  void fallingBackCanBeForbiddenAndTheErrorNamesTheNode() {
    CompileOptions forbidden = CompileOptions.defaults().fallback(false);
    Exception e =
        assertThrows(
            UnsupportedOnDeviceException.class,
            () -> halyard.device("picky:0").compile(graph(Dim.of(2)), forbidden));
    assertTrue(
        e.getMessage().contains("exp") && e.getMessage().contains("picky:0"), e.getMessage());
  }

  @Test
  void symbolicDimensionsAreSpecialisedWhereOneDeviceCannotServeThemAll() {
    other.servesAllDims = false;
    halyard.close();
    open();
    try (Kernel kernel = halyard.device("picky:0").compile(graph(Dim.symbol("rows")))) {
      for (int rows : new int[] {1, 3, 1}) {
        float[] x = new float[rows * 2];
        x[0] = 1;
        assertDecay(x, kernel.run(Map.of("x", Tensor.of(x, rows, 2))).get("y").toFloats());
      }
      assertEquals(2, kernel.metrics().specializations());
      assertEquals(6, kernel.metrics().compilations());
    }
  }

  @Test
  void submissionsAcrossDevicesCanBeAwaitedChainedAndTakenBack() throws InterruptedException {
    try (Kernel kernel = halyard.device("picky:0").compile(graph(Dim.of(1)));
        TensorArena arena = kernel.openArena()) {
      Tensor x = kernel.allocateInput(arena, "x").copyFrom(new float[] {1, 2});
      Tensor y = kernel.allocateOutput(arena, "y");
      Tensor z = kernel.allocateOutput(arena, "y");
      try (Invocation first = kernel.bind().input("x", x).output("y", y).prepare();
          Invocation second = kernel.bind().input("x", y).output("y", z).prepare()) {
        second.submit(first.submit()).await();
        assertDecay(x.toFloats(), y.toFloats());
        assertDecay(y.toFloats(), z.toFloats());
        picky.begun = new CountDownLatch(1);
        picky.gate = new CountDownLatch(1);
        Completion blocking = first.submit();
        Completion waiting = second.submit(blocking);
        assertTrue(picky.begun.await(10, TimeUnit.SECONDS));
        assertTrue(waiting.cancel());
        picky.gate.countDown();
        blocking.await();
      }
    }
  }

  @Test
  void aFallbackDeviceThatIsLostFailsTheRun() {
    try (Kernel kernel = halyard.device("picky:0").compile(graph(Dim.of(1)));
        TensorArena arena = kernel.openArena();
        Invocation run =
            kernel
                .bind()
                .input("x", arena.allocate(F32, 1, 2))
                .output("y", arena.allocate(F32, 1, 2))
                .prepare()) {
      other.reportLoss("unplugged");
      Exception e = assertThrows(DeviceLostException.class, run::execute);
      assertTrue(e.getMessage().contains("other:0"), e.getMessage());
    }
  }
}
