package dev.halyard.runtime.rank;

import dev.halyard.Device;
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
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
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

  private final Halyard.Config config;
  private final RankingCache cache;
  private final Consumer<Kernel> adopt;

  /**
   * Makes a ranker.
   *
   * @param config the budget and the cache folder
   * @param adopt receives the winner's kernel, to close it if nobody compiles that graph
   */
  public Ranker(Halyard.Config config, Consumer<Kernel> adopt) {
    this.config = config;
    this.cache = new RankingCache(config);
    this.adopt = adopt;
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
    RankEvent event = new RankEvent();
    event.begin();
    String key = RankingCache.key(objective, graph, workload, devices, config);
    Optional<RankingCache.Kept> kept = cache.get(key);
    DefaultRanking ranking =
        kept.isPresent()
            ? recall(objective, graph, devices, kept.get())
            : measure(objective, graph, workload, devices, key);
    event.graph = graph.name();
    event.objective = objective.name();
    event.winner = ranking.winner() == null ? "" : ranking.winner().id();
    event.cached = ranking.cached();
    event.commit();
    return ranking;
  }

  private DefaultRanking recall(
      Objective objective, Graph graph, List<DefaultDevice> devices, RankingCache.Kept kept) {
    Map<DefaultDevice, Measured> measured = new LinkedHashMap<>();
    for (DefaultDevice device : devices) {
      Measurement measurement = kept.measurements().get(device.id());
      measured.put(
          device,
          new Measured(measurement, 0, 0, null, kept.reasons().getOrDefault(device.id(), "")));
    }
    DefaultDevice winner =
        devices.stream()
            .filter(device -> device.id().equals(kept.winner()))
            .findFirst()
            .orElse(null);
    return ranking(
        objective, graph, measured, winner, "measured " + kept.at() + " and kept", kept.at(), true);
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
      measured.put(device, measureGuarded(device, graph, workload, objective, share));
    }
    String incumbentKey = RankingCache.incumbentKey(objective, graph, workload);
    DefaultDevice winner = choose(objective, measured, cache.incumbent(incumbentKey).orElse(""));
    Instant now = Instant.now();
    closeOthers(measured, winner);
    if (winner != null) {
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
                Measured measured = Measurer.measure(device, graph, workload, objective, share);
                if (!result.complete(measured) && measured.kernel() != null) {
                  measured.kernel().close();
                }
              } catch (Throwable e) {
                result.completeExceptionally(e);
              }
            });
    try {
      return result.get(share.plus(GRACE).toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      return Measured.passedOver(
          String.valueOf(Objects.requireNonNullElse(e.getCause(), e).getMessage()));
    } catch (TimeoutException e) {
      result.cancel(false);
      return Measured.passedOver(
          "it hung: no result within " + share.plus(GRACE).toSeconds() + " s");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Measured.passedOver("the ranking was interrupted");
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
    return byMargin && (objective == Objective.THROUGHPUT || apart);
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
          if (device != winner && result.kernel() != null) {
            result.kernel().close();
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
    Device chosen = winner == null ? null : chosen(winner, explanation, measured.get(winner));
    return new DefaultRanking(
        objective, List.copyOf(candidates), chosen, explanation, at, cached, graph.name());
  }

  private Device chosen(DefaultDevice winner, String explanation, @Nullable Measured result) {
    Kernel kernel = result == null ? null : result.kernel();
    if (kernel != null) {
      adopt.accept(kernel);
    }
    return new ChosenDevice(winner, explanation, kernel);
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
    if (m == null) {
      return "not measured";
    }
    return objective == Objective.THROUGHPUT
        ? String.format(Locale.ROOT, "%.0f runs per second", m.runsPerSecond())
        : String.format(
            Locale.ROOT,
            "p50 %s, p99 %s over %d runs",
            time(m.p50Micros()),
            time(m.p99Micros()),
            m.runs());
  }

  /** In the unit that fits. */
  private static String time(double micros) {
    return micros < 1000
        ? String.format(Locale.ROOT, "%.1f us", micros)
        : String.format(Locale.ROOT, "%.1f ms", micros / 1000);
  }
}
