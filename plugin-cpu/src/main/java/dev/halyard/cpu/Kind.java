package dev.halyard.cpu;

import dev.halyard.DType;

/** How elements are held while they are computed with: all integers as 64-bit ones. */
enum Kind {
  F32(4),
  F64(8),
  INTEGER(8),
  TRUTH(1);

  private final int bytes;

  Kind(int bytes) {
    this.bytes = bytes;
  }

  int bytes() {
    return bytes;
  }

  static Kind of(DType dtype) {
    return switch (dtype.name()) {
      case "F32", "F16", "BF16" -> F32;
      case "F64" -> F64;
      case "BOOL" -> TRUTH;
      default -> INTEGER;
    };
  }

  /** {@return whether elements of a type are stored as they are computed with} */
  static boolean isNative(DType dtype) {
    return dtype == DType.F32 || dtype == DType.F64 || dtype == DType.I64 || dtype == DType.BOOL;
  }
}
