package dev.halyard.runtime.execute;

import dev.halyard.DType;
import dev.halyard.Dims;
import dev.halyard.Graph;
import dev.halyard.InvalidGraphException;
import dev.halyard.Invocation;
import dev.halyard.InvocationBuilder;
import dev.halyard.Shape;
import dev.halyard.Tensor;
import dev.halyard.Value;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Collects what is bound to each port, and checks all of it before anything is made. */
final class DefaultInvocationBuilder implements InvocationBuilder {
  private final DefaultKernel kernel;
  private final Graph graph;
  private final Set<String> states;
  private final Map<String, Tensor> inputs = new LinkedHashMap<>();
  private final Map<String, Tensor> outputs = new LinkedHashMap<>();
  private final Map<String, MemorySegment> plainInputs = new LinkedHashMap<>();
  private final Map<String, MemorySegment> plainOutputs = new LinkedHashMap<>();
  private final Set<String> discarded = new HashSet<>();

  DefaultInvocationBuilder(DefaultKernel kernel) {
    this.kernel = kernel;
    this.graph = kernel.graph();
    this.states = graph.states().stream().map(Value::name).collect(Collectors.toSet());
  }

  @Override
  public InvocationBuilder input(String name, Tensor tensor) {
    requireDtype(requireInput(name), tensor);
    plainInputs.remove(name);
    inputs.put(name, tensor);
    return this;
  }

  @Override
  public InvocationBuilder input(String name, MemorySegment segment) {
    requireInput(name);
    inputs.remove(name);
    plainInputs.put(name, segment);
    return this;
  }

  private Value requireInput(String name) {
    if (states.contains(name)) {
      throw new InvalidGraphException(
          "graph '"
              + graph.name()
              + "': '"
              + name
              + "' is a state; bind it by state(name, tensor)");
    }
    return graph.input(name);
  }

  @Override
  public InvocationBuilder output(String name, Tensor tensor) {
    requireDtype(name, requireOutput(name).dtype(), tensor);
    requireWritable(name, tensor.segment());
    plainOutputs.remove(name);
    outputs.put(name, tensor);
    return this;
  }

  @Override
  public InvocationBuilder output(String name, MemorySegment segment) {
    requireOutput(name);
    requireWritable(name, segment);
    outputs.remove(name);
    plainOutputs.put(name, segment);
    return this;
  }

  private void requireWritable(String name, MemorySegment segment) {
    if (segment.isReadOnly()) {
      throw new IllegalArgumentException(
          "graph '"
              + graph.name()
              + "': the memory for '"
              + name
              + "', which a run writes, is read-only; map it READ_WRITE, or bind another tensor");
    }
  }

  private Value requireOutput(String name) {
    if (states.contains(name)) {
      throw new InvalidGraphException(
          "graph '"
              + graph.name()
              + "': '"
              + name
              + "' is a state; bind it by state(name, tensor)");
    }
    return graph.output(name);
  }

  @Override
  public InvocationBuilder state(String name, Tensor tensor) {
    if (!states.contains(name)) {
      throw new InvalidGraphException(
          "graph '" + graph.name() + "' has no state '" + name + "'; it has " + states);
    }
    requireDtype(graph.input(name), tensor);
    requireWritable(name, tensor.segment());
    inputs.put(name, tensor);
    outputs.put(name, tensor);
    return this;
  }

  @Override
  public InvocationBuilder discard(String name) {
    requireOutput(name);
    discarded.add(name);
    return this;
  }

  private void requireDtype(Value port, Tensor tensor) {
    requireDtype(port.name(), port.dtype(), tensor);
  }

  private void requireDtype(String port, DType wanted, Tensor tensor) {
    if (tensor.dtype() != wanted) {
      throw new InvalidGraphException(
          "graph '"
              + graph.name()
              + "', '"
              + port
              + "' has the dtype "
              + wanted
              + ", the tensor bound to it is "
              + tensor);
    }
  }

  @Override
  public Invocation prepare(Dims... variants) {
    requireAllBound();
    List<Dims> choices =
        variants.length == 0
            ? List.of(inferDims())
            : Stream.of(variants).map(d -> DimsInference.checked(graph, d)).toList();
    choices.forEach(dims -> requireSizes(dims, variants.length == 0));
    requireNoAliases();
    return kernel.prepare(this, choices);
  }

  private void requireAllBound() {
    List<String> unboundInputs =
        graph.inputs().stream()
            .map(Value::name)
            .filter(name -> !inputs.containsKey(name) && !plainInputs.containsKey(name))
            .toList();
    if (!unboundInputs.isEmpty()) {
      throw new InvalidGraphException(
          "graph '"
              + graph.name()
              + "': nothing is bound to "
              + unboundInputs
              + "; bind every input and state before prepare()");
    }
    List<String> unboundOutputs =
        graph.outputNames().stream()
            .filter(
                name ->
                    !outputs.containsKey(name)
                        && !plainOutputs.containsKey(name)
                        && !discarded.contains(name))
            .toList();
    if (!unboundOutputs.isEmpty()) {
      throw new InvalidGraphException(
          "graph '"
              + graph.name()
              + "': nothing is bound to the outputs "
              + unboundOutputs
              + "; bind them, or discard(name) those not wanted");
    }
  }

  private Dims inferDims() {
    DimsInference inference = new DimsInference(graph);
    inputs.forEach(
        (name, tensor) -> inference.learn(name, graph.input(name).shape(), tensor.shape()));
    outputs.forEach(
        (name, tensor) -> inference.learn(name, graph.output(name).shape(), tensor.shape()));
    return inference.dims();
  }

  private void requireSizes(Dims dims, boolean exact) {
    inputs.forEach((name, tensor) -> requireSize(name, graph.input(name), tensor, dims, exact));
    outputs.forEach((name, tensor) -> requireSize(name, graph.output(name), tensor, dims, exact));
    plainInputs.forEach(
        (name, segment) -> requireBytes(name, graph.input(name), segment, dims, exact));
    plainOutputs.forEach(
        (name, segment) -> requireBytes(name, graph.output(name), segment, dims, exact));
  }

  private void requireSize(String name, Value port, Tensor tensor, Dims dims, boolean exact) {
    if (exact) {
      DimsInference.requireShape(graph, name, port.shape(), dims, tensor.shape());
    } else {
      requireBytes(name, port, tensor.segment(), dims, false);
    }
  }

  private void requireBytes(
      String name, Value port, MemorySegment segment, Dims dims, boolean exact) {
    long wanted = Shape.elements(port.shape().resolve(dims).toArray()) * port.dtype().bytes();
    if (exact ? segment.byteSize() != wanted : segment.byteSize() < wanted) {
      throw new InvalidGraphException(
          "graph '"
              + graph.name()
              + "', '"
              + name
              + "' takes "
              + wanted
              + " bytes ("
              + port.dtype()
              + port.shape().resolve(dims)
              + "), the memory bound to it has "
              + segment.byteSize());
    }
  }

  private void requireNoAliases() {
    List<Map.Entry<String, Tensor>> written = new ArrayList<>(outputs.entrySet());
    for (int i = 0; i < written.size(); i++) {
      String name = written.get(i).getKey();
      Tensor tensor = written.get(i).getValue();
      for (Map.Entry<String, Tensor> other : written.subList(i + 1, written.size())) {
        requireApart(name, tensor, other.getKey(), other.getValue());
      }
      for (Map.Entry<String, Tensor> input : inputs.entrySet()) {
        if (!(states.contains(name) && input.getKey().equals(name))) {
          requireApart(name, tensor, input.getKey(), input.getValue());
        }
      }
    }
  }

  private void requireApart(String output, Tensor written, String other, Tensor tensor) {
    if (written.segment().asOverlappingSlice(tensor.segment()).isPresent()) {
      throw new InvalidGraphException(
          "graph '"
              + graph.name()
              + "': the memory of output '"
              + output
              + "' overlaps that of '"
              + other
              + "'; use another tensor, or declare a state(...) that the graph updates in place");
    }
  }

  BoundMemory boundMemory() {
    BoundMemory bound = new BoundMemory();
    inputs.forEach((name, tensor) -> bound.add(tensor, states.contains(name)));
    outputs.forEach(
        (name, tensor) -> {
          if (!states.contains(name)) {
            bound.add(tensor, true);
          }
        });
    return bound;
  }

  Map<String, Tensor> inputs() {
    return inputs;
  }

  Map<String, Tensor> outputs() {
    return outputs;
  }

  Map<String, MemorySegment> plainInputs() {
    return plainInputs;
  }

  Map<String, MemorySegment> plainOutputs() {
    return plainOutputs;
  }

  Set<String> states() {
    return states;
  }
}
