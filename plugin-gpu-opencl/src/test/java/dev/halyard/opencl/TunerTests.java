package dev.halyard.opencl;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.CompileException;
import dev.halyard.CompileOptions;
import dev.halyard.DType;
import dev.halyard.DeviceLostException;
import dev.halyard.Graph;
import dev.halyard.HalyardException;
import dev.halyard.OutOfDeviceMemoryException;
import dev.halyard.Tensor;
import dev.halyard.Value;
import dev.halyard.opencl.code.DeviceModel;
import dev.halyard.opencl.code.Lowering;
import dev.halyard.opencl.code.Tile;
import dev.halyard.opencl.code.TileBucket;
import dev.halyard.opencl.code.Trial;
import dev.halyard.runtime.compile.Target;
import dev.halyard.spi.Partition;
import dev.halyard.spi.Program;
import dev.halyard.spi.Spi;
import dev.halyard.testkit.Case;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(300)
class TunerTests {
  private static final TileBucket BUCKET = new TileBucket(256, 256, 256, 1, DType.F32);
  private static final int TRIED = 6;

  @BeforeEach
  void needsPocl() {
    Lanes.require("pocl");
  }

  private static float[] numbers(long seed, int count) {
    Random random = new Random(seed);
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = random.nextFloat() - 0.5f;
    }
    return numbers;
  }

  private static Graph product(long m, long n, long k) {
    return Graph.of(
        "product",
        g -> {
          Value x = g.input("x", DType.F32, m, k);
          g.output("y", x.matmul(g.input("w", DType.F32, k, n)).add(g.input("b", DType.F32, n)));
        });
  }

  /** {@return the schedule that a driver makes of a product, for people} */
  private static String schedule(OpenClDriver driver, HandWritten.Store store) {
    Partition partition =
        dev.halyard.runtime.compile.Lowering.lower(
                product(200, 200, 200),
                List.of(new Target("opencl:0", driver, Spi.LEVEL)),
                CompileOptions.defaults())
            .placed()
            .getFirst()
            .partition();
    StringBuilder text = new StringBuilder();
    try (Program program = driver.compile(partition, HandWritten.compile(store))) {
      program.describe(
          (title, content) -> {
            if (title.equals("schedule")) {
              text.append(content);
            }
          });
    }
    return text.toString();
  }

  private static String described(DeviceModel model, Tile tile) {
    return model.family() == DeviceModel.Family.CPU
        ? "tiles of " + tile.rows() + "x" + tile.columns() * model.floatWidth() + ","
        : "tiles of " + 16 * tile.rows() + "x" + 16 * tile.columns() + "x" + tile.depth();
  }

  @ParameterizedTest
  @ValueSource(strings = {"cpu", "gpu"})
  void whatWasFoundIsTakenAtTheNextStart(String family) {
    HandWritten.Store store = new HandWritten.Store();
    try (OpenClDriver driver = Drivers.open(Lowering::lower, "family", family, "tune", "3")) {
      schedule(driver, store);
    }
    List<String> keys =
        store.entries.keySet().stream().filter(key -> key.startsWith("opencl-tile-")).toList();
    assertEquals(1, keys.size(), keys::toString);
    assertTrue(keys.getFirst().endsWith("-256x256x256-f32"), keys::toString);
    String stored = new String(store.entries.get(keys.getFirst()), UTF_8);
    Tile found = Tile.parse(stored.substring(0, stored.indexOf(" of "))).orElseThrow();
    try (OpenClDriver driver = Drivers.open(Lowering::lower, "family", family)) {
      DeviceModel model = driver.context().device().model();
      List<Tile> candidates = Trial.candidates(model, BUCKET);
      assertTrue(candidates.contains(found), found::toString);
      assertTrue(schedule(driver, store).contains(described(model, found)));
    }
    try (OpenClDriver driver = Drivers.open(Lowering::lower, "family", family)) {
      DeviceModel model = driver.context().device().model();
      List<Tile> candidates = Trial.candidates(model, BUCKET);
      Tile last = candidates.getLast();
      String text = last + " of 4/" + candidates.size();
      store.entries.put(keys.getFirst(), text.getBytes(UTF_8));
      String described = schedule(driver, store);
      assertTrue(described.contains(described(model, last)), described);
    }
    for (String spoiled : List.of("", "no tile", "LAST", "LAST of 3/2", "LAST of 9999/9999")) {
      try (OpenClDriver driver = Drivers.open(Lowering::lower, "family", family)) {
        DeviceModel model = driver.context().device().model();
        List<Tile> candidates = Trial.candidates(model, BUCKET);
        String text = spoiled.replace("LAST", candidates.getLast().toString());
        store.entries.put(keys.getFirst(), text.getBytes(UTF_8));
        String described = schedule(driver, store);
        assertTrue(described.contains(described(model, candidates.getFirst())), described);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"cpu", "gpu"})
  void aSearchGoesOnWhereItsBudgetEnded(String family) {
    HandWritten.Store store = new HandWritten.Store();
    for (int start = 0; start < 3; start++) {
      try (OpenClDriver driver = Drivers.open(Lowering::lower, "family", family, "tune", "0.001")) {
        schedule(driver, store);
      }
      List<String> stored =
          store.entries.entrySet().stream()
              .filter(entry -> entry.getKey().startsWith("opencl-tile-"))
              .map(entry -> new String(entry.getValue(), UTF_8))
              .toList();
      assertEquals(1, stored.size());
      assertTrue(stored.getFirst().contains(" of " + (start + 2) + "/"), stored::getFirst);
    }
  }

  /** Has a tuner choose a tile, whose third trial ends with an exception. */
  private static void choose(
      OpenClDriver driver, HandWritten.Store store, HalyardException thirdTrial) {
    AtomicInteger trials = new AtomicInteger();
    Tuner tuner =
        new Tuner(
            driver,
            Duration.ofSeconds(99),
            (device, bucket, tile, numbers) -> {
              if (trials.incrementAndGet() == 3) {
                throw thirdTrial;
              }
              return 1000;
            });
    tuner.tiles(store, true).choose(driver.context().device().model(), BUCKET);
  }

  private static String stored(HandWritten.Store store) {
    return String.join(
        ";", store.entries.values().stream().map(bytes -> new String(bytes, UTF_8)).toList());
  }

  @Test
  void aTileThatFoundNoMemoryIsTriedAgain() {
    HandWritten.Store store = new HandWritten.Store();
    try (OpenClDriver driver = Drivers.open(Lowering::lower)) {
      choose(driver, store, new OutOfDeviceMemoryException("none left"));
      assertTrue(stored(store).contains(" of 2/"), () -> stored(store));
    }
  }

  @Test
  void aTileThatTheDeviceRefusesIsNotTriedAgain() {
    HandWritten.Store store = new HandWritten.Store();
    try (OpenClDriver driver = Drivers.open(Lowering::lower)) {
      choose(driver, store, new CompileException("too many registers"));
      int candidates = Trial.candidates(driver.context().device().model(), BUCKET).size();
      assertTrue(
          stored(store).endsWith(" of " + candidates + "/" + candidates), () -> stored(store));
    }
  }

  @Test
  void aDeviceThatIsLostInATrialIsLostAndNothingIsKept() {
    HandWritten.Store store = new HandWritten.Store();
    try (OpenClDriver driver = Drivers.open(Lowering::lower)) {
      assertThrows(
          DeviceLostException.class,
          () -> choose(driver, store, new DeviceLostException("gone while it built")));
      assertTrue(driver.isLost());
      assertEquals("", stored(store));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"cpu", "gpu"})
  void everyTileComputesTheSame(String family) {
    long seed = ThreadLocalRandom.current().nextLong();
    Case tested =
        new Case(
            "product with the tiles of seed " + seed,
            product(258, 1024, 41),
            Map.of(
                "x", Tensor.of(numbers(1, 258 * 41), 258, 41),
                "w", Tensor.of(numbers(2, 41 * 1024), 41, 1024),
                "b", Tensor.of(numbers(3, 1024), 1024)));
    List<Tile> tiles = new ArrayList<>();
    try (OpenClDriver driver = Drivers.open(Lowering::lower, "family", family)) {
      tiles.addAll(Trial.candidates(driver.context().device().model(), BUCKET));
    }
    assertNotEquals(1, tiles.size());
    Collections.shuffle(tiles, new Random(seed));
    for (Tile tile : tiles.subList(0, Math.min(TRIED, tiles.size()))) {
      CodeGenerator generator =
          (partition, dims, device, tables) ->
              Lowering.lower(partition, dims, device, (model, bucket) -> tile);
      try (OpenClDriver driver = Drivers.open(generator, "family", family)) {
        assertTrue(CaseChecks.check(driver, tested, true) > 0, tile::toString);
      }
    }
  }
}
