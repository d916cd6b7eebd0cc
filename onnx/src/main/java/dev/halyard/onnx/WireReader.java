package dev.halyard.onnx;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import dev.halyard.onnx.proto.AttributeProto;
import dev.halyard.onnx.proto.GraphProto;
import dev.halyard.onnx.proto.ModelProto;
import dev.halyard.onnx.proto.TensorProto;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads protocol buffers of any size out of a mapped file without taking up the weights.
 *
 * <p>A walk over the wire format copies everything except each tensor's {@code raw_data}, and puts
 * {@code mapped_offset} and {@code mapped_bytes} in its place; the small rest is then parsed by
 * protobuf. Lengths are checked against what is there before anything is copied, so that a false
 * claim costs nothing, and errors know their offset.
 */
final class WireReader {
  /** Beyond this, what is left without the weights is no graph that could be worked on. */
  private static final long MAX_SKELETON_BYTES = 256L << 20;

  /** About what an object of protobuf takes, so that many tiny fields are not free. */
  private static final long FIELD_BYTES = 64;

  /**
   * The fields of a message that are walked into, and those that are packed varints; every other
   * field is copied as it is.
   */
  private static final class Walk {
    private final String name;
    private final @Nullable Walk[] into;
    private final Set<Integer> packed;

    Walk(String name, @Nullable Walk[] into, Integer... packed) {
      this.name = name;
      this.into = into;
      this.packed = Set.of(packed);
    }

    static Walk of(String name, int field, Walk to, Integer... packed) {
      @Nullable Walk[] into = new @Nullable Walk[field + 1];
      into[field] = to;
      return new Walk(name, into, packed);
    }

    @Nullable Walk child(int field) {
      return field < into.length ? into[field] : null;
    }
  }

  private static final Walk TENSOR =
      Walk.of(
          "TensorProto",
          TensorProto.EXTERNAL_DATA_FIELD_NUMBER,
          new Walk("StringStringEntryProto", new Walk[0]),
          TensorProto.DIMS_FIELD_NUMBER,
          TensorProto.INT32_DATA_FIELD_NUMBER,
          TensorProto.INT64_DATA_FIELD_NUMBER);

  private static final Walk MODEL;

  static {
    Walk attribute = Walk.of("AttributeProto", 5, TENSOR, AttributeProto.INTS_FIELD_NUMBER);
    Walk node = Walk.of("NodeProto", 5, attribute);
    Walk dim = new Walk("TensorShapeProto.Dimension", new Walk[0]);
    Walk tensorType = Walk.of("TypeProto.Tensor", 2, Walk.of("TensorShapeProto", 1, dim));
    Walk port = Walk.of("ValueInfoProto", 2, Walk.of("TypeProto", 1, tensorType));
    @Nullable Walk[] parts = new @Nullable Walk[GraphProto.VALUE_INFO_FIELD_NUMBER + 1];
    parts[GraphProto.NODE_FIELD_NUMBER] = node;
    parts[GraphProto.INITIALIZER_FIELD_NUMBER] = TENSOR;
    parts[GraphProto.INPUT_FIELD_NUMBER] = port;
    parts[GraphProto.OUTPUT_FIELD_NUMBER] = port;
    parts[GraphProto.VALUE_INFO_FIELD_NUMBER] = port;
    Walk graph = new Walk("GraphProto", parts);
    MODEL = Walk.of("ModelProto", 7, graph);
  }

  private final MappedFile file;
  private final MemorySegment content;
  private long copied;

  private WireReader(MappedFile file) {
    this.file = file;
    this.content = file.content();
  }

  /** {@return the model in a file, its weights left where they are} */
  static ModelProto model(MappedFile file) {
    byte[] skeleton = new WireReader(file).strip(MODEL, 0, file.bytes());
    try {
      return ModelProto.parseFrom(skeleton);
    } catch (InvalidProtocolBufferException e) {
      throw broken(file, "an ONNX model", e);
    }
  }

  /** {@return the tensor in a file, its content left where it is} */
  static TensorProto tensor(MappedFile file) {
    byte[] skeleton = new WireReader(file).strip(TENSOR, 0, file.bytes());
    try {
      return TensorProto.parseFrom(skeleton);
    } catch (InvalidProtocolBufferException e) {
      throw broken(file, "an ONNX tensor", e);
    }
  }

  private static InvalidModelException broken(
      MappedFile file, String wanted, InvalidProtocolBufferException cause) {
    return new InvalidModelException(
        file.path()
            + " ("
            + file.bytes()
            + " bytes) is not "
            + wanted
            + ": "
            + cause.getMessage()
            + "; download or export it again",
        cause);
  }

  private byte[] strip(Walk message, long from, long to) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    long at = from;
    while (at < to) {
      at = field(message, at, to, out);
    }
    return out.toByteArray();
  }

  /** Copies one field and returns the offset after it. */
  private long field(Walk message, long at, long to, ByteArrayOutputStream out) {
    long tag = varint(message, at, to);
    long value = at + varintBytes(at);
    long number = tag >>> 3;
    if (tag >>> 32 != 0 || number == 0) {
      throw damaged(message, at, "there is no field with the tag " + Long.toUnsignedString(tag));
    }
    return switch ((int) tag & 7) {
      case WireFormat.WIRETYPE_LENGTH_DELIMITED ->
          delimited(message, (int) number, at, value, to, out);
      case WireFormat.WIRETYPE_VARINT -> {
        varint(message, value, to);
        yield copy(message, number, at, value + varintBytes(value), out);
      }
      case WireFormat.WIRETYPE_FIXED32 ->
          copy(message, number, at, inside(message, at, value + 4, to), out);
      case WireFormat.WIRETYPE_FIXED64 ->
          copy(message, number, at, inside(message, at, value + 8, to), out);
      default -> throw damaged(message, at, "field " + number + " has the wire type " + (tag & 7));
    };
  }

  /** Copies a field that begins with its length, or walks into it; returns the offset after it. */
  private long delimited(
      Walk message, int number, long at, long value, long to, ByteArrayOutputStream out) {
    long length = varint(message, value, to);
    long start = value + varintBytes(value);
    if (length < 0 || length > to - start) {
      throw damaged(
          message,
          at,
          "field "
              + number
              + " claims "
              + Long.toUnsignedString(length)
              + " bytes where "
              + (to - start)
              + " are left");
    }
    content(message, number, at, start, start + length, out);
    return start + length;
  }

  private void content(
      Walk message, int number, long at, long start, long end, ByteArrayOutputStream out) {
    Walk child = message.child(number);
    if (child != null) {
      charge(message, at, 0);
      byte[] inner = strip(child, start, end);
      write(out, (long) number << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED);
      write(out, inner.length);
      out.writeBytes(inner);
    } else if (message == TENSOR && number == TensorProto.RAW_DATA_FIELD_NUMBER) {
      write(out, (long) TensorProto.MAPPED_OFFSET_FIELD_NUMBER << 3);
      write(out, start);
      write(out, (long) TensorProto.MAPPED_BYTES_FIELD_NUMBER << 3);
      write(out, end - start);
    } else {
      if (message.packed.contains(number)) {
        charge(message, at, unpackedBytes(start, end));
      }
      copy(message, number, at, end, out);
    }
  }

  /** {@return what packed numbers take once they are parsed; on the wire each may be a byte} */
  private long unpackedBytes(long start, long end) {
    long numbers = 0;
    for (long at = start; at < end; at++) {
      numbers += content.get(ValueLayout.JAVA_BYTE, at) >= 0 ? 1 : 0;
    }
    return numbers * Long.BYTES;
  }

  private long copy(Walk message, long number, long from, long to, ByteArrayOutputStream out) {
    boolean ours =
        number == TensorProto.MAPPED_OFFSET_FIELD_NUMBER
            || number == TensorProto.MAPPED_BYTES_FIELD_NUMBER;
    if (ours && message == TENSOR) {
      return to;
    }
    charge(message, from, to - from);
    byte[] bytes = new byte[(int) (to - from)];
    MemorySegment.copy(content, ValueLayout.JAVA_BYTE, from, bytes, 0, bytes.length);
    out.writeBytes(bytes);
    return to;
  }

  private void charge(Walk message, long at, long bytes) {
    copied += bytes + FIELD_BYTES;
    if (copied > MAX_SKELETON_BYTES) {
      throw damaged(
          message,
          at,
          "more than "
              + MAX_SKELETON_BYTES
              + " bytes are neither raw_data nor external data; save the weights as one of these");
    }
  }

  private long inside(Walk message, long at, long end, long to) {
    if (end > to) {
      throw damaged(message, at, "the last field is cut off");
    }
    return end;
  }

  private long varint(Walk message, long at, long to) {
    long value = 0;
    for (int i = 0; i < 10; i++) {
      if (at + i >= to) {
        throw damaged(message, at, "it is cut off within a number");
      }
      byte next = content.get(ValueLayout.JAVA_BYTE, at + i);
      value |= (long) (next & 0x7F) << (7 * i);
      if (next >= 0) {
        return value;
      }
    }
    throw damaged(message, at, "a number takes more than 10 bytes");
  }

  /** {@return how long a number that {@link #varint} has read is} */
  private long varintBytes(long at) {
    long end = at;
    while (content.get(ValueLayout.JAVA_BYTE, end) < 0) {
      end++;
    }
    return end + 1 - at;
  }

  private static void write(ByteArrayOutputStream out, long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      out.write((int) (rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    out.write((int) rest);
  }

  private InvalidModelException damaged(Walk message, long at, String found) {
    return new InvalidModelException(
        file.path()
            + " ("
            + file.bytes()
            + " bytes) is damaged or no ONNX file: in the "
            + message.name
            + " at offset "
            + at
            + " "
            + found
            + "; download or export it again");
  }
}
