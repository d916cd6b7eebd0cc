package dev.halyard.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.halyard.bench.BenchRow.Figures;
import dev.halyard.bench.BenchRow.Outcome;
import dev.halyard.bench.side.BenchCase;
import dev.halyard.bench.side.FakeWorker;
import dev.halyard.bench.side.FakeWorker.Manner;
import dev.halyard.bench.side.SideKind;
import dev.halyard.bench.side.SideRequest;
import dev.halyard.examples.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole benchmarks, of workers that compute nothing. */
class BenchTests {
  private static final BenchCase CASE = BenchCase.of("sgemm-1x2x1");

  /** Starts workers that behave as they are told. */
  private static final class FakeWorkers extends Workers {
    private final Map<SideKind, Manner> manners;

    FakeWorkers(Map<SideKind, Manner> manners) {
      this.manners = manners;
    }

    @Override
    WorkerProcess start(SideKind side, int threads, Path folder) {
      List<String> command = java(threads, FakeWorker.class.getName());
      command.add(manners.get(side).name());
      return WorkerProcess.start(command, environment(threads), folder);
    }
  }

  private static List<BenchRow> run(Manner ours, Manner openBlas, Manner clBlast)
      throws IOException, InterruptedException {
    Map<SideKind, Manner> manners = new EnumMap<>(SideKind.class);
    manners.put(SideKind.HALYARD, ours);
    manners.put(SideKind.OPENBLAS, openBlas);
    manners.put(SideKind.CLBLAST, clBlast);
    return Bench.run(
        CASE,
        List.of(SideKind.OPENBLAS, SideKind.CLBLAST),
        new Bench.Settings("cpu:0", 3, Duration.ofMillis(100)),
        Progress.NONE,
        new FakeWorkers(manners));
  }

  private static void assertBroken(BenchRow row, Outcome outcome, String reason) {
    assertEquals(outcome, row.outcome());
    assertTrue(row.figures().isEmpty());
    assertTrue(row.reason().contains(reason), row.reason());
  }

  private static void assertTimed(BenchRow row) {
    Figures figures = row.figures().orElseThrow(() -> new AssertionError(row.reason()));
    assertEquals("sgemm-1x2x1", row.caseId());
    assertEquals(3, row.threads());
    assertEquals("fake:0: a fake", row.theirs());
    assertTrue(figures.rounds() >= 3, figures.toString());
    assertEquals(figures.oursMs() / figures.peerMs(), figures.ratio());
    assertTrue(figures.low() <= figures.high(), figures.toString());
  }

  @Test
  void everyPeerHasARowInOrder() throws Exception {
    List<BenchRow> rows = run(Manner.GOOD, Manner.GOOD, Manner.ABSENT);

    assertEquals(List.of("openblas", "clblast"), rows.stream().map(BenchRow::peer).toList());
    assertTimed(rows.get(0));
    assertBroken(rows.get(1), Outcome.ABSENT, "not installed");
  }

  @Test
  void wrongResultIsNotTimed() throws Exception {
    List<BenchRow> rows = run(Manner.GOOD, Manner.WRONG, Manner.NOT_A_NUMBER);

    assertBroken(rows.get(0), Outcome.FAILED, "max relative error");
    assertBroken(rows.get(1), Outcome.FAILED, "max relative error NaN");
  }

  @Test
  void crashTellsTheExitCodeAndTheLastWords() throws Exception {
    List<BenchRow> rows = run(Manner.GOOD, Manner.CRASHING, Manner.BROKEN);

    assertBroken(rows.get(0), Outcome.FAILED, "exit code 77: last words");
    assertBroken(rows.get(1), Outcome.FAILED, "broken by design");
  }

  @Test
  void ourOwnFailureIsInEveryRow() throws Exception {
    for (Manner ours : List.of(Manner.BROKEN, Manner.CRASHING)) {
      List<BenchRow> rows = run(ours, Manner.GOOD, Manner.ABSENT);

      assertBroken(rows.get(0), Outcome.FAILED, "halyard: ");
      assertEquals(2, rows.size());
    }
  }

  @Test
  void realPeersAgreeWithUsOrSayWhyTheyAreAbsent() throws Exception {
    List<BenchRow> rows =
        Bench.run(
            BenchCase.of("sgemm-5x33x17"),
            List.of(SideKind.OPENBLAS, SideKind.CLBLAST, SideKind.CPU_PLUGIN),
            new Bench.Settings("cpu:0", 1, Duration.ofMillis(100)),
            Progress.NONE,
            new Workers());

    for (BenchRow row : rows) {
      assertTrue(row.outcome() != Outcome.FAILED, row.toString());
    }
    assertTrue(rows.getLast().figures().isPresent(), rows.getLast().toString());
  }

  /** Peers that are programs in C, beside the CPU plugin. */
  @ParameterizedTest
  @CsvSource({
    "pocl, C_OPENCL, launch-12",
    "xrt,  C_XRT,    xrt-dense-64x10",
    "xrt,  C_XRT,    xrt-dense-100x33"
  })
  void programInCComputesWhatTheCaseDoes(
      String lane, SideKind program, String id, @TempDir Path folder) throws Exception {
    assumeTrue(
        List.of(System.getProperty("halyard.lanes", "").split(",", -1)).contains(lane),
        "the lane '" + lane + "' does not run: ./halyard test says why");
    BenchCase wanted = BenchCase.of(id);
    Workers workers = new Workers();
    try (WorkerProcess ours = workers.start(SideKind.HALYARD, 1, folder);
        WorkerProcess theirs = workers.start(program, 1, folder)) {
      ours.prepare(new SideRequest(SideKind.HALYARD, wanted, 1, "cpu:0", ""));
      theirs.prepare(new SideRequest(program, wanted, 1, "cpu:0", ""));

      Agreement.check(ours.output(), theirs.output(), wanted.tolerance());
      assertTrue(theirs.run(0, 3) > 0);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"launch-12", "xrt-dense-64x10"})
  void whatNeedsAnotherDeviceDoesNotStartOnTheCpuPlugin(String id) throws Exception {
    List<String> steps = new ArrayList<>();
    List<BenchRow> rows =
        Bench.run(
            BenchCase.of(id),
            new Bench.Settings("cpu:0", 1, Duration.ofSeconds(1)),
            (step, done, total) -> steps.add(step));

    assertBroken(rows.getFirst(), Outcome.ABSENT, "choose one by --device");
    assertEquals(List.of(), steps);
  }

  @Test
  void peersDependOnTheCaseAndTheDevice() {
    assertEquals(
        List.of(SideKind.OPENBLAS, SideKind.CLBLAST, SideKind.PYTORCH, SideKind.CPU_PLUGIN),
        Bench.peers(CASE, "opencl:0"));
    assertEquals(List.of(SideKind.OPENBLAS, SideKind.CLBLAST), Bench.peers(CASE, "cpu:0"));
    assertEquals(List.of(SideKind.ONNX_RUNTIME), Bench.peers(BenchCase.of("minilm-s16"), "cpu:0"));
    assertEquals(
        List.of(SideKind.PYTORCH, SideKind.TORCH_COMPILE, SideKind.CPU_PLUGIN),
        Bench.peers(BenchCase.of("minilm-s16-seeded"), "opencl:0"));
    assertEquals(
        List.of(SideKind.C_OPENCL, SideKind.PYTORCH),
        Bench.peers(BenchCase.of("launch-12"), "opencl:0"));
    assertEquals(
        List.of(SideKind.C_XRT), Bench.peers(BenchCase.of("xrt-dense-64x10"), "fpga-xrt:0"));
  }

  @Test
  void everySideHasAsManyThreads() {
    Map<String, String> environment = Workers.environment(2);

    assertEquals("2", environment.get("OPENBLAS_NUM_THREADS"));
    assertEquals("2", environment.get("POCL_MAX_PTHREAD_COUNT"));
    assertTrue(Workers.java(2, "Main").contains("-Dhalyard.cpu.threads=2"));
  }
}
