package dev.halyard.spi;

/** Conversions of bfloat16, the upper 16 bits of a binary32. */
public final class BFloat16 {
  private BFloat16() {}

  /**
   * {@return the value of a bfloat16; exact}
   *
   * @param bits its 16 bits
   */
  public static float toFloat(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }

  /**
   * {@return a float rounded to the nearest bfloat16, ties to even}
   *
   * @param value any float; a NaN stays a (quiet) NaN
   */
  public static short fromFloat(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) ((bits >>> 16) | 0x0040);
    }
    int roundToEven = 0x7FFF + ((bits >>> 16) & 1);
    return (short) ((bits + roundToEven) >>> 16);
  }
}
