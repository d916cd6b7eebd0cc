package dev.halyard.fpga.xrt;

import dev.halyard.DType;
import dev.halyard.spi.ValueView;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/** The numbers of a constant, of any of its element types. */
final class Constants {
  private final ValueView value;
  private final MemorySegment bytes;

  private Constants(ValueView value, MemorySegment bytes) {
    this.value = value;
    this.bytes = bytes;
  }

  /** {@return the numbers of a value; empty if it is no constant} */
  static Optional<Constants> of(ValueView value) {
    return value.constant().map(bytes -> new Constants(value, bytes));
  }

  /**
   * {@return the numbers of an operand}
   *
   * @throws RefusedException if it is no constant
   */
  static Constants require(ValueView value, String name) throws RefusedException {
    return of(value)
        .orElseThrow(() -> new RefusedException("wants a constant " + name + ", found a variable"));
  }

  /** {@return how many numbers there are} */
  long count() {
    return bytes.byteSize() / value.dtype().bytes();
  }

  /**
   * {@return a number of a vector, or the only one of a scalar, as a floating-point number}
   *
   * @param index from 0; any for a scalar
   */
  double number(long index) {
    long at = count() == 1 ? 0 : index;
    DType dtype = value.dtype();
    if (dtype == DType.F64) {
      return bytes.get(ValueLayout.JAVA_DOUBLE_UNALIGNED, at * Double.BYTES);
    }
    if (dtype == DType.F32) {
      return bytes.get(ValueLayout.JAVA_FLOAT_UNALIGNED, at * Float.BYTES);
    }
    if (dtype == DType.F16) {
      return Float.float16ToFloat(bytes.get(ValueLayout.JAVA_SHORT_UNALIGNED, at * Short.BYTES));
    }
    if (dtype == DType.BF16) {
      // BF16 is the upper half of F32.
      int bits = bytes.get(ValueLayout.JAVA_SHORT_UNALIGNED, at * Short.BYTES) << Short.SIZE;
      return Float.intBitsToFloat(bits);
    }
    return integer(at);
  }

  /**
   * {@return an integer}
   *
   * @param index from 0
   */
  long integer(long index) {
    return switch (value.dtype().bytes()) {
      case Byte.BYTES -> bytes.get(ValueLayout.JAVA_BYTE, index);
      case Short.BYTES -> bytes.get(ValueLayout.JAVA_SHORT_UNALIGNED, index * Short.BYTES);
      case Integer.BYTES -> bytes.get(ValueLayout.JAVA_INT_UNALIGNED, index * Integer.BYTES);
      default -> bytes.get(ValueLayout.JAVA_LONG_UNALIGNED, index * Long.BYTES);
    };
  }

  /** {@return whether all numbers are 0} */
  boolean isZero() {
    for (long i = 0; i < count(); i++) {
      if (number(i) != 0) {
        return false;
      }
    }
    return true;
  }
}
