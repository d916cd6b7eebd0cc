package dev.halyard.onnx;

import dev.halyard.Graph;
import dev.halyard.onnx.proto.ModelProto;
import dev.halyard.onnx.proto.NodeProto;
import dev.halyard.onnx.proto.OperatorSetIdProto;
import dev.halyard.onnx.proto.TensorProto;
import dev.halyard.onnx.proto.ValueInfoProto;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A model of an ONNX file: what it says about itself, and its graph.
 *
 * <p>The file stays mapped for as long as this, or a graph made of it, is reachable: weights that
 * lie aligned in the file (or in files of external data beside it) are used where they lie, a
 * weight that is misaligned is copied, alone. The file must not be changed or cut meanwhile.
 *
 * <p>Dynamic dimensions become symbols: named as the model names them, with every character that a
 * {@link dev.halyard.Dim} does not allow replaced by {@code _}; one without a name is called {@code
 * <input>_<axis>}. Arithmetic on shapes is carried out while importing, in terms of these symbols.
 * Immutable; safe to share between threads.
 */
public final class OnnxModel {
  private final MappedFile file;
  private final ModelProto model;
  private final List<NodeProto> nodes;
  private final List<OnnxPort> inputs;
  private final List<OnnxPort> outputs;
  private final List<String> symbols;

  private OnnxModel(MappedFile file, ModelProto model) {
    this.file = file;
    this.model = model;
    this.nodes = ModelStructure.ordered(file.path().toString(), model.getGraph());
    Symbols met = new Symbols(Map.of());
    this.inputs = freeInputs(model).stream().map(met::port).toList();
    this.symbols = met.met();
    this.outputs = model.getGraph().getOutputList().stream().map(met::port).toList();
  }

  /**
   * Reads a model and checks that its names fit together; its operators are looked at by {@link
   * #toGraph()}.
   *
   * @param file the file
   * @return the model
   * @throws InvalidModelException if the file is missing, empty, damaged or no model; if its graph
   *     is cyclic, or a value has no definition or two
   */
  public static OnnxModel read(Path file) {
    MappedFile mapped = MappedFile.open(file, "an ONNX model");
    ModelProto model = WireReader.model(mapped);
    if (!model.hasGraph()) {
      throw new InvalidModelException(
          file + " (" + mapped.bytes() + " bytes) holds no graph; name an ONNX model");
    }
    return new OnnxModel(mapped, model);
  }

  /**
   * {@return the graph of a model file, its dynamic dimensions symbolic}
   *
   * @param file the file
   * @throws InvalidModelException as for {@link #read} and {@link #toGraph()}
   */
  public static Graph importGraph(Path file) {
    return read(file).toGraph();
  }

  /**
   * {@return the graph of a model file, some of its dynamic dimensions fixed}
   *
   * @param file the file
   * @param fixedDims numbers by the names of dimensions
   * @throws InvalidModelException as for {@link #read} and {@link #toGraph()}
   * @throws IllegalArgumentException if the model has no such dimension, or a number is negative
   */
  public static Graph importGraph(Path file, Map<String, Long> fixedDims) {
    return read(file).toGraph(fixedDims);
  }

  /** An input that an initializer gives a value is a constant, as it was before version 4. */
  private static List<ValueInfoProto> freeInputs(ModelProto model) {
    Set<String> given = new HashSet<>();
    for (TensorProto initializer : model.getGraph().getInitializerList()) {
      given.add(initializer.getName());
    }
    return model.getGraph().getInputList().stream()
        .filter(input -> !given.contains(input.getName()))
        .toList();
  }

  /** {@return the file} */
  public Path file() {
    return file.path();
  }

  /** {@return the name of the graph; may be empty} */
  public String name() {
    return model.getGraph().getName();
  }

  /** {@return the version of ONNX's format} */
  public long irVersion() {
    return model.getIrVersion();
  }

  /** {@return the tool that made the model, and its version; may be empty} */
  public String producer() {
    return (model.getProducerName() + " " + model.getProducerVersion()).strip();
  }

  /** {@return the version of each set of operators by its domain, {@code ai.onnx} the standard} */
  public Map<String, Long> opsets() {
    Map<String, Long> opsets = new LinkedHashMap<>();
    for (OperatorSetIdProto set : model.getOpsetImportList()) {
      String domain = GraphImporter.isStandard(set.getDomain()) ? "ai.onnx" : set.getDomain();
      opsets.put(domain, set.getVersion());
    }
    return Collections.unmodifiableMap(opsets);
  }

  /** {@return the inputs, in order; those that have an initializer are constants and left out} */
  public List<OnnxPort> inputs() {
    return inputs;
  }

  /** {@return the outputs, in order} */
  public List<OnnxPort> outputs() {
    return outputs;
  }

  /** {@return the names of the dynamic dimensions of the inputs, in order} */
  public List<String> symbols() {
    return symbols;
  }

  /**
   * {@return the graph, its dynamic dimensions symbolic}
   *
   * @throws UnsupportedModelException if it uses what is not supported; all of it is listed
   * @throws InvalidModelException if a node or a tensor contradicts itself, or external data are
   *     missing, short or outside the model's folder
   */
  public Graph toGraph() {
    return toGraph(Map.of());
  }

  /**
   * {@return the graph, some of its dynamic dimensions fixed}
   *
   * @param fixedDims numbers by the names of dimensions, as the model has them or as {@link
   *     #symbols} has them
   * @throws UnsupportedModelException if it uses what is not supported; all of it is listed
   * @throws InvalidModelException if a node or a tensor contradicts itself, or external data are
   *     missing, short or outside the model's folder
   * @throws IllegalArgumentException if the model has no such dimension, or a number is negative
   */
  public Graph toGraph(Map<String, Long> fixedDims) {
    return GraphImporter.run(file, model, nodes, fixedDims);
  }

  /** {@return the file, the producer, the operator sets and the ports} */
  @Override
  public String toString() {
    return file.path()
        + " (format "
        + irVersion()
        + ", "
        + producer()
        + ", operator sets "
        + opsets()
        + "): "
        + inputs
        + " -> "
        + outputs;
  }
}
