package dev.halyard.opencl.code;

import dev.halyard.DType;

/**
 * How sums of products are computed one at a time.
 *
 * @param type the C type of sums; unsigned for integers, since they wrap
 * @param widening the type that factors are widened to
 * @param result the C type of the result
 */
record Sum(String type, String widening, String result) {
  static Sum of(DType factors, DType to) {
    if (Types.isFloat(factors)) {
      return new Sum("float", "float", "float");
    }
    if (factors == DType.F64) {
      return new Sum("double", "double", "double");
    }
    return to == DType.I64
        ? new Sum("ulong", "ulong", "long")
        : new Sum("uint", "uint", Types.compute(to));
  }

  /** Signs are kept: a conversion to a wider unsigned type extends them. */
  String widen(String factor) {
    return "(" + widening + ")" + factor;
  }

  String narrow(String sum) {
    return result.equals(type) ? sum : "((" + result + ")" + sum + ")";
  }
}
