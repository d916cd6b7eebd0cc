package dev.halyard.onnx;

import dev.halyard.DType;
import dev.halyard.Shape;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * Tensors in NumPy's files ({@code .npy}), versions 1.0, 2.0 and 3.0 of the format
 * (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html), little-endian.
 */
public final class Npy {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};

  /** The format has the elements begin at a multiple of this. */
  private static final int ALIGNMENT = 64;

  /** NumPy's own headers take some hundred bytes. */
  private static final long MAX_HEADER_BYTES = 1 << 20;

  private static final Pattern DESCR = Pattern.compile("'descr'\\s*:\\s*'([^']*)'");
  private static final Pattern ORDER = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
  private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([0-9,\\s]*)\\)");

  private Npy() {}

  /**
   * Reads a tensor into memory of its own, which lives as long as it is reachable.
   *
   * @param file in C or Fortran order, of an element type that Halyard has
   * @return the tensor, row-major
   * @throws InvalidModelException if the file is missing, empty, cut off, has a header that makes
   *     no sense, or elements of another type or byte order
   */
  public static Tensor read(Path file) {
    MappedFile mapped = MappedFile.open(file, "an .npy file");
    MemorySegment content = mapped.content();
    long start = headerEnd(mapped);
    long headerStart = content.get(ValueLayout.JAVA_BYTE, 6) == 1 ? 10 : 12;
    byte[] bytes = content.asSlice(headerStart, start - headerStart).toArray(ValueLayout.JAVA_BYTE);
    String header = new String(bytes, StandardCharsets.UTF_8).strip();
    if (!header.startsWith("{") || !header.endsWith("}")) {
      throw error(mapped, "its header is no dictionary");
    }
    DType dtype = dtype(mapped, find(mapped, header, DESCR, "descr"));
    boolean fortran = find(mapped, header, ORDER, "fortran_order").equals("True");
    long[] shape = shape(mapped, find(mapped, header, SHAPE, "shape"));
    requireBytes(mapped, dtype, shape, mapped.bytes() - start);
    Tensor tensor = TensorArena.ofAuto().allocate(dtype, shape);
    MemorySegment elements = content.asSlice(start);
    if (fortran && shape.length > 1) {
      transpose(elements, tensor);
    } else {
      tensor.copyFrom(elements);
    }
    normalise(tensor);
    return tensor;
  }

  /** {@return the offset of the elements} */
  private static long headerEnd(MappedFile file) {
    MemorySegment content = file.content();
    boolean magic =
        file.bytes() >= 10
            && content.asSlice(0, MAGIC.length).mismatch(MemorySegment.ofArray(MAGIC)) == -1;
    if (!magic) {
      throw error(file, "it does not begin as an .npy file does");
    }
    int version = content.get(ValueLayout.JAVA_BYTE, 6);
    if (version < 1 || version > 3) {
      throw error(file, "it has version " + version + " of the format; known are 1, 2 and 3");
    }
    long begin = version == 1 ? 10 : 12;
    if (file.bytes() < begin) {
      throw error(file, "it ends within the header");
    }
    ByteBuffer bytes = content.asSlice(8, begin - 8).asByteBuffer();
    bytes.order(ByteOrder.LITTLE_ENDIAN);
    long length =
        version == 1
            ? Short.toUnsignedLong(bytes.getShort())
            : Integer.toUnsignedLong(bytes.getInt());
    if (length > Math.min(file.bytes() - begin, MAX_HEADER_BYTES)) {
      throw error(file, "its header claims " + length + " bytes");
    }
    return begin + length;
  }

  private static String find(MappedFile file, String header, Pattern pattern, String key) {
    Matcher matcher = pattern.matcher(header);
    if (!matcher.find()) {
      throw error(file, "its header has no usable '" + key + "'");
    }
    return matcher.group(1);
  }

  private static DType dtype(MappedFile file, String descr) {
    return switch (descr) {
      case "<f4" -> DType.F32;
      case "<f8" -> DType.F64;
      case "<f2" -> DType.F16;
      case "|i1", "<i1" -> DType.I8;
      case "|u1", "<u1" -> DType.U8;
      case "<i2" -> DType.I16;
      case "<i4" -> DType.I32;
      case "<i8" -> DType.I64;
      case "|b1" -> DType.BOOL;
      default ->
          throw error(
              file,
              "its elements are '"
                  + descr
                  + "'; known are <f4 <f8 <f2 |i1 |u1 <i2 <i4 <i8 |b1, so convert it by"
                  + " x.astype(...)");
    };
  }

  private static long[] shape(MappedFile file, String text) {
    try {
      return Arrays.stream(text.split(",", -1))
          .map(String::strip)
          .filter(part -> !part.isEmpty())
          .mapToLong(Long::parseLong)
          .toArray();
    } catch (NumberFormatException e) {
      throw error(file, "its shape is (" + text + ")");
    }
  }

  private static void requireBytes(MappedFile file, DType dtype, long[] shape, long found) {
    long wanted;
    try {
      wanted = Math.multiplyExact(Shape.elements(shape), (long) dtype.bytes());
    } catch (ArithmeticException e) {
      throw error(file, "its shape " + Arrays.toString(shape) + " is too large");
    }
    if (wanted != found) {
      throw error(
          file,
          dtype
              + Arrays.toString(shape)
              + " takes "
              + wanted
              + " bytes, after the header there are "
              + found);
    }
  }

  /** Fortran has the first axis innermost. */
  private static void transpose(MemorySegment from, Tensor to) {
    long[] shape = to.shape();
    int bytes = to.dtype().bytes();
    long[] strides = new long[shape.length];
    long stride = bytes;
    for (int i = 0; i < shape.length; i++) {
      strides[i] = stride;
      stride *= shape[i];
    }
    long[] index = new long[shape.length];
    long source = 0;
    for (long i = 0; i < to.elements(); i++) {
      MemorySegment.copy(from, source, to.segment(), i * bytes, bytes);
      for (int axis = shape.length - 1; axis >= 0; axis--) {
        source += strides[axis];
        if (++index[axis] < shape[axis]) {
          break;
        }
        source -= strides[axis] * shape[axis];
        index[axis] = 0;
      }
    }
  }

  /** Makes truth values 0 or 1, as devices expect. */
  private static void normalise(Tensor tensor) {
    if (tensor.dtype() == DType.BOOL) {
      for (long i = 0; i < tensor.elements(); i++) {
        tensor.setLong(i, tensor.getLong(i));
      }
    }
  }

  /**
   * Writes a tensor in C order, by version 1.0 of the format.
   *
   * @param file is made, or replaced
   * @param tensor any but BF16, which NumPy does not have
   * @throws IllegalArgumentException for BF16
   * @throws UncheckedIOException if writing fails
   */
  public static void write(Path file, Tensor tensor) {
    String shape =
        LongStream.of(tensor.shape()).mapToObj(Long::toString).collect(Collectors.joining(", "));
    String header =
        "{'descr': '"
            + descr(tensor)
            + "', 'fortran_order': False, 'shape': ("
            + shape
            + (tensor.shape().length == 1 ? "," : "")
            + "), }";
    // The format wants a line feed last, and spaces before it up to the alignment.
    int length = Math.ceilDiv(10 + header.length() + 1, ALIGNMENT) * ALIGNMENT - 10;
    if (length > 0xFFFF) {
      throw new IllegalArgumentException(
          "Npy.write: a tensor of rank " + tensor.shape().length + " has too long a header");
    }
    ByteBuffer head = ByteBuffer.allocate(10 + length).order(ByteOrder.LITTLE_ENDIAN);
    Arrays.fill(head.array(), (byte) ' ');
    head.put(MAGIC).put((byte) 1).put((byte) 0).putShort((short) length);
    head.put(header.getBytes(StandardCharsets.US_ASCII));
    head.put(head.capacity() - 1, (byte) '\n');
    try {
      OnnxTensors.write(file, head.array(), tensor);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + tensor + " to " + file, e);
    }
  }

  private static String descr(Tensor tensor) {
    return switch (tensor.dtype().name()) {
      case "F32" -> "<f4";
      case "F64" -> "<f8";
      case "F16" -> "<f2";
      case "I8" -> "|i1";
      case "U8" -> "|u1";
      case "I16" -> "<i2";
      case "I32" -> "<i4";
      case "I64" -> "<i8";
      case "BOOL" -> "|b1";
      default ->
          throw new IllegalArgumentException(
              "Npy.write: NumPy has no " + tensor.dtype() + "; cast " + tensor + " to F32 first");
    };
  }

  private static InvalidModelException error(MappedFile file, String found) {
    return new InvalidModelException(
        file.path()
            + " ("
            + file.bytes()
            + " bytes) cannot be read as an .npy file: "
            + found
            + "; save it again by numpy.save");
  }
}
