package dev.halyard.fpga.xrt;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.DType;
import dev.halyard.DeviceLostException;
import dev.halyard.Dim;
import dev.halyard.Graph;
import dev.halyard.Invocation;
import dev.halyard.Kernel;
import dev.halyard.Shape;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import dev.halyard.Value;
import dev.halyard.fpga.xrt.dense.DenseRegisters;
import dev.halyard.runtime.reference.Interpreter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class XrtDriverTests {
  private static final String LIMIT = "300";
  private final Product product = new Product(7);
  private Session session;

  @BeforeEach
  void open() {
    session = Session.open("timeoutMillis", LIMIT);
  }

  @AfterEach
  void close() {
    session.close();
  }

  private Graph layers() {
    return Graph.of(
        "layers",
        g -> {
          Value hidden = product.of(g, g.input("x", DType.I8, 3, 33), 17).relu();
          g.output("y", product.of(g, hidden, 5));
        });
  }

  private Tensor x() {
    return product.integers(DType.I8, 3, 33);
  }

  private static long[] wanted(Graph graph, Tensor x) {
    return new Interpreter().run(graph, Map.of("x", x)).get("y").toLongs();
  }

  private void assertLost(String reason) {
    Graph graph = layers();
    try (Kernel kernel = session.compile(graph)) {
      DeviceLostException lost =
          assertThrows(DeviceLostException.class, () -> kernel.run(Map.of("x", x())));
      assertTrue(lost.getMessage().contains(reason), lost::getMessage);
      assertThrows(DeviceLostException.class, () -> kernel.run(Map.of("x", x())));
    }
  }

  @Test
  void aKernelThatFailsIsALossThatSaysHow() {
    session.device();
    Graph graph = layers();
    try (Kernel kernel = session.compile(graph)) {
      session.board().status = DenseRegisters.STATUS_READ_DECERR;
      DeviceLostException lost =
          assertThrows(DeviceLostException.class, () -> kernel.run(Map.of("x", x())));
      assertTrue(lost.getMessage().contains("a read found no memory (DECERR)"), lost::getMessage);
    }
    assertTrue(session.driver().isGone());
  }

  @Test
  void aRunThatDoesNotEndIsALoss() {
    session.source.prepare = board -> board.stuck = true;
    assertLost("did not end within");
  }

  @Test
  void aBoardThatIsGoneIsALoss() {
    try (Kernel kernel = session.compile(layers())) {
      session.board().dead = true;
      DeviceLostException lost =
          assertThrows(DeviceLostException.class, () -> kernel.run(Map.of("x", x())));
      assertTrue(lost.getMessage().contains("the model is dead"), lost::getMessage);
    }
  }

  @Test
  void aLostBoardIsReopenedAndComputesRight() {
    session.source.prepare = board -> board.status = DenseRegisters.STATUS_WRITE_SLVERR;
    assertLost("memory answered a write by SLVERR");
    session.source.prepare = board -> {};
    session.halyard.reopen("fpga-xrt:0");
    Graph graph = layers();
    Tensor x = x();
    assertArrayEquals(wanted(graph, x), session.run(graph, Map.of("x", x)).get("y").toLongs());
  }

  @Test
  void aLossThatATestAsksForLeavesNothingBehind() {
    Graph graph = layers();
    try (Kernel kernel = session.compile(graph)) {
      kernel.run(Map.of("x", x()));
      session.driver().loseAt(1);
      assertThrows(DeviceLostException.class, () -> kernel.run(Map.of("x", x())));
    }
    assertFalse(session.driver().isGone());
    session.close();
    session.requireNothingLeft();
  }

  @Test
  void runsReuseWhatWasLoadedOnce() {
    Graph graph = layers();
    try (Kernel kernel = session.compile(graph);
        TensorArena arena = kernel.openArena()) {
      Tensor x = kernel.allocateInput(arena, "x");
      Tensor y = kernel.allocateOutput(arena, "y");
      try (Invocation run = kernel.bind().input("x", x).output("y", y).prepare()) {
        run.execute();
        int open = session.board().open.get();
        int starts = session.board().starts.get();
        for (int i = 0; i < 10; i++) {
          Tensor next = x();
          x.copyFrom(next.segment());
          run.execute();
          assertArrayEquals(wanted(graph, next), y.toLongs());
        }
        assertEquals(open, session.board().open.get());
        assertEquals(starts + 20, session.board().starts.get());
        assertEquals(1, session.board().loads.get());
        assertEquals(1, session.driver().compiles());
      }
    }
    session.close();
    session.requireNothingLeft();
  }

  @Test
  void manyThreadsShareTheKernel() throws Exception {
    Graph graph = layers();
    try (Kernel kernel = session.compile(graph);
        ExecutorService threads = Executors.newFixedThreadPool(16)) {
      List<Callable<Boolean>> runs = new ArrayList<>();
      for (int i = 0; i < 64; i++) {
        Tensor x = x();
        long[] wanted = wanted(graph, x);
        runs.add(() -> Arrays.equals(wanted, kernel.run(Map.of("x", x)).get("y").toLongs()));
      }
      for (Future<Boolean> run : threads.invokeAll(runs)) {
        assertTrue(run.get());
      }
    }
  }

  @Test
  void aStateIsUpdatedInPlace() {
    Graph graph =
        Graph.of(
            "state",
            g -> {
              Value state = g.state("s", DType.I8, Shape.of(9, 20));
              g.update(state, product.of(g, state, 20));
            });
    Tensor before = product.integers(DType.I8, 9, 20);
    long[] wanted = new Interpreter().run(graph, Map.of("s", before)).get("s").toLongs();
    try (Kernel kernel = session.compile(graph);
        TensorArena arena = kernel.openArena()) {
      Tensor state = arena.allocate(DType.I8, 9, 20);
      state.copyFrom(before.segment());
      try (Invocation run = kernel.bind().state("s", state).prepare()) {
        run.execute();
      }
      assertArrayEquals(wanted, state.toLongs());
    }
    session.close();
    session.requireNothingLeft();
  }

  @Test
  void oneProgramServesAllBatches() {
    Graph graph = product.graph(DType.I8, Shape.of(Dim.symbol("n", 1, 100), Dim.of(12)), 6);
    try (Kernel kernel = session.compile(graph)) {
      for (int rows : new int[] {1, 3, 17, 100}) {
        Tensor x = product.integers(DType.I8, rows, 12);
        assertArrayEquals(wanted(graph, x), kernel.run(Map.of("x", x)).get("y").toLongs());
      }
    }
    assertEquals(1, session.driver().compiles());
  }

  @Test
  void anEmptyBatchRunsNothing() {
    Graph graph = product.graph(DType.I8, 0, 12, 6);
    Tensor x = product.integers(DType.I8, 0, 12);
    assertEquals(0, session.run(graph, Map.of("x", x)).get("y").elements());
    assertEquals(0, session.board().starts.get());
  }

  @Test
  void theDescriptionLabelsEveryFigure() {
    try (Kernel kernel = session.compile(layers())) {
      String text = kernel.plan().describe();
      assertTrue(text.contains("33 x 17, x of I8, W of I8, y of I8, ReLU"), text);
      assertTrue(text.contains("packed weights, "), text);
      assertTrue(text.contains("cycles are predicted"), text);
      assertTrue(text.contains("us at 200 MHz"), text);
      assertTrue(text.contains("50.0 us (assumed"), text);
    }
  }

  @Test
  void aCardsLaunchOverheadIsCalibrated() {
    try (Session card = Session.onCard();
        Kernel kernel = card.compile(layers())) {
      String text = kernel.plan().describe();
      assertTrue(text.contains("(calibrated: the median of 33 empty runs on this card)"), text);
    }
  }
}
