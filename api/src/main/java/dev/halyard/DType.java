package dev.halyard;

import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * An element type.
 *
 * <p>The instances are interned constants and compare by identity. This is a class and not an enum
 * so that a later level of the SPI can add a type without breaking plugins built before it.
 */
public final class DType {
  /** IEEE 754 binary32. */
  public static final DType F32 = new DType("F32", 1, 4, Kind.FLOAT);

  /** IEEE 754 binary64. */
  public static final DType F64 = new DType("F64", 2, 8, Kind.FLOAT);

  /** IEEE 754 binary16; a storage type whose arithmetic is carried out in F32. */
  public static final DType F16 = new DType("F16", 3, 2, Kind.FLOAT);

  /** The upper half of a binary32; a storage type whose arithmetic is carried out in F32. */
  public static final DType BF16 = new DType("BF16", 4, 2, Kind.FLOAT);

  /** Signed 8-bit integer, two's complement, wrapping. */
  public static final DType I8 = new DType("I8", 5, 1, Kind.SIGNED);

  /** Unsigned 8-bit integer, wrapping. */
  public static final DType U8 = new DType("U8", 6, 1, Kind.UNSIGNED);

  /** Signed 16-bit integer, two's complement, wrapping. */
  public static final DType I16 = new DType("I16", 7, 2, Kind.SIGNED);

  /** Signed 32-bit integer, two's complement, wrapping. */
  public static final DType I32 = new DType("I32", 8, 4, Kind.SIGNED);

  /** Signed 64-bit integer, two's complement, wrapping. */
  public static final DType I64 = new DType("I64", 9, 8, Kind.SIGNED);

  /** A truth value, stored as one byte: 0 is false, 1 is true; a device writes nothing else. */
  public static final DType BOOL = new DType("BOOL", 10, 1, Kind.TRUTH);

  private static final List<DType> VALUES =
      List.of(F32, F64, F16, BF16, I8, U8, I16, I32, I64, BOOL);
  private static final Map<String, DType> BY_NAME =
      VALUES.stream().collect(Collectors.toUnmodifiableMap(DType::name, Function.identity()));

  private enum Kind {
    FLOAT,
    SIGNED,
    UNSIGNED,
    TRUTH
  }

  private final String name;
  private final int code;
  private final int bytes;
  private final Kind kind;

  private DType(String name, int code, int bytes, Kind kind) {
    this.name = name;
    this.code = code;
    this.bytes = bytes;
    this.kind = kind;
  }

  /** {@return every element type, in the order of their codes} */
  public static List<DType> values() {
    return VALUES;
  }

  /**
   * Finds an element type by its name.
   *
   * @param name such as {@code "F32"}
   * @return the type
   * @throws IllegalArgumentException if there is none of that name
   */
  public static DType of(String name) {
    DType found = BY_NAME.get(name);
    if (found == null) {
      throw new IllegalArgumentException("no dtype '" + name + "'; known are " + VALUES);
    }
    return found;
  }

  /** {@return the name, such as {@code "F32"}; usable as the selector of a switch} */
  public String name() {
    return name;
  }

  /** {@return the number that stands for this type in canonical bytes; never reused} */
  public int code() {
    return code;
  }

  /** {@return the size of an element in bytes} */
  public int bytes() {
    return bytes;
  }

  /** {@return whether this is one of F16, BF16, F32 and F64} */
  public boolean isFloat() {
    return kind == Kind.FLOAT;
  }

  /** {@return whether this is one of I8, U8, I16, I32 and I64} */
  public boolean isInteger() {
    return kind == Kind.SIGNED || kind == Kind.UNSIGNED;
  }

  /** {@return the layout of an element in memory, in native byte order} */
  public ValueLayout layout() {
    return switch (name) {
      case "F32" -> ValueLayout.JAVA_FLOAT;
      case "F64" -> ValueLayout.JAVA_DOUBLE;
      case "F16", "BF16", "I16" -> ValueLayout.JAVA_SHORT;
      case "I32" -> ValueLayout.JAVA_INT;
      case "I64" -> ValueLayout.JAVA_LONG;
      default -> ValueLayout.JAVA_BYTE;
    };
  }

  @Override
  public String toString() {
    return name;
  }
}
