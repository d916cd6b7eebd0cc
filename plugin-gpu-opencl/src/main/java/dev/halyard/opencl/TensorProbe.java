package dev.halyard.opencl;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.halyard.CompileException;
import dev.halyard.DType;
import dev.halyard.OutOfDeviceMemoryException;
import dev.halyard.PluginException;
import dev.halyard.opencl.code.DeviceModel;
import dev.halyard.opencl.code.DeviceModel.TensorCores;
import dev.halyard.opencl.code.TileBucket;
import dev.halyard.opencl.code.Trial;
import dev.halyard.spi.ArtefactStore;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether a device computes products with tensor cores, by building some and looking at
 * every element of the results: its driver may take no PTX, or the device may be too old. The
 * verdict is kept in the artefact store.
 */
final class TensorProbe {
  /** Part of the key of verdicts: raised when the kernels change. */
  private static final int VERSION = 1;

  private static final int SEED = 1;

  private final OpenClDriver driver;
  // Not the driver's monitor, which whoever notices a loss meanwhile takes.
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable TensorCores found;

  TensorProbe(OpenClDriver driver) {
    this.driver = driver;
  }

  /**
   * {@return what the device is seen to have}
   *
   * @param store keeps the verdict
   * @param mayBuild whether it may be found out if nobody knows
   * @throws dev.halyard.DeviceLostException if the device is lost meanwhile
   */
  TensorCores find(ArtefactStore store, boolean mayBuild) {
    if (!driver.context().device().mayKnowPtx()) {
      return TensorCores.NONE;
    }
    lock.lock();
    try {
      TensorCores known = found == null ? kept(store) : found;
      if (known != null || !mayBuild) {
        found = known;
        return known == null ? TensorCores.NONE : known;
      }
      TensorCores seen = seen();
      store.put(key(), seen.name().getBytes(UTF_8));
      found = seen;
      return seen;
    } catch (OutOfDeviceMemoryException e) {
      return TensorCores.NONE; // for now
    } finally {
      lock.unlock();
    }
  }

  private @Nullable TensorCores kept(ArtefactStore store) {
    String kept = store.get(key()).map(bytes -> new String(bytes, UTF_8)).orElse("");
    return switch (kept) {
      case "PTX" -> TensorCores.PTX;
      case "NONE" -> TensorCores.NONE;
      default -> null;
    };
  }

  private String key() {
    return "opencl-tensor-" + VERSION + "-" + BinaryCache.hex(driver.context().device().identity());
  }

  private TensorCores seen() {
    String why = "their results were wrong";
    try {
      if (driver.noticingLoss(() -> works(driver, TensorCores.PTX))) {
        return TensorCores.PTX;
      }
    } catch (CompileException | PluginException refused) {
      why = String.valueOf(refused.getMessage());
    }
    driver.log().log(
        System.Logger.Level.WARNING,
        "{0} computes products in 16 bits without tensor cores: {1}",
        driver.name(),
        why);
    return TensorCores.NONE;
  }

  /** {@return whether products of each type come out right} */
  static boolean works(OpenClDriver driver, TensorCores cores) {
    return List.of(DType.F16, DType.BF16).stream().allMatch(type -> works(driver, cores, type));
  }

  private static boolean works(OpenClDriver driver, TensorCores cores, DType dtype) {
    // More than a tile along every axis, and no multiple of one.
    TileBucket bucket = new TileBucket(75, 141, 52, 1, dtype);
    DeviceModel model = driver.context().device().model().withTensorCores(cores);
    SplittableRandom random = new SplittableRandom(SEED);
    try (Arena arena = Arena.ofConfined();
        TrialRun run =
            new TrialRun(
                driver,
                bucket,
                Trial.schedule(model, bucket, Trial.candidates(model, bucket).getFirst()))) {
      float[] a = numbers(random, bucket.m() * bucket.k());
      float[] b = numbers(random, bucket.k() * bucket.n());
      run.upload(0, encoded(arena, dtype, a));
      run.upload(1, encoded(arena, dtype, b));
      run.execute();
      MemorySegment c = arena.allocate(bucket.m() * bucket.n() * Float.BYTES);
      run.download(c);
      return isProduct(a, b, c.toArray(ValueLayout.JAVA_FLOAT), bucket);
    }
  }

  /** {@return eighths from -4 to 4: sums of their products are exact in F32 in any order} */
  private static float[] numbers(SplittableRandom random, long count) {
    float[] numbers = new float[Math.toIntExact(count)];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = random.nextInt(-32, 33) / 8f;
    }
    return numbers;
  }

  private static MemorySegment encoded(Arena arena, DType dtype, float[] numbers) {
    short[] bits = new short[numbers.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] =
          dtype == DType.F16
              ? Float.floatToFloat16(numbers[i])
              : (short) (Float.floatToRawIntBits(numbers[i]) >>> 16);
    }
    return arena.allocateFrom(ValueLayout.JAVA_SHORT, bits);
  }

  /** {@return whether c is exactly a times b} */
  static boolean isProduct(float[] a, float[] b, float[] c, TileBucket sizes) {
    int n = Math.toIntExact(sizes.n());
    int k = Math.toIntExact(sizes.k());
    for (int i = 0; i < c.length; i++) {
      float sum = 0;
      for (int j = 0; j < k; j++) {
        sum += a[i / n * k + j] * b[j * n + i % n];
      }
      if (c[i] != sum) {
        return false;
      }
    }
    return true;
  }
}
