package dev.halyard.onnx;

import dev.halyard.Graph;
import dev.halyard.OutOfDeviceMemoryException;
import dev.halyard.Tensor;
import dev.halyard.onnx.proto.GraphProto;
import dev.halyard.onnx.proto.ModelProto;
import dev.halyard.onnx.proto.NodeProto;
import dev.halyard.onnx.proto.OperatorSetIdProto;
import dev.halyard.onnx.proto.TensorProto;
import dev.halyard.onnx.proto.ValueInfoProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes a graph of a model, in one walk over its nodes. */
final class GraphImporter {
  private final MappedFile file;
  private final GraphProto proto;
  private final long version;
  private final TensorReader tensors;
  private final Graph.Builder graph;
  private final Map<String, Operand> values = new HashMap<>();

  /** Values that could not be made, so that what depends on them says nothing new. */
  private final Set<String> missing = new HashSet<>();

  private final List<String> findings = new ArrayList<>();

  private GraphImporter(MappedFile file, ModelProto model) {
    this.file = file;
    this.proto = model.getGraph();
    this.version = version(file, model);
    this.tensors = new TensorReader(file);
    this.graph = Graph.builder(proto.getName().isBlank() ? fileName(file) : proto.getName());
  }

  /**
   * Imports a model.
   *
   * @param file where it was read from
   * @param model as {@link WireReader} left it
   * @param nodes in order
   * @param fixed numbers for some of its dimensions
   */
  static Graph run(
      MappedFile file, ModelProto model, List<NodeProto> nodes, Map<String, Long> fixed) {
    GraphImporter importer = new GraphImporter(file, model);
    importer.checkVersion();
    importer.takeInitializers();
    importer.takeInputs(new Symbols(fixed));
    nodes.forEach(importer::takeNode);
    importer.setOutputs();
    return importer.finish();
  }

  private static String fileName(MappedFile file) {
    return String.valueOf(file.path().getFileName());
  }

  private static long version(MappedFile file, ModelProto model) {
    for (OperatorSetIdProto set : model.getOpsetImportList()) {
      if (isStandard(set.getDomain())) {
        return set.getVersion();
      }
    }
    throw new InvalidModelException(
        file.path()
            + " does not say which version of the standard operators it uses (no"
            + " opset_import); export the model again");
  }

  static boolean isStandard(String domain) {
    return domain.isEmpty() || domain.equals("ai.onnx");
  }

  private void checkVersion() {
    if (version < Operators.OLDEST || version > Operators.NEWEST) {
      findings.add(
          "operator set "
              + version
              + ": versions "
              + Operators.OLDEST
              + " to "
              + Operators.NEWEST
              + " are supported; convert the model to one of them");
    }
  }

  private void takeInitializers() {
    if (proto.getSparseInitializerCount() > 0) {
      findings.add(proto.getSparseInitializerCount() + " sparse initializers");
    }
    for (TensorProto initializer : proto.getInitializerList()) {
      String name = initializer.getName();
      Tensor tensor = tensors.read(initializer, "initializer '" + name + "'");
      if (tensor == null) {
        findings.add(
            "initializer '"
                + name
                + "': its element type "
                + ElementTypes.name(initializer.getDataType()));
        missing.add(name);
      } else {
        values.put(name, Operand.of(graph, tensor));
      }
    }
  }

  private void takeInputs(Symbols symbols) {
    List<OnnxPort> free =
        proto.getInputList().stream()
            .filter(info -> !values.containsKey(info.getName()))
            .filter(info -> !missing.contains(info.getName()))
            .map(symbols::port)
            .toList();
    symbols.requireKnown(file.path().toString());
    for (OnnxPort port : free) {
      if (port.dtype() == null || port.shape() == null) {
        findings.add(
            "input '"
                + port.name()
                + "': "
                + (port.dtype() == null ? "its type " + port.type() : "it declares no shape"));
        missing.add(port.name());
      } else {
        values.put(
            port.name(), Operand.of(graph, graph.input(port.name(), port.dtype(), port.shape())));
      }
    }
  }

  private void takeNode(NodeProto node) {
    try {
      List<@Nullable Operand> results = imported(node);
      for (int i = 0; i < results.size(); i++) {
        Operand result = results.get(i);
        if (result != null) {
          values.put(node.getOutput(i), result);
        }
      }
    } catch (UnsupportedNodeException e) {
      if (!e.finding().isEmpty()) {
        findings.add(e.finding());
      }
      missing.addAll(node.getOutputList());
    } catch (UnsupportedModelException | OutOfDeviceMemoryException e) {
      throw e;
    } catch (InvalidModelException e) {
      String message = String.valueOf(e.getMessage());
      throw message.startsWith(file.path().toString())
          ? e
          : new InvalidModelException(file.path() + ": " + message, e);
    } catch (RuntimeException e) {
      throw broken(node, e);
    }
  }

  private InvalidModelException broken(NodeProto node, RuntimeException cause) {
    return new InvalidModelException(
        file.path()
            + ": "
            + ModelStructure.describe(node)
            + ": "
            + cause.getMessage()
            + "; if this comes from a symbolic dimension, fix it to a number",
        cause);
  }

  private List<@Nullable Operand> imported(NodeProto node) {
    Operator operator = operator(node);
    List<@Nullable Operand> inputs = new ArrayList<>();
    boolean complete = true;
    for (String input : node.getInputList()) {
      complete &= !missing.contains(input);
      inputs.add(input.isEmpty() ? null : values.get(input));
    }
    OnnxNode made = new OnnxNode(node, version, graph, tensors, inputs);
    requireKnownAttributes(operator, made);
    if (!complete) {
      throw new UnsupportedNodeException("");
    }
    if (!ShapeArithmetic.apply(made)) {
      operator.apply(made);
    }
    return made.results();
  }

  private Operator operator(NodeProto node) {
    String described = ModelStructure.describe(node);
    if (!isStandard(node.getDomain())) {
      throw new UnsupportedNodeException(
          described + ": operators of the domain '" + node.getDomain() + "'");
    }
    Operator operator = Operators.find(node.getOpType());
    if (operator == null) {
      throw new UnsupportedNodeException(described + ": this operator");
    }
    if (operator.since() > version) {
      throw new UnsupportedNodeException(
          described
              + ": the operator is there from operator set "
              + operator.since()
              + " on, the model declares "
              + version);
    }
    return operator;
  }

  private static void requireKnownAttributes(Operator operator, OnnxNode node) {
    List<String> unknown =
        node.attributeNames().stream()
            .filter(name -> !operator.attributes().contains(name))
            .map(name -> "'" + name + "'")
            .toList();
    if (!unknown.isEmpty()) {
      throw node.unsupported("its attributes " + String.join(", ", unknown));
    }
  }

  private void setOutputs() {
    Symbols symbols = new Symbols(Map.of());
    for (ValueInfoProto info : proto.getOutputList()) {
      Operand operand = values.get(info.getName());
      if (operand == null) {
        continue;
      }
      OnnxPort declared = symbols.port(info);
      if (declared.dtype() != null && declared.dtype() != operand.dtype()) {
        throw new InvalidModelException(
            file.path()
                + ": the output '"
                + info.getName()
                + "' is declared as "
                + declared.dtype()
                + " and computed as "
                + operand.dtype()
                + "; export the model again");
      }
      graph.output(info.getName(), operand.value());
    }
  }

  private Graph finish() {
    if (!findings.isEmpty()) {
      throw new UnsupportedModelException(file.path().toString(), findings);
    }
    return graph.build();
  }
}
