package dev.halyard.onnx;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import dev.halyard.Tensor;
import dev.halyard.onnx.proto.TensorProto;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** Single tensors in files of ONNX's form ({@code .pb}), as the data of its tests are. */
public final class OnnxTensors {
  private OnnxTensors() {}

  /**
   * Reads a tensor. It lives as long as it is reachable; while it does, the file must not be
   * changed, since content that lies aligned in it is used where it lies.
   *
   * @param file a TensorProto
   * @return the tensor
   * @throws InvalidModelException if the file is missing, empty, damaged or no tensor
   * @throws UnsupportedModelException if its element type is one that Halyard does not have
   */
  public static Tensor read(Path file) {
    MappedFile mapped = MappedFile.open(file, "an ONNX tensor");
    TensorProto proto = WireReader.tensor(mapped);
    if (proto.getDataType() == TensorProto.DataType.UNDEFINED_VALUE) {
      throw new InvalidModelException(
          file + " (" + mapped.bytes() + " bytes) is no ONNX tensor: it declares no element type");
    }
    String role = "tensor '" + proto.getName() + "'";
    Tensor tensor = new TensorReader(mapped).read(proto, role);
    if (tensor == null) {
      throw new UnsupportedModelException(
          file.toString(),
          List.of(role + ": its element type " + ElementTypes.name(proto.getDataType())));
    }
    return tensor;
  }

  /**
   * Writes a tensor.
   *
   * @param file is made, or replaced
   * @param name the tensor's name in the file
   * @param tensor the tensor
   * @throws UncheckedIOException if that fails
   */
  public static void write(Path file, String name, Tensor tensor) {
    TensorProto.Builder proto =
        TensorProto.newBuilder().setName(name).setDataType(ElementTypes.code(tensor.dtype()));
    for (long extent : tensor.shape()) {
      proto.addDims(extent);
    }
    try {
      ByteArrayOutputStream head = new ByteArrayOutputStream();
      CodedOutputStream out = CodedOutputStream.newInstance(head);
      proto.build().writeTo(out);
      out.writeTag(TensorProto.RAW_DATA_FIELD_NUMBER, WireFormat.WIRETYPE_LENGTH_DELIMITED);
      out.writeUInt64NoTag(tensor.byteSize());
      out.flush();
      write(file, head.toByteArray(), tensor);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + tensor + " to " + file, e);
    }
  }

  /** Writes a few bytes and then the elements of a tensor. */
  static void write(Path file, byte[] head, Tensor tensor) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      writeAll(channel, ByteBuffer.wrap(head));
      long size = tensor.byteSize();
      // A buffer holds less than 2 GiB.
      for (long at = 0; at < size; at += 1 << 30) {
        long bytes = Math.min(1 << 30, size - at);
        writeAll(channel, tensor.segment().asSlice(at, bytes).asByteBuffer());
      }
    }
  }

  private static void writeAll(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
