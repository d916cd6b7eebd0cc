package dev.halyard.cpu;

import dev.halyard.DType;
import dev.halyard.spi.BFloat16;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Single elements of any type, at any alignment; and conversions between types as by cast. */
final class Elements {
  static final ValueLayout.OfByte I8 = ValueLayout.JAVA_BYTE;
  static final ValueLayout.OfShort I16 = ValueLayout.JAVA_SHORT_UNALIGNED;
  static final ValueLayout.OfInt I32 = ValueLayout.JAVA_INT_UNALIGNED;
  static final ValueLayout.OfLong I64 = ValueLayout.JAVA_LONG_UNALIGNED;
  static final ValueLayout.OfFloat F32 = ValueLayout.JAVA_FLOAT_UNALIGNED;
  static final ValueLayout.OfDouble F64 = ValueLayout.JAVA_DOUBLE_UNALIGNED;

  private Elements() {}

  /** {@return a float element; exact} */
  static double number(DType dtype, MemorySegment from, long at) {
    return switch (dtype.name()) {
      case "F32" -> from.get(F32, at);
      case "F64" -> from.get(F64, at);
      case "F16" -> Float.float16ToFloat(from.get(I16, at));
      case "BF16" -> BFloat16.toFloat(from.get(I16, at));
      default -> integer(dtype, from, at);
    };
  }

  /** {@return an integer or truth value} */
  static long integer(DType dtype, MemorySegment from, long at) {
    return switch (dtype.name()) {
      case "I8" -> from.get(I8, at);
      case "U8", "BOOL" -> from.get(I8, at) & 0xFF;
      case "I16" -> from.get(I16, at);
      case "I32" -> from.get(I32, at);
      case "I64" -> from.get(I64, at);
      default -> throw new IllegalArgumentException(dtype + " is no integer");
    };
  }

  /** Stores a number, rounded or truncated to a type. */
  static void putNumber(DType dtype, MemorySegment to, long at, double value) {
    switch (dtype.name()) {
      case "F32" -> to.set(F32, at, (float) value);
      case "F64" -> to.set(F64, at, value);
      case "F16" -> to.set(I16, at, Float.floatToFloat16((float) value));
      case "BF16" -> to.set(I16, at, BFloat16.fromFloat((float) value));
      default -> putInteger(dtype, to, at, saturate(dtype, value));
    }
  }

  /** Stores the low bits of an integer. */
  static void putInteger(DType dtype, MemorySegment to, long at, long value) {
    switch (dtype.name()) {
      case "I8", "U8", "BOOL" -> to.set(I8, at, (byte) value);
      case "I16" -> to.set(I16, at, (short) value);
      case "I32" -> to.set(I32, at, (int) value);
      case "I64" -> to.set(I64, at, value);
      default -> throw new IllegalArgumentException(dtype + " is no integer");
    }
  }

  /** {@return the low bits of an integer as the value of a type} */
  static long narrow(DType dtype, long value) {
    return switch (dtype.name()) {
      case "I8" -> (byte) value;
      case "U8" -> value & 0xFF;
      case "I16" -> (short) value;
      case "I32" -> (int) value;
      default -> value;
    };
  }

  /** {@return a number truncated to an integer type; its nearest value if out of range, NaN 0} */
  static long saturate(DType dtype, double value) {
    return switch (dtype.name()) {
      case "I64" -> (long) value;
      default -> Math.clamp((long) value, least(dtype), greatest(dtype));
    };
  }

  static long least(DType dtype) {
    return switch (dtype.name()) {
      case "I8" -> Byte.MIN_VALUE;
      case "I16" -> Short.MIN_VALUE;
      case "I32" -> Integer.MIN_VALUE;
      case "I64" -> Long.MIN_VALUE;
      default -> 0;
    };
  }

  static long greatest(DType dtype) {
    return switch (dtype.name()) {
      case "I8" -> Byte.MAX_VALUE;
      case "U8" -> 0xFF;
      case "I16" -> Short.MAX_VALUE;
      case "I32" -> Integer.MAX_VALUE;
      case "I64" -> Long.MAX_VALUE;
      default -> 1;
    };
  }

  /** {@return a float rounded to F16 or BF16; itself for other types} */
  static float round(DType dtype, float value) {
    return switch (dtype.name()) {
      case "F16" -> Float.float16ToFloat(Float.floatToFloat16(value));
      case "BF16" -> BFloat16.toFloat(BFloat16.fromFloat(value));
      default -> value;
    };
  }
}
