package dev.halyard.runtime.execute;

import static dev.halyard.DType.F32;
import static dev.halyard.DType.F64;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.CompileOptions;
import dev.halyard.Dim;
import dev.halyard.Dims;
import dev.halyard.Graph;
import dev.halyard.InvalidGraphException;
import dev.halyard.Invocation;
import dev.halyard.InvocationBuilder;
import dev.halyard.Kernel;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KernelTests {
  @TempDir Path cache;
  private Fixture fixture;

  @BeforeEach
  void open() {
    fixture = new Fixture(cache);
  }

  @AfterEach
  void closingLeavesNothingOpen() {
    fixture.close();
    assertEquals(0, fixture.plugin.openHandles.get(), "handles of the plugin left open");
  }

  private static void assertMessage(Exception e, String... parts) {
    for (String part : parts) {
      assertTrue(
          e.getMessage().contains(part), () -> "'" + part + "' is missing in: " + e.getMessage());
    }
  }

  @Nested
  class Running {
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aPreparedInvocationRunsAgainAndAgain(boolean hostVisible) {
      fixture.plugin.hostVisible = hostVisible;
      try (Kernel kernel = fixture.device.compile(Fixture.increment());
          TensorArena arena = kernel.openArena()) {
        Tensor x = kernel.allocateInput(arena, "x");
        Tensor y = kernel.allocateOutput(arena, "y");
        try (Invocation run = kernel.bind().input("x", x).output("y", y).prepare()) {
          for (float i = 0; i < 3; i++) {
            x.copyFrom(new float[] {i, i, i, i});
            run.execute();
            assertArrayEquals(new float[] {i + 1, i + 1, i + 1, i + 1}, y.toFloats());
          }
        }
        assertEquals(3, kernel.metrics().executions());
      }
    }

    @Test
    void plainSegmentsAreCopiedEachRun() {
      float[] in = {1, 2, 3, 4};
      float[] out = new float[4];
      try (Kernel kernel = fixture.device.compile(Fixture.increment());
          Invocation run =
              kernel
                  .bind()
                  .input("x", MemorySegment.ofArray(in))
                  .output("y", MemorySegment.ofArray(out))
                  .prepare()) {
        run.execute();
        assertArrayEquals(new float[] {2, 3, 4, 5}, out);
        in[0] = 9;
        run.execute();
        assertEquals(10, out[0]);
      }
    }

    @Test
    void aStateIsUpdatedInPlace() {
      try (Kernel kernel = fixture.device.compile(Fixture.total());
          TensorArena arena = kernel.openArena()) {
        Tensor total = kernel.allocateInput(arena, "total");
        Tensor x = kernel.allocateInput(arena, "x").copyFrom(new float[] {1, 2});
        Tensor y = kernel.allocateOutput(arena, "y");
        try (Invocation run =
            kernel.bind().state("total", total).input("x", x).output("y", y).prepare()) {
          run.execute();
          run.execute();
        }
        assertArrayEquals(new float[] {2, 4}, total.toFloats());
        assertArrayEquals(new float[] {4, 8}, y.toFloats());
      }
    }

    @Test
    void runningOnceForConvenienceAllocatesTheOutputs() {
      try (Kernel kernel = fixture.device.compile(Fixture.layer(Dim.symbol("batch")))) {
        Tensor y =
            kernel.run(Map.of("x", Tensor.of(new float[] {1, 0, 0, 0, 1, 0}, 2, 3))).get("y");
        assertArrayEquals(new float[] {1, 2, 3, 4}, y.toFloats());
      }
    }

    @Test
    void anOutputThatIsAnInputOrAConstantIsCopied() {
      Graph graph =
          Graph.of(
              "through",
              g -> {
                var x = g.input("x", F32, 2);
                g.output("same", x);
                g.output("again", x);
                g.output("fixed", g.constant(new float[] {7, 8}));
              });
      try (Kernel kernel = fixture.device.compile(graph)) {
        Map<String, Tensor> outputs = kernel.run(Map.of("x", Tensor.of(new float[] {1, 2})));
        assertArrayEquals(new float[] {1, 2}, outputs.get("same").toFloats());
        assertArrayEquals(new float[] {1, 2}, outputs.get("again").toFloats());
        assertArrayEquals(new float[] {7, 8}, outputs.get("fixed").toFloats());
      }
    }
  }

  @Nested
  class SymbolicDimensions {
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void followFromTheTensorsAndSpecialisationsAreBounded(boolean servesAllDims) {
      fixture.close();
      fixture.plugin.servesAllDims = servesAllDims;
      FakePlugin plugin = fixture.plugin;
      fixture = new Fixture(cache);
      fixture.plugin.servesAllDims = servesAllDims;
      try (Kernel kernel =
          fixture.device.compile(
              Fixture.layer(Dim.symbol("batch")), CompileOptions.defaults().specializations(2))) {
        for (int batch : new int[] {1, 2, 3, 1}) {
          float[] values = new float[batch * 3];
          values[0] = 1;
          assertEquals(
              2L * batch, kernel.run(Map.of("x", Tensor.of(values, batch, 3))).get("y").elements());
        }
        assertEquals(2, kernel.metrics().specializations());
      }
      assertEquals(0, plugin.runs.get());
    }

    @Test
    void oneInvocationSwitchesBetweenVariants() {
      try (Kernel kernel = fixture.device.compile(Fixture.layer(Dim.symbol("batch", 1, 8)));
          TensorArena arena = kernel.openArena()) {
        Tensor x =
            kernel
                .allocateInput(arena, "x", Dims.of("batch", 2))
                .copyFrom(new float[] {1, 0, 0, 0, 1, 0});
        Tensor y = kernel.allocateOutput(arena, "y", Dims.of("batch", 2));
        try (Invocation run =
            kernel
                .bind()
                .input("x", x)
                .output("y", y)
                .prepare(Dims.of("batch", 1), Dims.of("batch", 2))) {
          run.execute(0);
          assertArrayEquals(new float[] {1, 2, 0, 0}, y.toFloats());
          run.execute(1);
          assertArrayEquals(new float[] {1, 2, 3, 4}, y.toFloats());
          assertThrows(IndexOutOfBoundsException.class, () -> run.execute(2));
        }
      }
    }

    @Test
    void aValueOutsideItsBoundsIsRefused() {
      try (Kernel kernel = fixture.device.compile(Fixture.layer(Dim.symbol("batch", 1, 8)))) {
        Exception e =
            assertThrows(
                IllegalArgumentException.class, () -> kernel.specialize(Dims.of("batch", 9)));
        assertMessage(e, "layer", "batch", "9", "[1, 8]");
        Exception f =
            assertThrows(IllegalArgumentException.class, () -> kernel.specialize(Dims.none()));
        assertMessage(f, "batch", "no value");
      }
    }
  }

  @Nested
  class BadBindings {
    private Kernel kernel;
    private TensorArena arena;

    @BeforeEach
    void compile() {
      kernel = fixture.device.compile(Fixture.increment());
      arena = kernel.openArena();
    }

    @AfterEach
    void closeBoth() {
      kernel.close();
      arena.close();
    }

    private InvocationBuilder complete() {
      return kernel.bind().input("x", arena.allocate(F32, 4)).output("y", arena.allocate(F32, 4));
    }

    @Test
    void anUnknownNameListsTheKnownOnes() {
      Exception e =
          assertThrows(
              InvalidGraphException.class, () -> kernel.bind().input("z", arena.allocate(F32, 4)));
      assertMessage(e, "increment", "'z'", "[x]");
      Exception f =
          assertThrows(
              InvalidGraphException.class, () -> kernel.bind().output("z", arena.allocate(F32, 4)));
      assertMessage(f, "increment", "'z'", "[y]");
    }

    @Test
    void anotherDtypeShowsBoth() {
      Exception e =
          assertThrows(
              InvalidGraphException.class, () -> kernel.bind().input("x", arena.allocate(F64, 4)));
      assertMessage(e, "'x'", "F32", "F64[4]");
    }

    @Test
    void anotherShapeShowsBoth() {
      Exception e =
          assertThrows(
              InvalidGraphException.class,
              () -> complete().input("x", arena.allocate(F32, 2, 2)).prepare());
      assertMessage(e, "'x'", "[4]", "[2, 2]");
      Exception f =
          assertThrows(
              InvalidGraphException.class,
              () -> complete().output("y", arena.allocate(F32, 5)).prepare());
      assertMessage(f, "'y'", "[4]", "[5]");
    }

    @Test
    void anUnboundPortIsNamed() {
      Exception e =
          assertThrows(
              InvalidGraphException.class,
              () -> kernel.bind().output("y", arena.allocate(F32, 4)).prepare());
      assertMessage(e, "[x]");
      Exception f =
          assertThrows(
              InvalidGraphException.class,
              () -> kernel.bind().input("x", arena.allocate(F32, 4)).prepare());
      assertMessage(f, "[y]", "discard");
    }

    @Test
    void aDiscardedOutputNeedsNoMemory() {
      try (Invocation run =
          kernel.bind().input("x", arena.allocate(F32, 4)).discard("y").prepare()) {
        run.execute();
      }
      assertEquals(1, kernel.metrics().executions());
    }

    @Test
    void oneTensorAsInputAndOutputIsRefused() {
      Tensor both = arena.allocate(F32, 4);
      Exception e =
          assertThrows(
              InvalidGraphException.class,
              () -> kernel.bind().input("x", both).output("y", both).prepare());
      assertMessage(e, "overlaps", "state(");
    }

    @Test
    void overlappingHalvesAreRefused() {
      Tensor large = arena.allocate(F32, 6);
      Tensor x = Tensor.wrap(arena, large.segment().asSlice(0, 16), F32, 4);
      Tensor y = Tensor.wrap(arena, large.segment().asSlice(8, 16), F32, 4);
      assertThrows(
          InvalidGraphException.class, () -> kernel.bind().input("x", x).output("y", y).prepare());
    }

    @Test
    void aPlainSegmentOfAnotherSizeIsRefused() {
      InvocationBuilder builder = complete().input("x", MemorySegment.ofArray(new float[5]));
      assertMessage(assertThrows(InvalidGraphException.class, builder::prepare), "16 bytes", "20");
      assertThrows(
          IllegalArgumentException.class,
          () -> complete().output("y", MemorySegment.ofArray(new float[4]).asReadOnly()));
    }
  }

  @Nested
  class ClosedThings {
    @Test
    void aClosedInvocationRefusesToRunAndClosesAgain() {
      try (Kernel kernel = fixture.device.compile(Fixture.increment());
          TensorArena arena = kernel.openArena()) {
        Invocation run =
            kernel
                .bind()
                .input("x", arena.allocate(F32, 4))
                .output("y", arena.allocate(F32, 4))
                .prepare();
        run.close();
        run.close();
        assertMessage(
            assertThrows(IllegalStateException.class, run::execute), "increment", "closed");
        assertMessage(
            assertThrows(IllegalStateException.class, run::submit), "increment", "closed");
      }
    }

    @Test
    void aClosedKernelRefusesNewInvocationsAndClosesItsOwn() {
      try (TensorArena arena = TensorArena.open()) {
        Kernel kernel = fixture.device.compile(Fixture.increment());
        Invocation run =
            kernel
                .bind()
                .input("x", arena.allocate(F32, 4))
                .output("y", arena.allocate(F32, 4))
                .prepare();
        InvocationBuilder late = kernel.bind().input("x", arena.allocate(F32, 4)).discard("y");
        kernel.close();
        kernel.close();
        assertThrows(IllegalStateException.class, run::execute);
        assertThrows(IllegalStateException.class, kernel::bind);
        assertThrows(IllegalStateException.class, late::prepare);
      }
    }

    @Test
    void aClosedArenaRefusesTheRunAndTheInvocationStays() {
      try (Kernel kernel = fixture.device.compile(Fixture.increment());
          TensorArena inputs = kernel.openArena()) {
        TensorArena outputs = kernel.openArena();
        Invocation run =
            kernel
                .bind()
                .input("x", inputs.allocate(F32, 4))
                .output("y", outputs.allocate(F32, 4))
                .prepare();
        outputs.close();
        assertMessage(assertThrows(IllegalStateException.class, run::execute), "arena", "closed");
        assertMessage(assertThrows(IllegalStateException.class, run::submit), "arena", "closed");
        run.close();
      }
    }

    @Test
    void aClosedRuntimeRefusesEverything() {
      fixture.close();
      assertThrows(IllegalStateException.class, () -> fixture.device.compile(Fixture.increment()));
      assertThrows(IllegalStateException.class, () -> fixture.halyard.devices());
    }
  }
}
