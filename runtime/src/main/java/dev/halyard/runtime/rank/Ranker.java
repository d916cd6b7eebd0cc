package dev.halyard.runtime.rank;

import dev.halyard.Graph;
import dev.halyard.Halyard;
import dev.halyard.Kernel;
import dev.halyard.Objective;
import dev.halyard.Ranking;
import dev.halyard.Ranking.Measurement;
import dev.halyard.Workload;
import dev.halyard.runtime.execute.ChosenDevice;
import dev.halyard.runtime.execute.DefaultDevice;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Ranks devices by measurement, remembers the result, and says why. */
public final class Ranker {
  /**
   * An incumbent stays unless a challenger takes less than this share of its time, with confidence.
   */
  private static final double CHALLENGE = 1 / 1.10;

  /** With a single device there is nothing to compare: its figure is only for the explanation. */
  private static final Duration SINGLE_BUDGET = Duration.ofSeconds(2);

  /**
   * How long a device may overrun its share before it counts as hung; compilation falls in here.
   */
  private static final Duration GRACE = Duration.ofSeconds(30);

  private static final String INTERRUPTED = "the ranking was interrupted";

  private final Halyard.Config config;
  private final RankingCache cache;

  /**
   * Makes a ranker.
   *
   * @param config the budget and the cache folder
   */
  public Ranker(Halyard.Config config) {
    this.config = config;
    this.cache = new RankingCache(config);
  }

  /**
   * {@return the ranking of devices for a graph}
   *
   * @param objective what the order is by
   * @param graph what will run
   * @param workload realistic inputs
   * @param devices the candidates
   */
  public Ranking rank(
      Objective objective, Graph graph, Workload workload, List<DefaultDevice> devices) {
    DefaultRanking ranking = ranked(objective, graph, workload, devices);
    if (ranking.winner() != null) {
      ranking.winner().release();
    }
    return ranking;
  }

  /**
   * {@return the best device, with the kernel that was measured: the caller's to release}
   *
   * @param objective what to be best at
   * @param graph what will run
   * @param workload realistic inputs
   * @param devices the candidates
   */
  public ChosenDevice best(
      Objective objective, Graph graph, Workload workload, List<DefaultDevice> devices) {
    return ranked(objective, graph, workload, devices).best();
  }

  private DefaultRanking ranked(
      Objective objective, Graph graph, Workload workload, List<DefaultDevice> devices) {
    RankEvent event = new RankEvent();
    event.begin();
    String key = RankingCache.key(objective, graph, workload, devices, config);
    DefaultRanking ranking =
        cache
            .get(key)
            .flatMap(kept -> recall(objective, graph, devices, kept))
            .orElseGet(() -> measure(objective, graph, workload, devices, key));
    event.graph = graph.name();
    event.objective = objective.name();
    event.winner = ranking.winner() == null ? "" : ranking.winner().id();
    event.cached = ranking.cached();
    event.commit();
    return ranking;
  }

  /** {@return what was kept; empty if its winner is lost, since the next best has to be found} */
  private Optional<DefaultRanking> recall(
      Objective objective, Graph graph, List<DefaultDevice> devices, RankingCache.Kept kept) {
    Map<DefaultDevice, Measured> measured = new LinkedHashMap<>();
    for (DefaultDevice device : devices) {
      measured.put(
          device,
          Measured.kept(
              kept.measurements().get(device.id()),
              kept.reasons().getOrDefault(device.id(), ""),
              kept.notes().getOrDefault(device.id(), "")));
    }
    String when = "measured " + kept.at() + " and kept";
    return devices.stream()
        .filter(device -> device.id().equals(kept.winner()) && !device.isLost())
        .findFirst()
        .map(winner -> ranking(objective, graph, measured, winner, when, kept.at(), true));
  }

  private DefaultRanking measure(
      Objective objective,
      Graph graph,
      Workload workload,
      List<DefaultDevice> devices,
      String key) {
    Map<DefaultDevice, Measured> measured = new LinkedHashMap<>();
    Duration share =
        devices.size() == 1
            ? least(SINGLE_BUDGET, config.rankBudget())
            : config.rankBudget().dividedBy(Math.max(1, devices.size()));
    for (DefaultDevice device : devices) {
      measured.put(
          device,
          Thread.currentThread().isInterrupted()
              ? Measured.passedOverForNow(INTERRUPTED)
              : measureGuarded(device, graph, workload, objective, share));
    }
    String incumbentKey = RankingCache.incumbentKey(objective, graph, workload);
    DefaultDevice winner = choose(objective, measured, cache.incumbent(incumbentKey).orElse(""));
    Instant now = Instant.now();
    closeOthers(measured, winner);
    // A choice made while a device was busy must not outlive that.
    if (winner != null && measured.values().stream().allMatch(Measured::lasting)) {
      cache.put(key, new LinkedHashMap<>(measured), winner.id(), now);
      cache.putIncumbent(incumbentKey, winner.id());
    }
    return ranking(objective, graph, measured, winner, "measured now", now, false);
  }

  private static Duration least(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  /** Measures on a thread of its own: a candidate that hangs or crashes is a rejected candidate. */
  private static Measured measureGuarded(
      DefaultDevice device, Graph graph, Workload workload, Objective objective, Duration share) {
    CompletableFuture<Measured> result = new CompletableFuture<>();
    Thread.ofPlatform()
        .daemon()
        .name("halyard-rank-" + device.id())
        .start(
            () -> {
              try {
                Measured measured =
                    Measurer.measure(
                        device, graph, workload, objective, share, result::isCancelled);
                if (!result.complete(measured)) {
                  measured.close();
                }
              } catch (Throwable e) {
                result.completeExceptionally(e);
              }
            });
    try {
      return result.get(share.plus(GRACE).toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      return Measured.failed(e.getCause() == null ? e : e.getCause());
    } catch (TimeoutException e) {
      abandon(result);
      return Measured.passedOverForNow(
          "it hung: no result within " + share.plus(GRACE).toSeconds() + " s");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      abandon(result);
      return Measured.passedOverForNow(INTERRUPTED);
    }
  }

  /** Has the kernel closed: by the measuring thread, or here if that was done a moment ago. */
  private static void abandon(CompletableFuture<Measured> result) {
    if (!result.cancel(false) && !result.isCompletedExceptionally()) {
      result.join().close();
    }
  }

  private static @Nullable DefaultDevice choose(
      Objective objective, Map<DefaultDevice, Measured> measured, String incumbentId) {
    List<DefaultDevice> eligible =
        measured.entrySet().stream()
            .filter(
                entry ->
                    entry.getValue().measurement() != null
                        && !entry.getKey().descriptor().emulated())
            .map(Map.Entry::getKey)
            .sorted(Comparator.comparingDouble(device -> cost(objective, measured, device)))
            .toList();
    if (eligible.isEmpty()) {
      return null;
    }
    DefaultDevice fastest = eligible.getFirst();
    return eligible.stream()
        .filter(device -> device.id().equals(incumbentId))
        .filter(incumbent -> !clearlyBetter(objective, measured, fastest, incumbent))
        .findFirst()
        .orElse(fastest);
  }

  private static boolean clearlyBetter(
      Objective objective,
      Map<DefaultDevice, Measured> measured,
      DefaultDevice challenger,
      DefaultDevice incumbent) {
    boolean byMargin =
        cost(objective, measured, challenger) < cost(objective, measured, incumbent) * CHALLENGE;
    Measured fast = measured.get(challenger);
    Measured held = measured.get(incumbent);
    boolean apart = fast != null && held != null && fast.highMicros() < held.lowMicros();
    return byMargin && apart;
  }

  /** {@return what is to be small: the median time, or the time per run with runs overlapping} */
  private static double cost(
      Objective objective, Map<DefaultDevice, Measured> measured, DefaultDevice device) {
    Measured result = measured.get(device);
    Measurement m = result == null ? null : result.measurement();
    if (m == null) {
      return Double.POSITIVE_INFINITY;
    }
    return objective == Objective.THROUGHPUT ? 1e6 / m.runsPerSecond() : m.p50Micros();
  }

  private static void closeOthers(
      Map<DefaultDevice, Measured> measured, @Nullable DefaultDevice winner) {
    measured.forEach(
        (device, result) -> {
          if (device != winner) {
            result.close();
          }
        });
  }

  private DefaultRanking ranking(
      Objective objective,
      Graph graph,
      Map<DefaultDevice, Measured> measured,
      @Nullable DefaultDevice winner,
      String when,
      Instant at,
      boolean cached) {
    List<DefaultDevice> order = new ArrayList<>(measured.keySet());
    order.sort(Comparator.comparingDouble(device -> cost(objective, measured, device)));
    List<Ranking.Candidate> candidates = new ArrayList<>();
    for (DefaultDevice device : order) {
      Measured result = measured.getOrDefault(device, Measured.passedOver("not measured"));
      String reason =
          result.measurement() != null && device.descriptor().emulated()
              ? "emulated: ranked, and never chosen unless asked for"
              : result.reason();
      candidates.add(
          new DefaultRanking.Entry(device, Optional.ofNullable(result.measurement()), reason));
    }
    String explanation =
        winner == null
            ? "no device runs the graph"
            : explain(objective, measured, winner, order, when);
    ChosenDevice chosen =
        winner == null ? null : new ChosenDevice(winner, explanation, kernelOf(measured, winner));
    return new DefaultRanking(
        objective, List.copyOf(candidates), chosen, explanation, at, cached, graph.name());
  }

  private static @Nullable Kernel kernelOf(
      Map<DefaultDevice, Measured> measured, DefaultDevice device) {
    Measured result = measured.get(device);
    return result == null ? null : result.kernel();
  }

  private static String explain(
      Objective objective,
      Map<DefaultDevice, Measured> measured,
      DefaultDevice winner,
      List<DefaultDevice> order,
      String when) {
    StringBuilder text = new StringBuilder(winner.id() + " (" + winner.descriptor().name() + "): ");
    text.append(figure(objective, measured.get(winner)));
    List<DefaultDevice> others = order.stream().filter(device -> device != winner).toList();
    if (others.isEmpty()) {
      text.append("; it is the only device found");
    }
    for (DefaultDevice other : others) {
      Measured result = measured.get(other);
      boolean known = result != null && result.measurement() != null;
      text.append("; ")
          .append(other.id())
          .append(": ")
          .append(
              known
                  ? figure(objective, result)
                  : "passed over, " + (result == null ? "" : result.reason()));
      if (known && other.descriptor().emulated()) {
        text.append(" (emulated, never chosen unless asked for)");
      } else if (known && cost(objective, measured, other) < cost(objective, measured, winner)) {
        text.append(" (not clearly better by 10%, so the earlier choice stays)");
      }
    }
    return text.append("; ").append(when).toString();
  }

  private static String figure(Objective objective, @Nullable Measured result) {
    Measurement m = result == null ? null : result.measurement();
    if (result == null || m == null) {
      return "not measured";
    }
    String figures =
        objective == Objective.THROUGHPUT
            ? String.format(Locale.ROOT, "%.0f runs per second", m.runsPerSecond())
            : String.format(
                Locale.ROOT,
                "p50 %s, p99 %s over %d runs",
                time(m.p50Micros()),
                time(m.p99Micros()),
                m.runs());
    return result.note().isEmpty() ? figures : figures + " with " + result.note();
  }

  /** In the unit that fits. */
  private static String time(double micros) {
    return micros < 1000
        ? String.format(Locale.ROOT, "%.1f us", micros)
        : String.format(Locale.ROOT, "%.1f ms", micros / 1000);
  }
}
