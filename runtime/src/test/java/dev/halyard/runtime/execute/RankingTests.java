package dev.halyard.runtime.execute;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.DType;
import dev.halyard.Device;
import dev.halyard.Dim;
import dev.halyard.Dims;
import dev.halyard.Graph;
import dev.halyard.Halyard;
import dev.halyard.HalyardException;
import dev.halyard.Kernel;
import dev.halyard.Objective;
import dev.halyard.Ranking;
import dev.halyard.Tensor;
import dev.halyard.UnsupportedOnDeviceException;
import dev.halyard.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class RankingTests {
  @TempDir Path cache;
  private FakePlugin slow;
  private FakePlugin fast;

  @BeforeEach
  void makeDevices() {
    slow = new FakePlugin("slow");
    slow.extraNanos = 20_000_000;
    fast = new FakePlugin("fast");
  }

  private Halyard open() {
    return Halyard.open(config());
  }

  private Halyard.Config config() {
    return Halyard.Config.fromEnvironment()
        .plugin(slow)
        .plugin(fast)
        .fallback("none:0")
        .cacheFolder(cache)
        .rankBudget(Duration.ofMillis(800));
  }

  private int openHandles() {
    return fast.openHandles.get() + slow.openHandles.get();
  }

  private static Ranking rank(Halyard halyard) {
    return halyard.rank(Objective.LATENCY, Fixture.increment(), Workload.standard());
  }

  @Test
  void theFasterDeviceIsChosenAndTheChoiceExplainsItself() {
    try (Halyard halyard = open()) {
      Ranking ranking = rank(halyard);
      assertEquals(
          List.of("fast:0", "slow:0"),
          ranking.candidates().stream().map(c -> c.device().id()).toList());
      Device best = ranking.best();
      assertEquals("fast:0", best.id());
      assertTrue(best.choice().contains("p50") && best.choice().contains("slow:0"), best.choice());
      assertTrue(ranking.candidates().get(1).measurement().orElseThrow().p50Micros() > 20_000);
    }
  }

  @Test
  void theMeasuredKernelIsTheOneThatCompileReturns() {
    try (Halyard halyard = open()) {
      Graph graph = Fixture.increment();
      Device best = halyard.best(Objective.LATENCY, graph, Workload.standard());
      int compiles = fast.compiles.get();
      try (Kernel first = best.compile(graph);
          Kernel second = best.compile(graph)) {
        assertEquals(compiles + 1, fast.compiles.get());
        assertNotEquals(first, second);
      }
    }
    assertEquals(0, fast.openHandles.get() + slow.openHandles.get());
  }

  @Test
  void aSecondProcessReadsTheMeasurementsOfTheFirst() {
    String winner;
    try (Halyard halyard = open()) {
      assertFalse(rank(halyard).cached());
      winner = rank(halyard).best().id();
      assertTrue(rank(halyard).cached());
    }
    int runs = fast.runs.get() + slow.runs.get();
    try (Halyard halyard = open()) {
      Ranking ranking = rank(halyard);
      assertTrue(ranking.cached());
      assertEquals(winner, ranking.best().id());
    }
    assertEquals(runs, fast.runs.get() + slow.runs.get());
  }

  @Test
  void aCorruptCacheIsMeasuredAgain() throws IOException {
    try (Halyard halyard = open()) {
      rank(halyard);
    }
    try (Stream<Path> files = Files.walk(cache)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        byte[] content = Files.readAllBytes(file);
        content[content.length - 1] ^= 1;
        Files.write(file, content);
      }
    }
    try (Halyard halyard = open()) {
      assertFalse(rank(halyard).cached());
    }
  }

  @Test
  void anIncumbentStaysUnlessAChallengerIsClearlyBetter() {
    fast.extraNanos = 20_000_000;
    slow.extraNanos = 21_000_000;
    String first;
    try (Halyard halyard = open()) {
      first = rank(halyard).best().id();
    }
    // A change of the configuration has the devices measured again, now with the other a little
    // ahead.
    boolean fastWon = first.equals("fast:0");
    (fastWon ? fast : slow).extraNanos = 21_000_000;
    (fastWon ? slow : fast).extraNanos = 20_000_000;
    try (Halyard halyard =
        Halyard.open(
            Halyard.Config.fromEnvironment()
                .plugin(slow)
                .plugin(fast)
                .fallback("none:0")
                .property("halyard.changed", "yes")
                .cacheFolder(cache)
                .rankBudget(Duration.ofMillis(800)))) {
      Ranking ranking = rank(halyard);
      assertFalse(ranking.cached());
      assertEquals(first, ranking.best().id());
    }
  }

  @Test
  void anEmulatedDeviceIsRankedAndNeverChosen() {
    fast.emulated = true;
    try (Halyard halyard = open()) {
      Ranking ranking = rank(halyard);
      assertEquals("slow:0", ranking.best().id());
      Ranking.Candidate emulated = ranking.candidates().getFirst();
      assertEquals("fast:0", emulated.device().id());
      assertTrue(emulated.measurement().isPresent());
      assertTrue(emulated.reason().contains("emulated"), emulated.reason());
    }
  }

  @Test
  void aCandidateThatCrashesIsPassedOverWithTheReason() {
    fast.refuses = op -> true;
    try (Halyard halyard = open()) {
      Ranking ranking = rank(halyard);
      assertEquals("slow:0", ranking.best().id());
      assertTrue(
          ranking.candidates().get(1).reason().contains("fakes do not know"),
          ranking.candidates().get(1).reason());
    }
  }

  @Test
  void whenNoDeviceRunsTheGraphEveryReasonIsListed() {
    fast.refuses = op -> true;
    slow.failNext = new HalyardException("out of order");
    try (Halyard halyard = open()) {
      Ranking ranking = rank(halyard);
      Exception e = assertThrows(UnsupportedOnDeviceException.class, ranking::best);
      assertTrue(
          e.getMessage().contains("fast:0") && e.getMessage().contains("out of order"),
          e.getMessage());
    }
  }

  @Test
  void aSymbolicGraphNeedsDimensionsToBeMeasuredAt() {
    try (Halyard halyard = open()) {
      Graph graph = Fixture.layer(Dim.symbol("batch"));
      Exception e =
          assertThrows(
              IllegalArgumentException.class,
              () -> halyard.best(Objective.LATENCY, graph, Workload.standard()));
      assertTrue(e.getMessage().contains("batch"), e.getMessage());
      assertEquals(
          "fast:0", halyard.best(Objective.LATENCY, graph, Workload.at(Dims.of("batch", 2))).id());
    }
  }

  @Test
  void throughputIsRankedByRunsPerSecond() {
    try (Halyard halyard = open()) {
      Ranking ranking =
          halyard.rank(Objective.THROUGHPUT, Fixture.increment(), Workload.standard());
      assertSame(Objective.THROUGHPUT, ranking.objective());
      double best = ranking.candidates().get(0).measurement().orElseThrow().runsPerSecond();
      double next = ranking.candidates().get(1).measurement().orElseThrow().runsPerSecond();
      assertTrue(best > next, best + " and " + next);
    }
  }

  @Test
  void withoutAGraphTheReferenceSetDecides() {
    try (Halyard halyard = open()) {
      assertEquals("fast:0", halyard.best(Objective.LATENCY).id());
    }
  }

  @Test
  void aDeviceThatRefusesEveryNodeIsPassedOverThoughItsFallbackRunsTheGraph() {
    fast.refuses = op -> true;
    try (Halyard halyard = Halyard.open(config().fallback("slow:0"))) {
      Ranking ranking = rank(halyard);
      assertEquals("slow:0", ranking.best().id());
      Ranking.Candidate refusing = ranking.candidates().get(1);
      assertTrue(refusing.measurement().isEmpty(), ranking.explanation());
      assertTrue(refusing.reason().contains("fakes do not know add/1"), refusing.reason());
    }
  }

  @Test
  void aDeviceThatRefusesEveryNodeOfASymbolicGraphIsPassedOver() {
    fast.refuses = op -> true;
    fast.servesAllDims = false;
    Graph graph = Fixture.layer(Dim.symbol("batch"));
    Workload workload = Workload.at(Dims.of("batch", 2));
    try (Halyard halyard = Halyard.open(config().fallback("slow:0"))) {
      Ranking ranking = halyard.rank(Objective.LATENCY, graph, workload);
      assertTrue(ranking.candidates().get(1).measurement().isEmpty(), ranking.explanation());
    }
  }

  @Test
  void howMuchFallsBackIsExplainedAlsoFromTheCache() {
    slow.refuses = op -> op.equals("exp/1");
    Graph graph = Graph.of("decay", g -> g.output("y", g.input("x", DType.F32, 4).neg().exp()));
    try (Halyard halyard = Halyard.open(config().fallback("fast:0"))) {
      for (boolean cached : new boolean[] {false, true}) {
        Ranking ranking = halyard.rank(Objective.LATENCY, graph, Workload.standard());
        assertEquals(cached, ranking.cached());
        assertTrue(ranking.candidates().get(1).measurement().isPresent());
        assertTrue(
            ranking.explanation().contains("1 of 2 nodes on the fallback"), ranking.explanation());
      }
    }
  }

  @Test
  void aDeviceThatIsGoneForNowIsMeasuredAgainLater() {
    fast.gone = true;
    try (Halyard halyard = open()) {
      assertEquals("slow:0", rank(halyard).best().id());
      fast.gone = false;
      Ranking later = rank(halyard);
      assertFalse(later.cached());
      assertEquals("fast:0", later.best().id());
    }
  }

  @Test
  void aWinnerThatIsLostIsNotRecalled() {
    try (Halyard halyard = open()) {
      assertEquals("fast:0", rank(halyard).best().id());
      fast.reportLoss("unplugged");
      Ranking now = rank(halyard);
      assertEquals("slow:0", now.best().id());
      assertTrue(now.explanation().contains("unplugged"), now.explanation());
      halyard.reopen("fast:0");
      assertEquals("fast:0", rank(halyard).best().id());
    }
  }

  @Test
  void anInterruptStopsTheRankingAndClosesWhatItMeasured() throws InterruptedException {
    slow.gate = new CountDownLatch(1);
    try (Halyard halyard = open()) {
      AtomicReference<Ranking> ranking = new AtomicReference<>();
      Thread thread = Thread.ofPlatform().start(() -> ranking.set(rank(halyard)));
      assertTrue(slow.begun.await(20, TimeUnit.SECONDS));
      thread.interrupt();
      assertTrue(thread.join(Duration.ofSeconds(10)));
      assertEquals(0, fast.compiles.get());
      Exception e = assertThrows(UnsupportedOnDeviceException.class, ranking.get()::best);
      assertTrue(e.getMessage().contains("interrupted"), e.getMessage());
      slow.gate.countDown();
      for (int i = 0; i < 1000 && openHandles() > 0; i++) {
        Thread.sleep(10);
      }
      assertEquals(0, openHandles());
      assertFalse(rank(halyard).cached());
    }
  }

  @Test
  void rankingKeepsNothingOpen() {
    try (Halyard halyard = open()) {
      rank(halyard);
      assertEquals(0, openHandles());
      halyard.best(Objective.LATENCY);
      assertEquals(0, openHandles());
    }
  }

  @Test
  void fewMeasuredKernelsWaitAndTheOneHandedOverIsNeverClosed() {
    try (Halyard halyard = Halyard.open(config().rankBudget(Duration.ofMillis(100)))) {
      Graph first = Fixture.increment();
      try (Kernel kept =
          halyard.best(Objective.LATENCY, first, Workload.standard()).compile(first)) {
        int[] handles = new int[7];
        for (int i = 0; i < handles.length; i++) {
          int addend = 2 + i;
          Graph graph = Graph.of("add", g -> g.output("y", g.input("x", DType.F32, 4).add(addend)));
          halyard.best(Objective.LATENCY, graph, Workload.standard());
          handles[i] = openHandles();
        }
        assertTrue(handles[3] > handles[2], Arrays.toString(handles));
        assertEquals(handles[3], handles[6], Arrays.toString(handles));
        float[] y = kept.run(Map.of("x", Tensor.of(new float[4], 4))).get("y").toFloats();
        assertArrayEquals(new float[] {1, 1, 1, 1}, y);
      }
    }
    assertEquals(0, openHandles());
  }

  @Test
  void anUnsteadyChallengerDoesNotUnseatAnIncumbentByThroughput() {
    slow.extraNanos = 10_000_000;
    fast.extraNanos = 20_000_000;
    try (Halyard halyard = open()) {
      assertEquals("slow:0", throughput(halyard).best().id());
    }
    // On average three times as fast, and in some windows half as fast.
    fast.extraOfRun = run -> run % 64 < 60 ? 1_000_000 : 30_000_000;
    try (Halyard halyard = Halyard.open(config().property("halyard.changed", "yes"))) {
      Ranking ranking = throughput(halyard);
      assertFalse(ranking.cached());
      assertEquals("fast:0", ranking.candidates().getFirst().device().id());
      assertEquals("slow:0", ranking.best().id());
    }
  }

  private static Ranking throughput(Halyard halyard) {
    return halyard.rank(Objective.THROUGHPUT, Fixture.increment(), Workload.standard());
  }
}
