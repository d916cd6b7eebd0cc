package dev.halyard.bench.side;

import dev.halyard.bench.side.TinyMlp.Layer;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * {@link TinyMlp} as an ONNX model: Gemm and Relu per layer, Softmax at the end. The fields are
 * those of onnx.proto3.
 */
final class MlpOnnx {
  private static final int IR_VERSION = 8;
  private static final int OPSET = 17;
  private static final int FLOAT = 1;

  private MlpOnnx() {}

  /** ModelProto: ir_version 1, graph 7, opset_import 8; version 2. */
  static byte[] bytes() {
    return new Message()
        .number(1, IR_VERSION)
        .message(7, graph())
        .message(8, new Message().number(2, OPSET))
        .toByteArray();
  }

  /** GraphProto: node 1, name 2, initializer 5, input 11, output 12. */
  private static Message graph() {
    Message graph = new Message().text(2, TinyMlp.NAME);
    List<Layer> layers = TinyMlp.layers();
    String x = "x";
    for (int i = 0; i < layers.size(); i++) {
      Layer layer = layers.get(i);
      boolean last = i == layers.size() - 1;
      String result = last ? "y" : "h" + i;
      graph
          .message(1, node("Gemm", "g" + i, x, "w" + i, "b" + i))
          .message(1, node(last ? "Softmax" : "Relu", result, "g" + i))
          .message(5, tensor("w" + i, layer.weights(), layer.from(), layer.to()))
          .message(5, tensor("b" + i, layer.bias(), layer.to()));
      x = result;
    }
    return graph
        .message(11, value("x", layers.getFirst().from()))
        .message(12, value("y", layers.getLast().to()));
  }

  /** NodeProto: input 1, output 2, op_type 4. */
  private static Message node(String operator, String output, String... inputs) {
    Message node = new Message();
    for (String input : inputs) {
      node.text(1, input);
    }
    return node.text(2, output).text(4, operator);
  }

  /** TensorProto: dims 1, data_type 2, name 8, raw_data 9. */
  private static Message tensor(String name, float[] values, int... dims) {
    Message tensor = new Message();
    for (int dim : dims) {
      tensor.number(1, dim);
    }
    ByteBuffer raw =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    raw.asFloatBuffer().put(values);
    return tensor.number(2, FLOAT).text(8, name).bytes(9, raw.array());
  }

  /** ValueInfoProto: name 1, type 2; tensor_type 1; elem_type 1, shape 2; dim 1; dim_value 1. */
  private static Message value(String name, int width) {
    Message shape =
        new Message()
            .message(1, new Message().number(1, 1))
            .message(1, new Message().number(1, width));
    Message tensor = new Message().number(1, FLOAT).message(2, shape);
    return new Message().text(1, name).message(2, new Message().message(1, tensor));
  }

  /** A message in the wire format of Protocol Buffers. */
  private static final class Message {
    private static final int VARINT = 0;
    private static final int LENGTH_DELIMITED = 2;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Message number(int field, long value) {
      varint(((long) field << 3) | VARINT);
      varint(value);
      return this;
    }

    Message bytes(int field, byte... value) {
      varint(((long) field << 3) | LENGTH_DELIMITED);
      varint(value.length);
      out.writeBytes(value);
      return this;
    }

    Message text(int field, String value) {
      return bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }

    Message message(int field, Message value) {
      return bytes(field, value.toByteArray());
    }

    byte[] toByteArray() {
      return out.toByteArray();
    }

    private void varint(long value) {
      long rest = value;
      while (rest >= 0x80) {
        out.write((int) ((rest & 0x7F) | 0x80));
        rest >>>= 7;
      }
      out.write((int) rest);
    }
  }
}
