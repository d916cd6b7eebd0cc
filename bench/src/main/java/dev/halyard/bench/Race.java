package dev.halyard.bench;

import dev.halyard.bench.Bench.Settings;
import dev.halyard.bench.BenchRow.Figures;
import dev.halyard.bench.BenchRow.Outcome;
import dev.halyard.bench.side.BenchCase;
import dev.halyard.bench.side.BenchCase.Launch;
import dev.halyard.bench.side.BenchCase.XrtDense;
import dev.halyard.bench.side.SideKind;
import dev.halyard.bench.side.SideRequest;
import dev.halyard.examples.Progress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Runs one case on our side and its peers' in turns.
 *
 * <p>A round is a block of every side in random order, then the same backwards, so that a drift
 * falls on all alike; a sample is the mean of a side's two blocks. The other sides are stopped in
 * the meantime. Each block starts with runs that are not timed: the caches hold other sides' data,
 * and threads of this side have gone to sleep.
 */
final class Race implements AutoCloseable {
  /** An interval is narrow enough when its ends are no further than this from its middle. */
  static final double PRECISION = 0.03;

  private static final long BLOCK_NANOS = 50_000_000;

  private static final long SETTLE_NANOS = 150_000_000;

  private static final long MAX_WARM_UP_NANOS = 2_000_000_000;
  private static final int MIN_ROUNDS = 3;

  /** Below this many rounds an interval by bootstrap is narrower than it should be. */
  private static final int TRUSTED_ROUNDS = 8;

  private static final int LOOK_EVERY = 4;

  private final BenchCase benchCase;
  private final Settings settings;
  private final Progress progress;
  private final Workers workers;
  private final Path folder;
  private final Random random = new Random();
  private final List<Contender> peers = new ArrayList<>();
  private final Map<SideKind, BenchRow> broken = new EnumMap<>(SideKind.class);
  private @Nullable Contender ours;

  Race(BenchCase benchCase, Settings settings, Progress progress, Workers workers, Path folder) {
    this.benchCase = benchCase;
    this.settings = settings;
    this.progress = progress;
    this.workers = workers;
    this.folder = folder;
  }

  /** {@return a row per peer, in the order given} */
  List<BenchRow> run(List<SideKind> kinds) throws InterruptedException {
    try {
      checkDevice();
      Contender we = open(SideKind.HALYARD, "");
      ours = we;
      openPeers(kinds, we);
      measure(we);
    } catch (SideException e) {
      fail(kinds, e);
    }
    return kinds.stream().map(this::row).toList();
  }

  private BenchRow row(SideKind kind) {
    BenchRow reason = broken.get(kind);
    return reason != null
        ? reason
        : row(peers.stream().filter(peer -> peer.kind() == kind).findFirst().orElseThrow());
  }

  private void checkDevice() throws SideException {
    String device = settings.device();
    if (benchCase instanceof Launch && device.startsWith("cpu:")) {
      throw unsuited("launches of an OpenCL device");
    }
    if (benchCase instanceof XrtDense && !device.startsWith("fpga-xrt:")) {
      throw unsuited("runs of an FPGA board");
    }
  }

  private SideException unsuited(String compared) {
    return SideException.absent(
        "compares %s, and %s is none; choose one by --device"
            .formatted(compared, settings.device()));
  }

  /** Our own side broke: no peer has anything to be compared with. */
  private void fail(List<SideKind> kinds, SideException e) {
    peers.forEach(Contender::close);
    peers.clear();
    for (SideKind kind : kinds) {
      if (!broken.containsKey(kind)) {
        Outcome outcome = e.isAbsent() ? Outcome.ABSENT : Outcome.FAILED;
        String who = e.isAbsent() ? "" : SideKind.HALYARD.id() + ": ";
        broken.put(kind, broken(kind, "", outcome, who + e.reason()));
      }
    }
  }

  private Contender open(SideKind kind, String deviceName)
      throws SideException, InterruptedException {
    progress.at(benchCase.id() + ": preparing " + kind.id(), 0, 1);
    WorkerProcess process = workers.start(kind, settings.threads(), folder);
    try {
      SideRequest request =
          new SideRequest(kind, benchCase, settings.threads(), settings.device(), deviceName);
      return new Contender(kind, process, process.prepare(request));
    } catch (SideException | InterruptedException e) {
      process.close();
      throw e;
    }
  }

  private void openPeers(List<SideKind> kinds, Contender we)
      throws SideException, InterruptedException {
    String device = we.description();
    String name = device.substring(device.indexOf(": ") + 1).strip();
    float[] result = we.output();
    for (SideKind kind : kinds) {
      try {
        Contender peer = open(kind, name);
        peers.add(peer);
        check(peer, result);
      } catch (SideException e) {
        drop(kind, e);
      }
    }
  }

  private void check(Contender peer, float[] result) throws SideException, InterruptedException {
    progress.at(benchCase.id() + ": comparing results", 0, 1);
    Agreement.check(result, peer.output(), benchCase.tolerance());
  }

  private void drop(SideKind kind, SideException e) {
    Optional<Contender> peer = peers.stream().filter(p -> p.kind() == kind).findFirst();
    peer.ifPresent(Contender::close);
    peers.removeAll(peer.stream().toList());
    Outcome outcome = e.isAbsent() ? Outcome.ABSENT : Outcome.FAILED;
    broken.put(
        kind, broken(kind, peer.map(Contender::description).orElse(""), outcome, e.reason()));
  }

  private BenchRow broken(SideKind kind, String theirs, Outcome outcome, String reason) {
    return new BenchRow(
        benchCase.id(),
        kind.id(),
        settings.threads(),
        outcome,
        Optional.empty(),
        ours == null ? "" : ours.description(),
        theirs,
        reason);
  }

  private void measure(Contender we) throws SideException, InterruptedException {
    if (peers.isEmpty()) {
      return;
    }
    long start = System.nanoTime();
    long budget = settings.budget().toNanos();
    warmUp(we, Math.min(MAX_WARM_UP_NANOS, budget / 10));
    boolean open = true;
    while (open && !peers.isEmpty()) {
      round(we);
      long spent = System.nanoTime() - start;
      progress.at(
          benchCase.id() + ": measuring", seconds(Math.min(spent, budget)), seconds(budget));
      open = we.rounds() < MIN_ROUNDS || (spent < budget && !isPrecise(we));
    }
  }

  private static int seconds(long nanos) {
    return (int) Duration.ofNanos(nanos).toSeconds();
  }

  private void warmUp(Contender we, long nanos) throws SideException, InterruptedException {
    progress.at(benchCase.id() + ": warming up", 0, 1);
    for (Contender side : sides(we)) {
      try {
        side.warmUp(nanos, BLOCK_NANOS);
      } catch (SideException e) {
        dropUnlessOurs(side, we, e);
      }
    }
  }

  private List<Contender> sides(Contender we) {
    List<Contender> sides = new ArrayList<>(peers);
    sides.add(we);
    return sides;
  }

  private void dropUnlessOurs(Contender side, Contender we, SideException e) throws SideException {
    if (side == we) {
      throw e;
    }
    drop(side.kind(), e);
  }

  private void round(Contender we) throws SideException, InterruptedException {
    List<Contender> order = sides(we);
    Collections.shuffle(order, random);
    Map<Contender, Double> sums = new LinkedHashMap<>();
    blocks(order, we, sums);
    blocks(order.reversed(), we, sums);
    sums.forEach((side, sum) -> side.record(sum / 2));
  }

  private void blocks(List<Contender> order, Contender we, Map<Contender, Double> sums)
      throws SideException, InterruptedException {
    for (Contender side : order) {
      if (side != we && !peers.contains(side)) {
        continue; // it broke earlier in this round
      }
      try {
        sums.merge(side, side.block(SETTLE_NANOS), Double::sum);
      } catch (SideException e) {
        sums.remove(side);
        dropUnlessOurs(side, we, e);
      }
    }
  }

  private boolean isPrecise(Contender we) {
    return we.rounds() % LOOK_EVERY == 0
        && we.rounds() >= TRUSTED_ROUNDS
        && peers.stream()
            .map(peer -> RatioEstimate.of(we.millis(), peer.millis()))
            .allMatch(estimate -> estimate.relativeWidth() <= PRECISION);
  }

  private BenchRow row(Contender peer) {
    Contender we = ours;
    if (we == null || we.rounds() == 0) {
      return broken(peer.kind(), peer.description(), Outcome.FAILED, "was not measured");
    }
    RatioEstimate estimate = RatioEstimate.of(we.millis(), peer.millis());
    boolean precise = we.rounds() >= TRUSTED_ROUNDS && estimate.relativeWidth() <= PRECISION;
    return new BenchRow(
        benchCase.id(),
        peer.kind().id(),
        settings.threads(),
        precise ? Outcome.MEASURED : Outcome.IMPRECISE,
        Optional.of(figures(estimate, we.rounds())),
        we.description(),
        peer.description(),
        precise ? "" : imprecise(estimate, we.rounds()));
  }

  private static Figures figures(RatioEstimate estimate, int rounds) {
    return new Figures(
        estimate.ours(),
        estimate.peer(),
        estimate.ratio(),
        estimate.low(),
        estimate.high(),
        rounds);
  }

  private static String imprecise(RatioEstimate estimate, int rounds) {
    String why =
        rounds < TRUSTED_ROUNDS
            ? "only %d rounds fitted into the budget, and an interval wants %d"
                .formatted(rounds, TRUSTED_ROUNDS)
            : "the ratio is known to %.1f%% either way, and %.0f%% are wanted"
                .formatted(100 * estimate.relativeWidth(), 100 * PRECISION);
    return why + "; measure on a quieter machine, or with a larger --budget";
  }

  @Override
  public void close() {
    peers.forEach(Contender::close);
    if (ours != null) {
      ours.close();
    }
  }
}
