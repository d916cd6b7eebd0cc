package dev.halyard.spi;

import java.util.List;

/** A named freedom with numbers that an application may grant; none is granted by default. */
public final class Permission {
  /** Sums of products of F16 or BF16 may be kept in 16 bits. */
  public static final Permission F16_ACCUMULATE = new Permission("F16_ACCUMULATE");

  /** F32 weights may be stored in BF16. */
  public static final Permission BF16_WEIGHTS = new Permission("BF16_WEIGHTS");

  /** Sums may be reassociated across tiles, and NaN, infinity and -0 need not be kept. */
  public static final Permission FAST_MATH = new Permission("FAST_MATH");

  private static final List<Permission> VALUES = List.of(F16_ACCUMULATE, BF16_WEIGHTS, FAST_MATH);

  private final String name;

  private Permission(String name) {
    this.name = name;
  }

  /** {@return every permission} */
  public static List<Permission> values() {
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
