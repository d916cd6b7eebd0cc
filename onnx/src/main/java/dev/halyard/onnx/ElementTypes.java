package dev.halyard.onnx;

import dev.halyard.DType;
import dev.halyard.onnx.proto.TensorProto.DataType;
import org.jspecify.annotations.Nullable;

/** Between ONNX's element types and ours. */
final class ElementTypes {
  private ElementTypes() {}

  /** {@return our type, or null where we have none} */
  static @Nullable DType dtype(long code) {
    DataType type = known(code);
    return type == null
        ? null
        : switch (type) {
          case FLOAT -> DType.F32;
          case DOUBLE -> DType.F64;
          case FLOAT16 -> DType.F16;
          case BFLOAT16 -> DType.BF16;
          case INT8 -> DType.I8;
          case UINT8 -> DType.U8;
          case INT16 -> DType.I16;
          case INT32 -> DType.I32;
          case INT64 -> DType.I64;
          case BOOL -> DType.BOOL;
          default -> null;
        };
  }

  /** {@return ONNX's name of a type, or its number} */
  static String name(long code) {
    DataType type = known(code);
    return type == null ? "element type " + code : type.name();
  }

  /** {@return ONNX's number of a type of ours} */
  static int code(DType dtype) {
    return switch (dtype.name()) {
      case "F32" -> DataType.FLOAT_VALUE;
      case "F64" -> DataType.DOUBLE_VALUE;
      case "F16" -> DataType.FLOAT16_VALUE;
      case "BF16" -> DataType.BFLOAT16_VALUE;
      case "I8" -> DataType.INT8_VALUE;
      case "U8" -> DataType.UINT8_VALUE;
      case "I16" -> DataType.INT16_VALUE;
      case "I32" -> DataType.INT32_VALUE;
      case "I64" -> DataType.INT64_VALUE;
      case "BOOL" -> DataType.BOOL_VALUE;
      default -> throw new IllegalArgumentException("ONNX has no element type " + dtype);
    };
  }

  private static @Nullable DataType known(long code) {
    return code == (int) code ? DataType.forNumber((int) code) : null;
  }
}
