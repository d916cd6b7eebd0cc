package dev.halyard.tck.contract;

import dev.halyard.ArtefactNeededException;
import dev.halyard.CompileException;
import dev.halyard.DType;
import dev.halyard.Dim;
import dev.halyard.Graph;
import dev.halyard.Shape;
import dev.halyard.spi.CompileMode;
import dev.halyard.spi.MemorySlice;
import dev.halyard.spi.Partition;
import dev.halyard.spi.Profile;
import dev.halyard.spi.Program;
import dev.halyard.spi.Stream;
import dev.halyard.tck.check.Check;
import dev.halyard.tck.check.NotClaimed;
import dev.halyard.tck.check.Trial;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Programs (S-401 to S-403) and artefacts (S-501, S-502). */
final class ProgramChecks {
  private static final int THREADS = 4;
  private static final int RUNS = 200;
  private static final int SIZE = 48;

  private ProgramChecks() {}

  static void addTo(List<Check> checks) {
    checks.add(Check.of("S-401", "bindings", ProgramChecks::servesSeveralBindings));
    checks.add(Check.of("S-402", "describe", ProgramChecks::describesItself));
    checks.add(Check.of("S-403", "dims", ProgramChecks::servesAllDims));
    checks.add(Check.of("S-501", "load", ProgramChecks::artefactsAreFoundAgain));
    checks.add(Check.of("S-502", "foreign", ProgramChecks::foreignArtefactsAreRefused));
  }

  /** Two products with a sum between, so that values cross the workspace. */
  private static Graph network() {
    return Graph.of(
        "network",
        g -> {
          var x = g.input("x", DType.F32, SIZE, SIZE);
          var y = x.matmul(x).reduceSum(true, 1).add(x).matmul(x);
          g.output("y", y.mul(0.001));
        });
  }

  private static void fill(BareDevice device, Stream stream, MemorySlice slice, float value) {
    MemorySegment host = device.host(slice.bytes());
    for (long i = 0; i < slice.bytes() / Float.BYTES; i++) {
      host.setAtIndex(ValueLayout.JAVA_FLOAT, i, value);
    }
    device.write(stream, host, slice);
  }

  /** x filled with v: x x = n v^2, its rows sum to n^2 v^2, and the second product follows. */
  private static float wanted(float v) {
    double row = (double) SIZE * SIZE * v * v + v;
    return (float) (SIZE * row * v * 0.001);
  }

  private static void servesSeveralBindings(Trial trial)
      throws InterruptedException, ExecutionException {
    try (BareDevice device = new BareDevice(trial.subject());
        ExecutorService pool = Executors.newFixedThreadPool(THREADS)) {
      Partition partition = device.partition(network());
      Program program = device.compile(partition);
      List<Callable<String>> tasks = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        float value = 0.01f * (i + 1);
        Stream stream = device.stream();
        BareDevice.Bound bound = device.bind(partition, program);
        fill(device, stream, bound.in().getFirst(), value);
        MemorySegment host = device.host(bound.out().getFirst().bytes());
        tasks.add(() -> repeat(stream, bound, host, wanted(value)));
      }
      for (Future<String> result : pool.invokeAll(tasks, 60, TimeUnit.SECONDS)) {
        require(result.get().isEmpty(), result.get());
      }
    }
  }

  private static String repeat(
      Stream stream, BareDevice.Bound bound, MemorySegment host, float wanted) {
    for (int run = 0; run < RUNS; run++) {
      stream.execute(bound.binding());
      BareDevice.await(stream, stream.download(bound.out().getFirst(), host));
      for (long i = 0; i < (long) SIZE * SIZE; i++) {
        float found = host.getAtIndex(ValueLayout.JAVA_FLOAT, i);
        if (!(Math.abs(found - wanted) <= 1e-3f * wanted)) {
          return "with "
              + THREADS
              + " bindings of one program at work, element "
              + i
              + " is "
              + found
              + ", should be about "
              + wanted;
        }
      }
    }
    return "";
  }

  private static void describesItself(Trial trial) {
    try (BareDevice device = new BareDevice(trial.subject())) {
      Increments increments = Increments.ofAny(device);
      List<String> sections = new ArrayList<>();
      increments.program.describe((title, text) -> sections.add(title + ": " + text));
      require(!sections.isEmpty(), "describe() gives no section");
      require(sections.stream().noneMatch(String::isBlank), "describe() gives a blank section");
      increments.close();
    }
  }

  private static void servesAllDims(Trial trial) {
    trial.subject().require(Profile.DYNAMIC_DIMS);
    Graph graph =
        Graph.of(
            "symbolic",
            g -> {
              Dim n = Dim.symbol("n", 1, 4096);
              g.output("y", g.input("x", DType.F32, Shape.of(n)).add(1));
            });
    try (BareDevice device = new BareDevice(trial.subject())) {
      Partition partition = device.partition(graph);
      Program program = device.compile(partition);
      Stream stream = device.stream();
      long compiles = compiles(device);
      for (long n : new long[] {1, 2, 7, 64, 65, 1000, 4096, 3}) {
        BareDevice.Bound bound = device.bind(partition, program, n);
        fill(device, stream, bound.in().getFirst(), (float) n);
        stream.execute(bound.binding());
        MemorySegment found = device.read(stream, bound.out().getFirst());
        for (long i = 0; i < n; i++) {
          float y = found.getAtIndex(ValueLayout.JAVA_FLOAT, i);
          require(y == n + 1, "with n = " + n + ", element " + i + " is " + y);
        }
      }
      require(compiles(device) == compiles, "other dimensions of one program were compiled");
    }
  }

  private static long compiles(BareDevice device) {
    return device.driver.testHooks().map(hooks -> hooks.compiles()).orElse(0L);
  }

  private static float[] run(BareDevice device, Partition partition, Program program) {
    Stream stream = device.stream();
    BareDevice.Bound bound = device.bind(partition, program);
    fill(device, stream, bound.in().getFirst(), 0.02f);
    stream.execute(bound.binding());
    return device.read(stream, bound.out().getFirst()).toArray(ValueLayout.JAVA_FLOAT);
  }

  private static KitContexts.Store stored(Trial trial) {
    KitContexts.Store store = new KitContexts.Store();
    try (BareDevice device = new BareDevice(trial.subject())) {
      Partition partition = device.partition(network());
      float[] first = run(device, partition, device.compile(partition, CompileMode.JIT, store));
      require(Math.abs(first[0] - wanted(0.02f)) < 1e-3 * first[0], "the network is wrong");
    }
    if (store.content.isEmpty()) {
      throw new NotClaimed("the device stores no artefacts");
    }
    return store;
  }

  private static void artefactsAreFoundAgain(Trial trial) {
    KitContexts.Store store = stored(trial);
    try (BareDevice device = new BareDevice(trial.subject())) {
      Partition partition = device.partition(network());
      Program loaded = device.compile(partition, CompileMode.LOAD_ONLY, store);
      float[] found = run(device, partition, loaded);
      float[] fresh = run(device, partition, device.compile(partition));
      require(
          !trial.subject().declares(Profile.DETERMINISTIC) || Arrays.equals(found, fresh),
          "a loaded program gives other bits than a compiled one");
    } catch (ArtefactNeededException e) {
      throw new AssertionError("what was stored is not found again: " + e.getMessage(), e);
    }
  }

  private static void foreignArtefactsAreRefused(Trial trial) {
    Map<String, byte[]> good = stored(trial).content;
    for (String fault : List.of("truncated", "altered", "foreign", "empty")) {
      KitContexts.Store store = new KitContexts.Store();
      good.forEach((key, bytes) -> store.content.put(key, spoiled(fault, bytes)));
      try (BareDevice device = new BareDevice(trial.subject())) {
        Partition partition = device.partition(network());
        float[] found =
            run(device, partition, device.compile(partition, CompileMode.LOAD_ONLY, store));
        for (float y : found) {
          require(
              Math.abs(y - wanted(0.02f)) < 1e-3 * wanted(0.02f),
              "an artefact that is " + fault + " is run, and gives " + y);
        }
      } catch (ArtefactNeededException | CompileException e) {
        trial.record(fault, String.valueOf(e.getMessage()));
      }
    }
  }

  private static byte[] spoiled(String fault, byte[] bytes) {
    return switch (fault) {
      case "truncated" -> Arrays.copyOf(bytes, bytes.length / 2);
      case "empty" -> new byte[0];
      case "foreign" -> "these are no bytes of yours".repeat(20).getBytes(StandardCharsets.UTF_8);
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
