package dev.halyard.opencl;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.halyard.DeviceLostException;
import dev.halyard.HalyardException;
import dev.halyard.OutOfDeviceMemoryException;
import dev.halyard.opencl.code.DeviceModel;
import dev.halyard.opencl.code.Tile;
import dev.halyard.opencl.code.TileBucket;
import dev.halyard.opencl.code.Tiles;
import dev.halyard.opencl.code.Trial;
import dev.halyard.spi.ArtefactStore;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds tiles by trial, where a user grants the time for it ({@code halyard.opencl.tune}); what was
 * found is kept in the artefact store, and used without a budget, too. Of a bucket the usual tile
 * is tried first, then the others, until the budget of the driver is spent; a later budget goes on
 * where it ended. A tile must be faster by a twentieth to be taken in place of the usual one.
 */
final class Tuner {
  private static final int RUNS = 5;

  /** Of the usual tile's time, the hundredths that another may take at most. */
  private static final long WORTH = 95;

  private static final long NEVER = Long.MAX_VALUE;

  /** A trial should not take the memory that the work needs. */
  private static final long MOST_BYTES = 256L << 20;

  private static final Pattern FOUND = Pattern.compile("(\\S+) of (\\d{1,4})/(\\d{1,4})");

  /** The bytes of small normal numbers in every type: on some devices subnormal ones are slow. */
  private static final byte SMALL = 0x3c;

  /**
   * What a search has found.
   *
   * @param tile the best
   * @param tried how many of the candidates it has looked at
   * @param candidates how many there were
   */
  private record Found(Tile tile, int tried, int candidates) {
    static Optional<Found> parse(String text) {
      Matcher matcher = FOUND.matcher(text);
      return matcher.matches()
          ? Tile.parse(matcher.group(1))
              .map(
                  tile ->
                      new Found(
                          tile,
                          Integer.parseInt(matcher.group(2)),
                          Integer.parseInt(matcher.group(3))))
          : Optional.empty();
    }

    boolean isOf(List<Tile> tiles) {
      return candidates == tiles.size() && tried <= candidates && tiles.contains(tile);
    }

    boolean isComplete() {
      return tried == candidates;
    }

    @Override
    public String toString() {
      return tile + " of " + tried + "/" + candidates;
    }
  }

  /** Times a product with a tile, in nanoseconds. */
  interface Timing {
    long of(DeviceModel device, TileBucket bucket, Tile tile, MemorySegment numbers);
  }

  private final OpenClDriver driver;
  private final Timing timing;
  private final Map<TileBucket, Tile> known = new ConcurrentHashMap<>();
  private long budgetNanos;

  /**
   * Makes a tuner that knows nothing.
   *
   * @param driver of the device
   * @param budget how long its trials may take together
   */
  Tuner(OpenClDriver driver, Duration budget) {
    this(
        driver,
        budget,
        (device, bucket, tile, numbers) -> fastestRun(driver, device, bucket, tile, numbers));
  }

  /** Makes a tuner whose trials tests choose. */
  Tuner(OpenClDriver driver, Duration budget, Timing timing) {
    this.driver = driver;
    this.timing = timing;
    budgetNanos = budget.toNanos();
  }

  /**
   * {@return what chooses tiles}
   *
   * @param store keeps what is found
   * @param mayBuild whether trials may be made at all
   */
  Tiles tiles(ArtefactStore store, boolean mayBuild) {
    return (device, bucket) -> {
      Tile tile = known.get(bucket);
      return tile != null ? tile : choose(device, bucket, store, mayBuild);
    };
  }

  private synchronized Tile choose(
      DeviceModel device, TileBucket bucket, ArtefactStore store, boolean mayBuild) {
    List<Tile> candidates = Trial.candidates(device, bucket);
    String key = key(bucket);
    Found found =
        store
            .get(key)
            .flatMap(bytes -> Found.parse(new String(bytes, UTF_8)))
            .filter(each -> each.isOf(candidates))
            .orElse(new Found(candidates.getFirst(), 0, candidates.size()));
    long bytes = Trial.bytes(bucket).stream().mapToLong(Long::longValue).sum();
    boolean mayTry = mayBuild && budgetNanos > 0 && !bucket.isTrivial() && bytes <= MOST_BYTES;
    if (mayTry && !found.isComplete()) {
      long start = System.nanoTime();
      found = search(device, bucket, candidates, found, start + budgetNanos);
      budgetNanos -= System.nanoTime() - start;
      // Where the first trial found no memory, nothing is known.
      if (found.tried() > 0) {
        store.put(key, found.toString().getBytes(UTF_8));
      }
    }
    // Where nothing may be built now, another compilation may go on with the search.
    if (found.isComplete() || (mayBuild && found.tried() > 0)) {
      known.put(bucket, found.tile());
    }
    return found.tile();
  }

  private String key(TileBucket bucket) {
    String device = BinaryCache.hex(driver.context().device().identity());
    return ("opencl-tile-" + device + "-" + bucket).toLowerCase(Locale.ROOT);
  }

  /** Tries one candidate at least, so that small budgets come to an end, too. */
  private Found search(
      DeviceModel device, TileBucket bucket, List<Tile> candidates, Found before, long deadline) {
    Tile best = before.tile();
    int tried = before.tried();
    try (Arena arena = Arena.ofConfined()) {
      long most = Math.max(Trial.bytes(bucket).get(0), Trial.bytes(bucket).get(1));
      MemorySegment numbers = arena.allocate(most).fill(SMALL);
      long usual = time(device, bucket, candidates.getFirst(), numbers).orElse(NEVER);
      long least =
          best.equals(candidates.getFirst())
              ? usual
              : time(device, bucket, best, numbers).orElse(NEVER);
      if (least == NEVER) {
        best = candidates.getFirst();
        least = usual;
      }
      tried = Math.max(1, tried);
      while (tried < candidates.size()) {
        Tile tile = candidates.get(tried);
        long nanos = time(device, bucket, tile, numbers).orElse(NEVER);
        tried++;
        if (nanos < least && nanos < usual / 100 * WORTH) {
          least = nanos;
          best = tile;
        }
        if (System.nanoTime() >= deadline) {
          break;
        }
      }
    } catch (OutOfDeviceMemoryException | OutOfMemoryError e) {
      // The work itself may fit; what was not tried is left to a later search.
    }
    return new Found(best, tried, candidates.size());
  }

  /**
   * {@return the shortest of some runs in nanoseconds; empty if the device will not run the tile}
   *
   * @throws OutOfDeviceMemoryException which says nothing of the tile
   * @throws DeviceLostException which says nothing of it either
   */
  private OptionalLong time(
      DeviceModel device, TileBucket bucket, Tile tile, MemorySegment numbers) {
    // Products that tensor cores take ask for no tile.
    DeviceModel plain = device.withTensorCores(DeviceModel.TensorCores.NONE);
    try {
      return OptionalLong.of(driver.noticingLoss(() -> timing.of(plain, bucket, tile, numbers)));
    } catch (OutOfDeviceMemoryException | DeviceLostException e) {
      throw e;
    } catch (HalyardException refused) {
      driver.requireAlive();
      return OptionalLong.empty(); // too many registers, or too much local memory
    }
  }

  private static long fastestRun(
      OpenClDriver driver,
      DeviceModel device,
      TileBucket bucket,
      Tile tile,
      MemorySegment numbers) {
    try (TrialRun run = new TrialRun(driver, bucket, Trial.schedule(device, bucket, tile))) {
      for (int input = 0; input < 2; input++) {
        run.upload(input, numbers.asSlice(0, Trial.bytes(bucket).get(input)));
      }
      return fastestOf(run);
    }
  }

  private static long fastestOf(TrialRun run) {
    long least = NEVER;
    run.execute();
    for (int i = 0; i < RUNS; i++) {
      long start = System.nanoTime();
      run.execute();
      least = Math.min(least, System.nanoTime() - start);
    }
    return least;
  }
}
