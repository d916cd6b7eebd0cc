package dev.halyard.opencl.code;

import dev.halyard.DType;
import dev.halyard.spi.BFloat16;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Single elements of constants, as the host reads them; at any alignment. */
final class HostElements {
  private HostElements() {}

  /** {@return a float element; exact} */
  static double number(DType dtype, MemorySegment from, long at) {
    return switch (dtype.name()) {
      case "F32" -> from.get(ValueLayout.JAVA_FLOAT_UNALIGNED, at);
      case "F64" -> from.get(ValueLayout.JAVA_DOUBLE_UNALIGNED, at);
      case "F16" -> Float.float16ToFloat(from.get(ValueLayout.JAVA_SHORT_UNALIGNED, at));
      case "BF16" -> BFloat16.toFloat(from.get(ValueLayout.JAVA_SHORT_UNALIGNED, at));
      default -> throw new IllegalArgumentException(dtype + " is no float");
    };
  }

  /** {@return an integer or truth value} */
  static long integer(DType dtype, MemorySegment from, long at) {
    return switch (dtype.name()) {
      case "I8" -> from.get(ValueLayout.JAVA_BYTE, at);
      case "U8", "BOOL" -> from.get(ValueLayout.JAVA_BYTE, at) & 0xFF;
      case "I16" -> from.get(ValueLayout.JAVA_SHORT_UNALIGNED, at);
      case "I32" -> from.get(ValueLayout.JAVA_INT_UNALIGNED, at);
      case "I64" -> from.get(ValueLayout.JAVA_LONG_UNALIGNED, at);
      default -> throw new IllegalArgumentException(dtype + " is no integer");
    };
  }
}
