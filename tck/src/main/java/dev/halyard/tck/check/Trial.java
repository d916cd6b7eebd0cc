package dev.halyard.tck.check;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/** One run of one check: the device, a seed of its own, and what it finds out. */
public final class Trial {
  /** The version that the seeds of checks depend on: other cases in another version. */
  public static final String VERSION = "2";

  private final Subject subject;
  private final Check check;
  private final Map<String, Object> data = new LinkedHashMap<>();

  /**
   * Makes a trial.
   *
   * @param subject the device
   * @param check what is checked
   */
  public Trial(Subject subject, Check check) {
    this.subject = subject;
    this.check = check;
  }

  /** {@return the device} */
  public Subject subject() {
    return subject;
  }

  /** {@return the settings of the run} */
  public Settings settings() {
    return subject.settings();
  }

  /** {@return what is checked} */
  public Check check() {
    return check;
  }

  /** {@return the check's seed} */
  public long seed() {
    return seed(settings().seed(), check.id());
  }

  /**
   * {@return a check's seed: of SHA-256 over the kit's version, the run's seed and the check's id,
   * the first 8 bytes}
   *
   * @param runSeed the run's seed
   * @param checkId the check
   */
  public static long seed(long runSeed, String checkId) {
    String text = VERSION + "\n" + runSeed + "\n" + checkId;
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return ByteBuffer.wrap(hash).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** {@return a new generator from the check's seed} */
  public SplittableRandom random() {
    return new SplittableRandom(seed());
  }

  /**
   * Records a finding for the report.
   *
   * @param name what it is
   * @param value numbers, text, arrays of numbers, or lists and maps of them
   */
  public void record(String name, Object value) {
    data.put(name, value);
  }

  /** {@return what was recorded} */
  public Map<String, Object> data() {
    return Collections.unmodifiableMap(data);
  }
}
