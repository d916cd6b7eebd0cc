package dev.halyard.onnx;

import dev.halyard.DType;
import dev.halyard.Dim;
import dev.halyard.Graph;
import dev.halyard.Shape;
import dev.halyard.Tensor;
import dev.halyard.Value;
import dev.halyard.onnx.proto.AttributeProto;
import dev.halyard.onnx.proto.AttributeProto.AttributeType;
import dev.halyard.onnx.proto.NodeProto;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One node during the import: its operands and attributes, and what has been made of it. */
final class OnnxNode {
  /**
   * Beyond this an extent costs more to work with than it can be worth: those of real models have
   * one or two terms, or a few for each symbol.
   */
  private static final int MAX_TERMS = 256;

  private final NodeProto proto;
  private final long version;
  private final Graph.Builder graph;
  private final TensorReader tensors;
  private final List<@Nullable Operand> inputs;
  private final Map<String, AttributeProto> attributes = new LinkedHashMap<>();
  private final List<@Nullable Operand> results = new ArrayList<>();

  /**
   * Makes the node.
   *
   * @param proto the node in the model
   * @param version the version of the operator set
   * @param graph where values are made
   * @param tensors reads the tensors among the attributes
   * @param inputs one per input, null for one that is left out
   */
  OnnxNode(
      NodeProto proto,
      long version,
      Graph.Builder graph,
      TensorReader tensors,
      List<@Nullable Operand> inputs) {
    this.proto = proto;
    this.version = version;
    this.graph = graph;
    this.tensors = tensors;
    this.inputs = inputs;
    for (AttributeProto attribute : proto.getAttributeList()) {
      if (attributes.putIfAbsent(attribute.getName(), attribute) != null) {
        throw invalid("has the attribute '" + attribute.getName() + "' twice");
      }
    }
    proto.getOutputList().forEach(output -> results.add(null));
  }

  String type() {
    return proto.getOpType();
  }

  /** {@return the version of the operator set that the model uses} */
  long version() {
    return version;
  }

  Graph.Builder graph() {
    return graph;
  }

  Set<String> attributeNames() {
    return attributes.keySet();
  }

  // Operands.

  int inputCount() {
    return inputs.size();
  }

  /** {@return an operand, or null if it is left out} */
  @Nullable Operand optional(int index) {
    return index < inputs.size() ? inputs.get(index) : null;
  }

  /** {@return an operand that must be there} */
  Operand input(int index) {
    Operand operand = optional(index);
    if (operand == null) {
      throw invalid("has no input " + index + ", which it needs");
    }
    return operand;
  }

  Value value(int index) {
    return input(index).value();
  }

  List<Value> values() {
    List<Value> values = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      values.add(value(i));
    }
    return values;
  }

  /** {@return the integers of an operand that decides about shapes} */
  List<Dim> integers(int index, String role) {
    Operand operand = input(index);
    List<Dim> integers = operand.integers();
    if (integers == null) {
      throw unsupported(
          "its "
              + role
              + " (input "
              + index
              + ", "
              + operand
              + ") depend on data; only shapes that follow from the shapes of the inputs are"
              + " supported");
    }
    return integers;
  }

  /** {@return the integers of an operand that must be plain numbers} */
  long[] numbers(int index, String role) {
    List<Dim> integers = integers(index, role);
    if (!integers.stream().allMatch(Dim::isConstant)) {
      throw unsupported(
          "its "
              + role
              + " (input "
              + index
              + ") are "
              + integers
              + "; fix these dimensions to numbers");
    }
    return integers.stream().mapToLong(Dim::constant).toArray();
  }

  /** {@return the constant content of an operand} */
  Tensor constant(int index, String role) {
    Tensor tensor = input(index).constant();
    if (tensor == null) {
      throw unsupported(
          "its " + role + " (input " + index + ") must be constant, and depends on data");
    }
    return tensor;
  }

  // Attributes.

  boolean has(String name) {
    return attributes.containsKey(name);
  }

  long integer(String name, long otherwise) {
    AttributeProto attribute = typed(name, AttributeType.INT);
    return attribute == null ? otherwise : attribute.getI();
  }

  boolean flag(String name, boolean otherwise) {
    return integer(name, otherwise ? 1 : 0) != 0;
  }

  double number(String name, double otherwise) {
    AttributeProto attribute = typed(name, AttributeType.FLOAT);
    return attribute == null ? otherwise : attribute.getF();
  }

  String text(String name, String otherwise) {
    AttributeProto attribute = typed(name, AttributeType.STRING);
    return attribute == null ? otherwise : attribute.getS().toStringUtf8();
  }

  long @Nullable [] integers(String name) {
    AttributeProto attribute = typed(name, AttributeType.INTS);
    return attribute == null
        ? null
        : attribute.getIntsList().stream().mapToLong(Long::longValue).toArray();
  }

  long[] integers(String name, long[] otherwise) {
    long[] found = integers(name);
    return found == null ? otherwise : found;
  }

  float @Nullable [] numbers(String name) {
    AttributeProto attribute = typed(name, AttributeType.FLOATS);
    if (attribute == null) {
      return null;
    }
    float[] numbers = new float[attribute.getFloatsCount()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = attribute.getFloats(i);
    }
    return numbers;
  }

  @Nullable Tensor tensor(String name) {
    AttributeProto attribute = typed(name, AttributeType.TENSOR);
    if (attribute == null) {
      return null;
    }
    Tensor tensor = tensors.read(attribute.getT(), this + ", attribute '" + name + "'");
    if (tensor == null) {
      throw unsupported(
          "its attribute '"
              + name
              + "' is a tensor of "
              + ElementTypes.name(attribute.getT().getDataType()));
    }
    return tensor;
  }

  /** {@return the element type that an attribute names by ONNX's number} */
  DType dtype(String name, DType otherwise) {
    if (!has(name)) {
      return otherwise;
    }
    long code = integer(name, 0);
    DType dtype = ElementTypes.dtype(code);
    if (dtype == null) {
      throw unsupported("its attribute '" + name + "' is " + ElementTypes.name(code));
    }
    return dtype;
  }

  private @Nullable AttributeProto typed(String name, AttributeType wanted) {
    AttributeProto attribute = attributes.get(name);
    if (attribute == null) {
      return null;
    }
    // Files before version 2 of the format have no types.
    boolean untyped = attribute.getType() == AttributeType.UNDEFINED;
    if (!untyped && attribute.getType() != wanted) {
      throw invalid(
          "has an attribute '" + name + "' of type " + attribute.getType() + ", not " + wanted);
    }
    return attribute;
  }

  // Axes.

  /** {@return an axis, counted from the outermost} */
  int axis(long axis, int rank) {
    if (axis < -rank || axis >= rank) {
      throw invalid("has the axis " + axis + ", outside rank " + rank);
    }
    return (int) (axis < 0 ? axis + rank : axis);
  }

  /** {@return the axis that the attribute {@code axis} names} */
  int axis(long otherwise, Shape shape) {
    return axis(integer("axis", otherwise), shape.rank());
  }

  /**
   * {@return axes that moved from the attribute {@code axes} to an input, counted from the
   * outermost; null if there are none}
   *
   * @param sinceInput the first version that has the input
   * @param index the input
   * @param rank of the tensor that has these axes
   */
  int @Nullable [] axes(long sinceInput, int index, int rank) {
    long[] axes =
        version < sinceInput
            ? integers("axes")
            : optional(index) == null ? null : numbers(index, "axes");
    return axes == null ? null : axes(axes, rank);
  }

  private int[] axes(long[] axes, int rank) {
    int[] found = new int[axes.length];
    for (int i = 0; i < axes.length; i++) {
      found[i] = axis(axes[i], rank);
      for (int j = 0; j < i; j++) {
        if (found[j] == found[i]) {
          throw invalid("names the axis " + axes[i] + " twice");
        }
      }
    }
    return found;
  }

  // Results.

  int outputCount() {
    return results.size();
  }

  /** {@return whether an optional result has a name, so that somebody may use it} */
  boolean wants(int index) {
    return index < results.size() && !proto.getOutput(index).isEmpty();
  }

  void result(Value value) {
    result(0, value);
  }

  void result(int index, Value value) {
    result(index, Operand.of(graph, value));
  }

  void result(int index, Operand operand) {
    if (wants(index)) {
      operand.shape().dims().forEach(this::expressible);
      results.set(index, operand);
    }
  }

  /** {@return what was made, null for a result that nobody wants} */
  List<@Nullable Operand> results() {
    for (int i = 0; i < results.size(); i++) {
      if (results.get(i) == null && wants(i)) {
        throw unsupported("its output " + i + " ('" + proto.getOutput(i) + "')");
      }
    }
    return results;
  }

  /** {@return the extent, if it is short enough to work with} */
  Dim expressible(Dim dim) {
    int terms = dim.isConstant() ? 0 : DimMath.terms(dim);
    if (terms > MAX_TERMS) {
      throw unsupported(
          "an extent of its result has "
              + terms
              + " terms, more than the "
              + MAX_TERMS
              + " that a shape can be expressed in; fix dimensions to numbers");
    }
    return dim;
  }

  /** Counts elements of constants that the import makes up, all of which stay until its end. */
  void makeUp(long elements) {
    if (!tensors.makeUp(elements)) {
      throw unsupported(
          "it needs a constant of "
              + elements
              + " elements, and at most "
              + TensorReader.MAX_MADE_UP
              + " are made up for a model");
    }
  }

  // Errors.

  /** {@return a finding: the model may well be right, but this importer cannot take it} */
  UnsupportedNodeException unsupported(String what) {
    return new UnsupportedNodeException(this + ": " + what);
  }

  /** {@return an error of the model} */
  InvalidModelException invalid(String found) {
    String types =
        inputs.stream()
            .map(operand -> operand == null ? "-" : operand.toString())
            .collect(Collectors.joining(", "));
    return new InvalidModelException(this + " " + found + "; its inputs are (" + types + ")");
  }

  /** {@return the node as messages name it} */
  @Override
  public String toString() {
    return ModelStructure.describe(proto);
  }
}
