package dev.halyard.bench;

import dev.halyard.bench.side.BenchCase;
import dev.halyard.bench.side.BenchCase.Launch;
import dev.halyard.bench.side.BenchCase.MiniLmRun;
import dev.halyard.bench.side.BenchCase.Mlp;
import dev.halyard.bench.side.BenchCase.Sgemm;
import dev.halyard.bench.side.BenchCase.XrtDense;
import dev.halyard.bench.side.SideKind;
import dev.halyard.examples.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Measures cases side by side with peers: each side in a process of its own, with equally many
 * threads, in blocks that take turns.
 */
public final class Bench {
  private static final String CPU = "cpu:0";

  private Bench() {}

  /**
   * How to measure.
   *
   * @param device the id of the device that our side runs on
   * @param threads how many threads each side may compute with
   * @param budget how long to measure a case at most, once its sides are ready; a few rounds are
   *     measured in any case
   */
  public record Settings(String device, int threads, Duration budget) {}

  /**
   * Measures a case beside each of its peers.
   *
   * @param benchCase the case
   * @param settings how to measure
   * @param progress hears of each step
   * @return a row per peer; what could not be measured says why
   * @throws IOException if no temporary file can be written
   * @throws InterruptedException if interrupted
   */
  public static List<BenchRow> run(BenchCase benchCase, Settings settings, Progress progress)
      throws IOException, InterruptedException {
    return run(benchCase, peers(benchCase, settings.device), settings, progress, new Workers());
  }

  static List<BenchRow> run(
      BenchCase benchCase,
      List<SideKind> peers,
      Settings settings,
      Progress progress,
      Workers workers)
      throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("halyard-bench");
    try (Race race = new Race(benchCase, settings, progress, workers, folder)) {
      return race.run(peers);
    } finally {
      delete(folder);
    }
  }

  /** {@return who runs the case beside us} */
  static List<SideKind> peers(BenchCase benchCase, String device) {
    boolean cpu = device.equals(CPU);
    List<SideKind> peers = new ArrayList<>();
    peers.addAll(
        switch (benchCase) {
          case Sgemm _ -> List.of(SideKind.OPENBLAS, SideKind.CLBLAST);
          case MiniLmRun(_, boolean seeded) when seeded ->
              List.of(SideKind.PYTORCH, SideKind.TORCH_COMPILE);
          case MiniLmRun _, Mlp _ -> List.of(SideKind.ONNX_RUNTIME);
          case Launch _ -> List.of(SideKind.C_OPENCL);
          case XrtDense _ -> List.of(SideKind.C_XRT);
        });
    if (!cpu) {
      peers.addAll(
          switch (benchCase) {
            case Sgemm _ -> List.of(SideKind.PYTORCH, SideKind.CPU_PLUGIN);
            case MiniLmRun _ -> List.of(SideKind.CPU_PLUGIN);
            case Mlp _ -> List.of(SideKind.PYTORCH, SideKind.TORCH_COMPILE, SideKind.CPU_PLUGIN);
            case Launch _ -> List.of(SideKind.PYTORCH);
            case XrtDense _ -> List.of();
          });
    }
    return peers;
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
