package dev.halyard.opencl.code;

import dev.halyard.DType;

/** Element types in OpenCL C: as they lie in memory, and as they are computed with. */
final class Types {
  private Types() {}

  /** {@return whether a type is computed with in float} */
  static boolean isFloat(DType dtype) {
    return dtype == DType.F32 || dtype == DType.F16 || dtype == DType.BF16;
  }

  static boolean isInteger(DType dtype) {
    return !dtype.isFloat() && dtype != DType.BOOL;
  }

  /** {@return the type in memory; F16 and BF16 are the bits, which functions convert} */
  static String storage(DType dtype) {
    return switch (dtype.name()) {
      case "F32" -> "float";
      case "F64" -> "double";
      case "F16", "BF16" -> "ushort";
      case "I8" -> "char";
      case "U8", "BOOL" -> "uchar";
      case "I16" -> "short";
      case "I32" -> "int";
      case "I64" -> "long";
      default -> throw new IllegalArgumentException("no OpenCL type for " + dtype);
    };
  }

  /** {@return the type that single elements are computed in; truth values are 0 or 1 in an int} */
  static String compute(DType dtype) {
    return isFloat(dtype) ? "float" : dtype == DType.BOOL ? "int" : storage(dtype);
  }

  /** {@return the type of as many bits without a sign, for arithmetic that wraps} */
  static String unsigned(DType dtype) {
    return switch (dtype.name()) {
      case "I8", "U8" -> "uchar";
      case "I16" -> "ushort";
      case "I32" -> "uint";
      case "I64" -> "ulong";
      default -> throw new IllegalArgumentException(dtype + " is no integer");
    };
  }

  /** {@return an unsigned type of as many bytes, for elements that are only moved} */
  static String bits(DType dtype) {
    return switch (dtype.bytes()) {
      case 1 -> "uchar";
      case 2 -> "ushort";
      case 4 -> "uint";
      default -> "ulong";
    };
  }

  /** {@return an expression for an element in memory} */
  static String load(DType dtype, String pointer, String index) {
    return switch (dtype.name()) {
      case "F16" -> "hy_from_f16(" + pointer + "[" + index + "])";
      case "BF16" -> "as_float((uint)" + pointer + "[" + index + "] << 16)";
      case "BOOL" -> "(" + pointer + "[" + index + "] != 0)";
      default -> pointer + "[" + index + "]";
    };
  }

  /** {@return a statement that stores an element} */
  static String store(DType dtype, String pointer, String index, String value) {
    return switch (dtype.name()) {
      case "F16" -> pointer + "[" + index + "] = hy_to_f16(" + value + ");";
      case "BF16" -> pointer + "[" + index + "] = hy_to_bf16(" + value + ");";
      case "BOOL" -> pointer + "[" + index + "] = (uchar)((" + value + ") != 0);";
      default -> pointer + "[" + index + "] = " + value + ";";
    };
  }

  /** {@return an expression for {@code width} neighbours in memory, of a type computed in float} */
  static String loadVector(DType dtype, int width, String pointer, String index) {
    String at = pointer + " + " + index;
    return switch (dtype.name()) {
      case "F32" -> "vload" + width + "(0, " + at + ")";
      case "F16" -> "hy_from_f16_" + width + "(vload" + width + "(0, " + at + "))";
      case "BF16" ->
          "as_float"
              + width
              + "(convert_uint"
              + width
              + "(vload"
              + width
              + "(0, "
              + at
              + ")) << 16)";
      case "BOOL" -> "convert_int" + width + "(vload" + width + "(0, " + at + ") != (uchar)0)";
      default -> throw new IllegalArgumentException(dtype + " has no vector form");
    };
  }

  /** {@return a statement that stores {@code width} neighbours} */
  static String storeVector(DType dtype, int width, String pointer, String index, String value) {
    String at = ", 0, " + pointer + " + " + index + ");";
    return switch (dtype.name()) {
      case "F32" -> "vstore" + width + "(" + value + at;
      case "F16" -> "vstore" + width + "(hy_to_f16_" + width + "(" + value + ")" + at;
      case "BF16" -> "vstore" + width + "(hy_to_bf16_" + width + "(" + value + ")" + at;
      case "BOOL" -> "vstore" + width + "(convert_uchar" + width + "(" + value + " & 1)" + at;
      default -> throw new IllegalArgumentException(dtype + " has no vector form");
    };
  }

  /** {@return a literal of the type that single elements are computed in} */
  static String literal(DType dtype, double number, long integer) {
    if (dtype == DType.F64) {
      return floating(number, "");
    }
    if (isFloat(dtype)) {
      return floating((float) number, "f");
    }
    return switch (dtype.name()) {
      case "BOOL" -> integer != 0 ? "1" : "0";
      case "I64" -> integer == Long.MIN_VALUE ? "LONG_MIN" : integer + "L";
      case "I32" -> integer == Integer.MIN_VALUE ? "INT_MIN" : Long.toString(integer);
      default -> "(" + storage(dtype) + ")" + integer;
    };
  }

  private static String floating(double number, String suffix) {
    if (Double.isNaN(number)) {
      return suffix.isEmpty() ? "as_double(0x7ff8000000000000UL)" : "NAN";
    }
    if (Double.isInfinite(number)) {
      String infinity = suffix.isEmpty() ? "as_double(0x7ff0000000000000UL)" : "INFINITY";
      return number > 0 ? infinity : "(-" + infinity + ")";
    }
    String text = Double.toHexString(number) + suffix;
    return text.startsWith("-") ? "(" + text + ")" : text;
  }
}
