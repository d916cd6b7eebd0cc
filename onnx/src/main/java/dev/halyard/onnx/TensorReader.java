package dev.halyard.onnx;

import dev.halyard.DType;
import dev.halyard.OutOfDeviceMemoryException;
import dev.halyard.Shape;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import dev.halyard.onnx.proto.TensorProto;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.function.LongToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Takes tensors out of a file.
 *
 * <p>What lies in {@code raw_data} or in an external file, aligned to its element type, is referred
 * to where it lies; a tensor that is misaligned in its file is copied, alone. Typed fields are
 * copied.
 */
final class TensorReader {
  /** How many elements the import of one model makes up: 64 MB of indices. */
  static final long MAX_MADE_UP = 8L << 20;

  private final MappedFile file;
  private final ExternalData external;
  private long madeUp;
  private long mappedBytes;
  private long copiedBytes;

  TensorReader(MappedFile file) {
    this.file = file;
    this.external = new ExternalData(file.path());
  }

  /**
   * Takes a tensor.
   *
   * @param proto as {@link WireReader} left it
   * @param role which tensor it is, for messages
   * @return the tensor, or null if its element type is none of ours
   * @throws InvalidModelException if shape, type and content contradict each other
   */
  @Nullable Tensor read(TensorProto proto, String role) {
    DType dtype = ElementTypes.dtype(proto.getDataType());
    if (dtype == null) {
      return null;
    }
    long[] shape = proto.getDimsList().stream().mapToLong(Long::longValue).toArray();
    long bytes = bytes(dtype, shape, role);
    if (proto.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
      ExternalData.Range range = external.find(proto, bytes, role);
      return take(range.file(), range.offset(), range.bytes(), dtype, shape, role);
    }
    if (proto.hasMappedOffset()) {
      return raw(proto, dtype, shape, bytes, role);
    }
    return typed(proto, dtype, shape, bytes / dtype.bytes(), role);
  }

  private long bytes(DType dtype, long[] shape, String role) {
    try {
      return Math.multiplyExact(Shape.elements(Tensor.checkedShape(shape)), (long) dtype.bytes());
    } catch (ArithmeticException | IllegalArgumentException e) {
      throw new InvalidModelException(
          file.path() + ": " + role + " cannot have the shape " + Arrays.toString(shape), e);
    }
  }

  private Tensor raw(TensorProto proto, DType dtype, long[] shape, long bytes, String role) {
    if (proto.getMappedBytes() != bytes) {
      throw new InvalidModelException(
          file.path()
              + ": "
              + role
              + " is "
              + dtype
              + Arrays.toString(shape)
              + " and takes "
              + bytes
              + " bytes, its raw_data at offset "
              + proto.getMappedOffset()
              + " has "
              + proto.getMappedBytes()
              + "; export the model again");
    }
    return take(file, proto.getMappedOffset(), bytes, dtype, shape, role);
  }

  private Tensor take(
      MappedFile from, long offset, long bytes, DType dtype, long[] shape, String role) {
    MemorySegment content = from.content().asSlice(offset, bytes);
    boolean usable = bytes > 0 && content.address() % dtype.bytes() == 0 && clean(content, dtype);
    if (usable) {
      mappedBytes += bytes;
      return Tensor.wrap(from.arena(), content, dtype, shape);
    }
    copiedBytes += bytes;
    Tensor copy = allocate(dtype, shape, role).copyFrom(content);
    if (dtype == DType.BOOL) {
      for (long i = 0; i < bytes; i++) {
        copy.setLong(i, copy.getLong(i));
      }
    }
    return copy;
  }

  /** The JDK bounds the memory outside the heap, by default by the size of the largest heap. */
  private Tensor allocate(DType dtype, long[] shape, String role) {
    try {
      return TensorArena.ofAuto().allocate(dtype, shape);
    } catch (OutOfMemoryError e) {
      throw new OutOfDeviceMemoryException(
          file.path()
              + ": a copy of "
              + role
              + " takes "
              + bytes(dtype, shape, role)
              + " bytes outside the heap, and the JVM refuses them: "
              + e.getMessage()
              + "; raise -XX:MaxDirectMemorySize, or align the tensor in its file so that it needs"
              + " no copy",
          e);
    }
  }

  /** {@return whether an import may make up so many elements more; counts them if so} */
  boolean makeUp(long elements) {
    boolean allowed = elements <= MAX_MADE_UP - madeUp;
    madeUp += allowed ? elements : 0;
    return allowed;
  }

  /** {@return how many bytes of tensors are used where they lie} */
  long mappedBytes() {
    return mappedBytes;
  }

  /**
   * {@return how many bytes of raw tensors were copied, being misaligned or no clean truth values}
   */
  long copiedBytes() {
    return copiedBytes;
  }

  /** {@return whether every truth value is 0 or 1, as devices expect} */
  private static boolean clean(MemorySegment content, DType dtype) {
    for (long i = 0; dtype == DType.BOOL && i < content.byteSize(); i++) {
      if ((content.get(ValueLayout.JAVA_BYTE, i) & ~1) != 0) {
        return false;
      }
    }
    return true;
  }

  private Tensor typed(TensorProto proto, DType dtype, long[] shape, long elements, String role) {
    int found =
        switch (dtype.name()) {
          case "F32" -> proto.getFloatDataCount();
          case "F64" -> proto.getDoubleDataCount();
          case "I64" -> proto.getInt64DataCount();
          default -> proto.getInt32DataCount();
        };
    if (found != elements) {
      throw new InvalidModelException(
          file.path()
              + ": "
              + role
              + " is "
              + dtype
              + Arrays.toString(shape)
              + " and has "
              + elements
              + " elements, its data has "
              + found
              + "; export the model again");
    }
    Tensor tensor = allocate(dtype, shape, role);
    switch (dtype.name()) {
      case "F32" -> {
        for (int i = 0; i < found; i++) {
          tensor.segment().setAtIndex(ValueLayout.JAVA_FLOAT, i, proto.getFloatData(i));
        }
      }
      case "F64" -> {
        for (int i = 0; i < found; i++) {
          tensor.setDouble(i, proto.getDoubleData(i));
        }
      }
      case "I64" -> {
        for (int i = 0; i < found; i++) {
          tensor.setLong(i, proto.getInt64Data(i));
        }
      }
      case "F16", "BF16" -> bits(tensor, i -> proto.getInt32Data((int) i));
      default -> {
        for (int i = 0; i < found; i++) {
          tensor.setLong(i, proto.getInt32Data(i));
        }
      }
    }
    return tensor;
  }

  private static void bits(Tensor tensor, LongToIntFunction bits) {
    for (long i = 0; i < tensor.elements(); i++) {
      tensor.segment().setAtIndex(ValueLayout.JAVA_SHORT, i, (short) bits.applyAsInt(i));
    }
  }
}
