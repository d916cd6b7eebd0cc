package dev.halyard.spi;

import java.util.List;

/** A promise that a device makes as a whole and the conformance kit holds it to. */
public final class Profile {
  /** The contract is kept, and whatever is claimed is right. Every device declares it. */
  public static final Profile CORE = new Profile("CORE");

  /** Every primitive in F32 is claimed. */
  public static final Profile F32 = new Profile("F32");

  /** Every floating-point primitive in F16 is claimed. */
  public static final Profile F16 = new Profile("F16");

  /** Every floating-point primitive in BF16 is claimed. */
  public static final Profile BF16 = new Profile("BF16");

  /** At least one of qmatmul and qconv in 8 bits is claimed; all that is claimed is exact. */
  public static final Profile INT8 = new Profile("INT8");

  /** At least one of qmatmul and qconv in 16 bits is claimed; all that is claimed is exact. */
  public static final Profile INT16 = new Profile("INT16");

  /** A fused region costs less than the sum of its parts. */
  public static final Profile FUSION = new Profile("FUSION");

  /** {@link Stream#submit} returns before the work is done. */
  public static final Profile ASYNC = new Profile("ASYNC");

  /** A program serves every value of its symbolic dimensions, so that none needs a compilation. */
  public static final Profile DYNAMIC_DIMS = new Profile("DYNAMIC_DIMS");

  /** Equal inputs give equal bits, run for run. */
  public static final Profile DETERMINISTIC = new Profile("DETERMINISTIC");

  /** {@link TestHooks#loseAt} can make the device fail. */
  public static final Profile LOSS_INJECTION = new Profile("LOSS_INJECTION");

  private static final List<Profile> VALUES =
      List.of(
          CORE,
          F32,
          F16,
          BF16,
          INT8,
          INT16,
          FUSION,
          ASYNC,
          DYNAMIC_DIMS,
          DETERMINISTIC,
          LOSS_INJECTION);

  private final String name;

  private Profile(String name) {
    this.name = name;
  }

  /** {@return every profile} */
  public static List<Profile> values() {
    return VALUES;
  }

  /** {@return the name of the constant} */
  public String name() {
    return name;
  }

  @Override
  public String toString() {
    return name;
  }
}
