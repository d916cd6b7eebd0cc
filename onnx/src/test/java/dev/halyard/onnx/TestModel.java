package dev.halyard.onnx;

import com.google.protobuf.ByteString;
import dev.halyard.DType;
import dev.halyard.Graph;
import dev.halyard.Tensor;
import dev.halyard.onnx.proto.AttributeProto;
import dev.halyard.onnx.proto.AttributeProto.AttributeType;
import dev.halyard.onnx.proto.GraphProto;
import dev.halyard.onnx.proto.ModelProto;
import dev.halyard.onnx.proto.NodeProto;
import dev.halyard.onnx.proto.OperatorSetIdProto;
import dev.halyard.onnx.proto.TensorProto;
import dev.halyard.onnx.proto.TensorShapeProto;
import dev.halyard.onnx.proto.TypeProto;
import dev.halyard.onnx.proto.ValueInfoProto;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Writes small models. Names of operands and results are given in one string, by spaces. */
final class TestModel {
  /** Stands for an operand that is left out. */
  static final String NONE = "-";

  final ModelProto.Builder model = ModelProto.newBuilder().setProducerName("test");
  final GraphProto.Builder graph = model.getGraphBuilder().setName("test");

  private TestModel(long opset) {
    // Format 10 goes with operator set 21; older sets may stand in newer formats.
    model.setIrVersion(opset < 9 ? 3 : opset < 23 ? 10 : 12);
    model.addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(opset));
  }

  static TestModel opset(long version) {
    return new TestModel(version);
  }

  /** Declares an input; a dimension is a number, a name, or "" for one without a name. */
  TestModel input(String name, DType dtype, Object... dims) {
    graph.addInput(port(name, dtype, dims));
    return this;
  }

  TestModel output(String name, DType dtype) {
    TypeProto.Builder type = TypeProto.newBuilder();
    type.getTensorTypeBuilder().setElemType(ElementTypes.code(dtype));
    graph.addOutput(ValueInfoProto.newBuilder().setName(name).setType(type));
    return this;
  }

  TestModel initializer(String name, Tensor tensor) {
    graph.addInitializer(proto(name, tensor));
    // Before version 4 of the format every initializer was declared as an input, too.
    if (model.getIrVersion() < 4) {
      Object[] dims = Arrays.stream(tensor.shape()).boxed().toArray();
      graph.addInput(port(name, tensor.dtype(), dims));
    }
    return this;
  }

  TestModel longs(String name, long... values) {
    return initializer(name, Tensor.of(values, values.length));
  }

  TestModel node(String type, String inputs, String outputs, AttributeProto... attributes) {
    NodeProto.Builder node =
        NodeProto.newBuilder().setOpType(type).setName(type + "_" + graph.getNodeCount());
    for (String input : names(inputs)) {
      node.addInput(input.equals(NONE) ? "" : input);
    }
    for (String output : names(outputs)) {
      node.addOutput(output.equals(NONE) ? "" : output);
    }
    graph.addNode(node.addAllAttribute(Arrays.asList(attributes)));
    return this;
  }

  private static String[] names(String text) {
    return text.isEmpty() ? new String[0] : text.split(" ");
  }

  private static ValueInfoProto port(String name, DType dtype, Object... dims) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (Object dim : dims) {
      switch (dim) {
        case String symbol when symbol.isEmpty() -> shape.addDimBuilder();
        case String symbol -> shape.addDimBuilder().setDimParam(symbol);
        default -> shape.addDimBuilder().setDimValue(((Number) dim).longValue());
      }
    }
    TypeProto.Builder type = TypeProto.newBuilder();
    type.getTensorTypeBuilder().setElemType(ElementTypes.code(dtype)).setShape(shape);
    return ValueInfoProto.newBuilder().setName(name).setType(type).build();
  }

  static TensorProto proto(String name, Tensor tensor) {
    TensorProto.Builder proto =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(ElementTypes.code(tensor.dtype()))
            .setRawData(ByteString.copyFrom(tensor.segment().toArray(ValueLayout.JAVA_BYTE)));
    for (long extent : tensor.shape()) {
      proto.addDims(extent);
    }
    return proto.build();
  }

  byte[] bytes() {
    return model.build().toByteArray();
  }

  Path save(Path folder) {
    try {
      return Files.write(Files.createTempFile(folder, "model", ".onnx"), bytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Graph importGraph(Path folder) {
    return OnnxModel.importGraph(save(folder));
  }

  static AttributeProto integer(String name, long value) {
    return attribute(name, AttributeType.INT).setI(value).build();
  }

  static AttributeProto integers(String name, long... values) {
    AttributeProto.Builder attribute = attribute(name, AttributeType.INTS);
    for (long value : values) {
      attribute.addInts(value);
    }
    return attribute.build();
  }

  static AttributeProto number(String name, double value) {
    return attribute(name, AttributeType.FLOAT).setF((float) value).build();
  }

  static AttributeProto numbers(String name, float... values) {
    AttributeProto.Builder attribute = attribute(name, AttributeType.FLOATS);
    for (float value : values) {
      attribute.addFloats(value);
    }
    return attribute.build();
  }

  static AttributeProto text(String name, String value) {
    return attribute(name, AttributeType.STRING).setS(ByteString.copyFromUtf8(value)).build();
  }

  static AttributeProto tensor(String name, Tensor value) {
    return attribute(name, AttributeType.TENSOR).setT(proto("", value)).build();
  }

  static AttributeProto to(DType dtype) {
    return integer("to", ElementTypes.code(dtype));
  }

  private static AttributeProto.Builder attribute(String name, AttributeType type) {
    return AttributeProto.newBuilder().setName(name).setType(type);
  }
}
