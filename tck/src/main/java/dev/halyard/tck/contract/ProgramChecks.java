package dev.halyard.tck.contract;

import dev.halyard.ArtefactNeededException;
import dev.halyard.CompileException;
import dev.halyard.spi.CompileMode;
import dev.halyard.spi.Profile;
import dev.halyard.spi.Stream;
import dev.halyard.spi.TestHooks;
import dev.halyard.tck.check.Check;
import dev.halyard.tck.check.NotClaimed;
import dev.halyard.tck.check.Patience;
import dev.halyard.tck.check.Trial;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Programs (S-401 to S-403) and artefacts (S-501, S-502). */
final class ProgramChecks {
  private static final int RUNS = 200;
  private static final int LEAST_RUNS = 10;
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final long[] DIMS = {1, 2, 7, 64, 65, 1000, 4096, 3};

  private ProgramChecks() {}

  static void addTo(List<Check> checks) {
    checks.add(Check.of("S-401", "bindings", ProgramChecks::servesSeveralBindings));
    checks.add(Check.of("S-402", "describe", ProgramChecks::describesItself));
    checks.add(Check.of("S-403", "dims", ProgramChecks::servesAllDims));
    checks.add(Check.of("S-403", "compiles once", ProgramChecks::compilesOnce));
    checks.add(Check.of("S-501", "load", ProgramChecks::artefactsAreFoundAgain));
    checks.add(Check.of("S-502", "spoiled", ProgramChecks::spoiledArtefactsAreRefused));
    checks.add(Check.of("S-502", "another graph's", ProgramChecks::swappedArtefactsAreRefused));
  }

  private static void servesSeveralBindings(Trial trial)
      throws InterruptedException, ExecutionException {
    try (BareDevice device = new BareDevice(trial.subject());
        ExecutorService pool = Executors.newFixedThreadPool(Sample.VARIANTS)) {
      Prepared prepared = Prepared.of(device);
      trial.record("sample", prepared.sample.toString());
      List<Callable<String>> tasks = new ArrayList<>();
      Patience patience = Patience.of(LEAST_RUNS, PATIENCE);
      for (int i = 0; i < Sample.VARIANTS; i++) {
        Stream stream = device.stream();
        BareDevice.Bound bound = prepared.bind();
        int variant = i;
        tasks.add(() -> repeat(prepared, stream, bound, variant, patience));
      }
      for (Future<String> result : pool.invokeAll(tasks, 60, TimeUnit.SECONDS)) {
        require(result.get().isEmpty(), result.get());
      }
    }
  }

  private static String repeat(
      Prepared prepared, Stream stream, BareDevice.Bound bound, int variant, Patience patience) {
    prepared.upload(stream, bound, variant);
    for (int run = 0; run < RUNS && patience.lasts(run); run++) {
      stream.execute(bound.binding());
      Prepared.Results results = prepared.download(stream, bound);
      BareDevice.await(stream, results.ticket());
      try {
        prepared.require(
            results, variant, "with " + Sample.VARIANTS + " bindings of one program at work");
      } catch (AssertionError e) {
        return String.valueOf(e.getMessage());
      }
    }
    return "";
  }

  private static void describesItself(Trial trial) {
    try (BareDevice device = new BareDevice(trial.subject())) {
      List<String> sections = new ArrayList<>();
      Prepared.of(device).program.describe((title, text) -> sections.add(title + ": " + text));
      require(!sections.isEmpty(), "describe() gives no section");
      require(sections.stream().noneMatch(String::isBlank), "describe() gives a blank section");
    }
  }

  private static void servesAllDims(Trial trial) {
    trial.subject().require(Profile.DYNAMIC_DIMS);
    try (BareDevice device = new BareDevice(trial.subject())) {
      Symbolic symbolic = Symbolic.of(device);
      trial.record("graph", symbolic.toString());
      Stream stream = device.stream();
      for (long n : DIMS) {
        symbolic.requireRight(stream, n);
      }
    }
  }

  private static void compilesOnce(Trial trial) {
    trial.subject().require(Profile.DYNAMIC_DIMS);
    try (BareDevice device = new BareDevice(trial.subject())) {
      TestHooks hooks =
          device
              .driver
              .testHooks()
              .orElseThrow(
                  () -> new NotClaimed("the driver has no test hooks that count compilations"));
      Symbolic symbolic = Symbolic.of(device);
      Stream stream = device.stream();
      long compiles = hooks.compiles();
      require(compiles > 0, "a program was compiled, and the hooks count no compilation");
      for (long n : DIMS) {
        symbolic.requireRight(stream, n);
      }
      require(hooks.compiles() == compiles, "other dimensions of one program were compiled");
    }
  }

  /** Compiles and runs a sample, and gives what the device stored of it. */
  private static KitContexts.Store stored(Trial trial, Sample sample) {
    KitContexts.Store store = new KitContexts.Store();
    try (BareDevice device = new BareDevice(trial.subject())) {
      Prepared.of(device, sample, CompileMode.JIT, store)
          .requireWorks(device.stream(), "when compiled with an empty store");
    }
    if (store.content.isEmpty()) {
      throw new NotClaimed("the device stores no artefacts");
    }
    return store;
  }

  private static List<Sample> samples(Trial trial) {
    try (BareDevice device = new BareDevice(trial.subject())) {
      return Sample.some(device.id(), device::claims, 2);
    }
  }

  private static void artefactsAreFoundAgain(Trial trial) {
    for (Sample sample : samples(trial)) {
      KitContexts.Store store = stored(trial, sample);
      try (BareDevice device = new BareDevice(trial.subject())) {
        Prepared loaded = Prepared.of(device, sample, CompileMode.LOAD_ONLY, store);
        Stream stream = device.stream();
        loaded.requireWorks(stream, "a program that was loaded");
        if (trial.subject().declares(Profile.DETERMINISTIC)) {
          requireEqualBits(loaded, Prepared.of(device, sample), stream);
        }
      } catch (ArtefactNeededException e) {
        throw new AssertionError("what was stored is not found again: " + e.getMessage(), e);
      }
    }
  }

  private static void requireEqualBits(Prepared loaded, Prepared fresh, Stream stream) {
    for (int variant = 0; variant < Sample.VARIANTS; variant++) {
      Map<String, MemorySegment> found = loaded.run(stream, variant).segments();
      fresh
          .run(stream, variant)
          .segments()
          .forEach(
              (name, bytes) ->
                  require(
                      bytes.mismatch(found.getOrDefault(name, MemorySegment.NULL)) < 0,
                      "a loaded program gives other bits than a compiled one"));
    }
  }

  private static void spoiledArtefactsAreRefused(Trial trial) {
    Sample sample = samples(trial).getFirst();
    Map<String, byte[]> good = stored(trial, sample).content;
    for (String fault : List.of("truncated", "altered", "another text", "empty")) {
      KitContexts.Store store = new KitContexts.Store();
      good.forEach((key, bytes) -> store.content.put(key, spoiled(fault, bytes)));
      requireNotUsed(trial, sample, store, fault);
    }
  }

  /** Good artefacts of this very device, under the keys of another graph's. */
  private static void swappedArtefactsAreRefused(Trial trial) {
    List<Sample> samples = samples(trial);
    if (samples.size() < 2) {
      throw new NotClaimed("the device claims one of the kit's graphs alone");
    }
    Map<String, byte[]> one = stored(trial, samples.getFirst()).content;
    Map<String, byte[]> other = stored(trial, samples.getLast()).content;
    KitContexts.Store ones = new KitContexts.Store();
    ones.content.putAll(swapped(one, other));
    requireNotUsed(trial, samples.getFirst(), ones, "another graph's");
    KitContexts.Store others = new KitContexts.Store();
    others.content.putAll(swapped(other, one));
    requireNotUsed(trial, samples.getLast(), others, "another graph's");
  }

  /** {@return artefacts with the bytes of others; what both have is no graph's and stays} */
  private static Map<String, byte[]> swapped(Map<String, byte[]> own, Map<String, byte[]> others) {
    List<byte[]> foreign =
        others.entrySet().stream()
            .filter(entry -> !own.containsKey(entry.getKey()))
            .sorted(Map.Entry.comparingByKey())
            .map(Map.Entry::getValue)
            .toList();
    Map<String, byte[]> swapped = new TreeMap<>(own);
    List<String> keys = swapped.keySet().stream().filter(key -> !others.containsKey(key)).toList();
    if (foreign.isEmpty() || keys.isEmpty()) {
      throw new NotClaimed("the device stores no artefact that is of one graph alone");
    }
    for (int i = 0; i < keys.size(); i++) {
      swapped.put(keys.get(i), foreign.get(i % foreign.size()));
    }
    return swapped;
  }

  private static void requireNotUsed(
      Trial trial, Sample sample, KitContexts.Store store, String fault) {
    try (BareDevice device = new BareDevice(trial.subject())) {
      Prepared.of(device, sample, CompileMode.LOAD_ONLY, store)
          .requireWorks(device.stream(), "with an artefact that is " + fault);
    } catch (ArtefactNeededException | CompileException e) {
      trial.record(fault, String.valueOf(e.getMessage()));
    }
  }

  private static byte[] spoiled(String fault, byte[] bytes) {
    return switch (fault) {
      case "truncated" -> Arrays.copyOf(bytes, bytes.length / 2);
      case "empty" -> new byte[0];
      case "another text" ->
          "these are no bytes of yours".repeat(20).getBytes(StandardCharsets.UTF_8);
      default -> {
        byte[] altered = bytes.clone();
        for (int i = altered.length / 2; i < altered.length; i += 7) {
          altered[i] ^= 0x55;
        }
        yield altered;
      }
    };
  }

  private static void require(boolean holds, String breach) {
    if (!holds) {
      throw new AssertionError(breach);
    }
  }
}
