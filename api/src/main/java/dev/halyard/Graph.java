package dev.halyard;

import dev.halyard.internal.AttributeShapes;
import dev.halyard.internal.Composites;
import dev.halyard.internal.GraphCodec;
import dev.halyard.internal.LeasedArena;
import dev.halyard.internal.Node;
import dev.halyard.internal.Op;
import dev.halyard.internal.OpCall;
import dev.halyard.internal.ValueType;
import dev.halyard.internal.Vocabulary;
import dev.halyard.spi.Attributes;
import dev.halyard.spi.GraphView;
import dev.halyard.spi.NodeView;
import dev.halyard.spi.ValueView;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A network: named inputs, nodes that apply operations, named outputs. Immutable and free of any
 * device; safe to share between threads.
 *
 * {@snippet :
 * Graph mlp = Graph.of("mlp", g -> {
 *   Value x = g.input("x", F32, 1, 784);
 *   Value h = x.matmul(g.constant(w1)).add(g.constant(b1)).gelu(Gelu.ERF);
 *   g.output("y", h.matmul(g.constant(w2)).add(g.constant(b2)).softmax(-1));
 * });
 * }
 *
 * <p>Operations and their rules are listed in docs/operations.md. Every error in a graph is thrown
 * where the node is made, names the node and shows the shapes.
 */
public final class Graph implements GraphView {
  private final String name;
  private final Map<String, Dim> symbols;
  private final List<Value> inputs;
  private final List<Value> states;
  private final Map<String, Value> outputs;
  private final Map<String, Value> updates;
  private final List<Node> nodes;
  private final Map<ValueView, List<Node>> consumers = new HashMap<>();
  private byte @Nullable [] canonicalBytes;

  private Graph(Builder builder) {
    name = builder.name;
    symbols = Collections.unmodifiableMap(new TreeMap<>(builder.symbols));
    inputs = List.copyOf(builder.inputs.values());
    states = List.copyOf(builder.states.values());
    outputs = Collections.unmodifiableMap(new LinkedHashMap<>(builder.outputs));
    updates = Collections.unmodifiableMap(new LinkedHashMap<>(builder.updates));
    nodes = List.copyOf(builder.nodes);
    for (Node node : nodes) {
      for (Value input : node.inputs()) {
        List<Node> users = consumers.computeIfAbsent(input, v -> new ArrayList<>());
        if (users.isEmpty() || users.getLast() != node) {
          users.add(node);
        }
      }
    }
  }

  /**
   * Describes a graph.
   *
   * @param name for messages and reports
   * @param description declares the inputs, applies operations and declares the outputs
   * @return the graph
   * @throws InvalidGraphException if a node breaks a rule of its operation, or there is no output
   */
  public static Graph of(String name, Consumer<Builder> description) {
    Builder builder = new Builder(name);
    description.accept(builder);
    return builder.build();
  }

  /**
   * {@return a builder, for programs that assemble a graph in several places}
   *
   * @param name for messages and reports
   */
  public static Builder builder(String name) {
    return new Builder(name);
  }

  /**
   * Reads the canonical bytes of a graph.
   *
   * @param bytes what {@link #canonicalBytes} made
   * @param constants finds the bytes of a constant by the SHA-256 of its content, in lower-case hex
   * @return an equal graph; its nodes have names of its own
   * @throws InvalidGraphException if the bytes are malformed, of an unknown version, or break a
   *     rule
   */
  public static Graph fromCanonicalBytes(byte[] bytes, Function<String, MemorySegment> constants) {
    return GraphCodec.read(bytes, constants);
  }

  /**
   * {@return a versioned serial form: equal for graphs that mean the same by the same nodes}
   *
   * <p>Nodes are written in the order in which a walk from the outputs meets them, so the order of
   * building does not matter; names of ports and symbols count, names of nodes do not; constants
   * are represented by dtype, shape and the SHA-256 of their content. Nodes that no output depends
   * on are left out. The result is a new array.
   */
  public byte[] canonicalBytes() {
    synchronized (consumers) {
      if (canonicalBytes == null) {
        canonicalBytes = GraphCodec.write(this);
      }
      return canonicalBytes.clone();
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Map<String, Dim> symbols() {
    return symbols;
  }

  /** {@return the inputs and then the states, in order of declaration} */
  @Override
  public List<Value> inputs() {
    List<Value> all = new ArrayList<>(inputs);
    all.addAll(states);
    return Collections.unmodifiableList(all);
  }

  /** {@return the states, in order of declaration} */
  public List<Value> states() {
    return states;
  }

  /** {@return the outputs by name and then the updated states by name, in order of declaration} */
  @Override
  public List<Value> outputs() {
    List<Value> all = new ArrayList<>(outputs.values());
    all.addAll(updates.values());
    return Collections.unmodifiableList(all);
  }

  @Override
  public List<String> outputNames() {
    List<String> names = new ArrayList<>(outputs.keySet());
    names.addAll(updates.keySet());
    return Collections.unmodifiableList(names);
  }

  /**
   * {@return the input or state of a name}
   *
   * @param port the name
   * @throws InvalidGraphException if there is none; the message lists those there are
   */
  public Value input(String port) {
    for (Value value : inputs()) {
      if (value.name().equals(port)) {
        return value;
      }
    }
    throw new InvalidGraphException(
        "graph '"
            + name
            + "' has no input '"
            + port
            + "'; it has "
            + inputs().stream().map(Value::name).toList());
  }

  /**
   * {@return the output or updated state of a name}
   *
   * @param port the name
   * @throws InvalidGraphException if there is none; the message lists those there are
   */
  public Value output(String port) {
    Value value = outputs.getOrDefault(port, updates.get(port));
    if (value == null) {
      throw new InvalidGraphException(
          "graph '" + name + "' has no output '" + port + "'; it has " + outputNames());
    }
    return value;
  }

  @Override
  public List<NodeView> nodes() {
    return Collections.unmodifiableList(nodes);
  }

  @Override
  public List<NodeView> consumers(ValueView value) {
    return Collections.unmodifiableList(consumers.getOrDefault(value, List.of()));
  }

  /** {@return a listing of the graph, a line per port and node} */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("graph " + name + "\n");
    inputs.forEach(
        v -> text.append("  input ").append(v.name()).append(": ").append(v.type()).append('\n'));
    states.forEach(
        v -> text.append("  state ").append(v.name()).append(": ").append(v.type()).append('\n'));
    nodes.forEach(node -> text.append("  ").append(node).append('\n'));
    outputs.forEach(
        (port, v) ->
            text.append("  output ").append(port).append(" = ").append(v.name()).append('\n'));
    updates.forEach(
        (port, v) ->
            text.append("  update ").append(port).append(" = ").append(v.name()).append('\n'));
    return text.toString();
  }

  /** Assembles a {@link Graph}. Not safe for use by several threads; of no use once built. */
  public static final class Builder {
    private final String name;
    private final Map<String, Dim> symbols = new HashMap<>();
    private final Map<String, Value> inputs = new LinkedHashMap<>();
    private final Map<String, Value> states = new LinkedHashMap<>();
    private final Map<String, Value> outputs = new LinkedHashMap<>();
    private final Map<String, Value> updates = new LinkedHashMap<>();
    private final List<Node> nodes = new ArrayList<>();
    private int values;
    private boolean built;

    private Builder(String name) {
      this.name = name;
    }

    /**
     * Declares an input of a fixed shape.
     *
     * @param port its name, unique among inputs and states
     * @param dtype its element type
     * @param shape its extents, outermost first
     * @return its value
     * @throws InvalidGraphException if the name is taken
     */
    public Value input(String port, DType dtype, long... shape) {
      return input(port, dtype, Shape.of(shape));
    }

    /**
     * Declares an input.
     *
     * @param port its name, unique among inputs and states
     * @param dtype its element type
     * @param shape its extents, numbers or single symbols or expressions of symbols declared before
     * @return its value
     * @throws InvalidGraphException if the name is taken, or a symbol has two different bounds
     */
    public Value input(String port, DType dtype, Shape shape) {
      requireFreePort(port);
      Value input = declare(port, dtype, shape);
      inputs.put(port, input);
      return input;
    }

    /**
     * Declares a state: a tensor that the graph reads and updates in place, such as a cache.
     *
     * @param port its name, unique among inputs, states and outputs
     * @param dtype its element type
     * @param shape its extents
     * @return its value before the run; give its value after the run to {@link #update}
     * @throws InvalidGraphException if the name is taken
     */
    public Value state(String port, DType dtype, Shape shape) {
      requireFreePort(port);
      Value state = declare(port, dtype, shape);
      states.put(port, state);
      return state;
    }

    private void requireFreePort(String port) {
      requireOpen();
      if (inputs.containsKey(port) || states.containsKey(port)) {
        throw new InvalidGraphException(
            "graph '"
                + name
                + "' already has an input or state '"
                + port
                + "'; choose another name");
      }
    }

    private Value declare(String port, DType dtype, Shape shape) {
      for (Dim dim : shape.dims()) {
        if (dim.isConstant() && dim.constant() < 0) {
          throw new InvalidGraphException(
              "graph '" + name + "', input '" + port + "': extents are at least 0; found " + shape);
        }
        declareSymbols(dim);
      }
      return new Value(this, values++, port, new ValueType(dtype, shape), null, null);
    }

    private void declareSymbols(Attributes attributes) {
      attributes.accept(new AttributeShapes(shape -> shape.dims().forEach(this::declareSymbols)));
    }

    private void declareSymbols(Dim dim) {
      dim.decompose(
          new Dim.Visitor() {
            @Override
            public void symbol(long factor, String symbol, long min, long max) {
              Dim known = symbols.putIfAbsent(symbol, Dim.symbol(symbol, min, max));
              if (known != null && (known.min() != min || known.max() != max)) {
                throw new InvalidGraphException(
                    "graph '"
                        + name
                        + "': dimension '"
                        + symbol
                        + "' has bounds ["
                        + known.min()
                        + ", "
                        + known.max()
                        + "] and ["
                        + min
                        + ", "
                        + max
                        + "]; use one Dim for all its uses");
              }
            }

            @Override
            public void floorDiv(long factor, Dim of, long divisor) {
              declareSymbols(of);
            }
          });
    }

    /**
     * Says what a state holds after the run.
     *
     * @param state what {@link #state} returned
     * @param next its next value, of the same dtype and shape
     * @throws InvalidGraphException if this is no state, already updated, or of another type
     */
    public void update(Value state, Value next) {
      requireOpen();
      requireOwn(state);
      requireOwn(next);
      if (states.get(state.name()) != state) {
        throw new InvalidGraphException(
            "graph '" + name + "': '" + state.name() + "' is no state; declare it by state(...)");
      }
      if (!state.type().equals(next.type())) {
        throw new InvalidGraphException(
            "graph '"
                + name
                + "': state '"
                + state.name()
                + "' is "
                + state.type()
                + ", its update is "
                + next.type());
      }
      putOutput(updates, state.name(), next);
    }

    /**
     * Declares an output.
     *
     * @param port its name, unique among outputs and states
     * @param value its value
     * @throws InvalidGraphException if the name is taken
     */
    public void output(String port, Value value) {
      requireOpen();
      requireOwn(value);
      if (states.containsKey(port)) {
        throw new InvalidGraphException(
            "graph '" + name + "': '" + port + "' is a state; choose another name for the output");
      }
      putOutput(outputs, port, value);
    }

    private void putOutput(Map<String, Value> into, String port, Value value) {
      if (into.putIfAbsent(port, value) != null) {
        throw new InvalidGraphException(
            "graph '" + name + "' already has an output '" + port + "'; choose another name");
      }
    }

    /**
     * Takes a tensor as a constant. A tensor of an arena that can be closed is copied.
     *
     * @param tensor its content must not change from now on
     * @return its value
     */
    public Value constant(Tensor tensor) {
      requireOpen();
      boolean stable = !(tensor.arena() instanceof LeasedArena arena && arena.isCloseable());
      Tensor kept =
          stable
              ? tensor
              : Tensor.copyOf(
                  TensorArena.ofAuto(), tensor.segment(), tensor.dtype(), tensor.shape());
      int id = values++;
      return new Value(
          this, id, "const_" + id, new ValueType(kept.dtype(), Shape.of(kept.shape())), null, kept);
    }

    /**
     * Makes an F32 constant.
     *
     * @param data one value per element, row-major
     * @param shape the extents; none for a vector of all values
     * @return its value
     */
    public Value constant(float[] data, long... shape) {
      return constant(Tensor.of(data, shape));
    }

    /**
     * Makes a constant of rank 0.
     *
     * @param dtype its element type
     * @param value converted as by {@link Tensor#setDouble}
     * @return its value
     */
    public Value scalar(DType dtype, double value) {
      return constant(Tensor.scalar(dtype, value));
    }

    /**
     * Makes a tensor that counts along one axis: {@code out[i0, i1, ...] = i_axis}.
     *
     * @param dtype an integer type or a float type
     * @param shape its extents; may be symbolic
     * @param axis the axis that counts
     * @return its value
     */
    public Value iota(DType dtype, Shape shape, int axis) {
      return op(
              "iota/1",
              Attributes.none().with("dtype", dtype).with("shape", shape).with("axis", axis))
          .getFirst();
    }

    /**
     * Joins tensors along an axis.
     *
     * @param axis the axis; negative counts from the innermost
     * @param parts at least one; equal in dtype and in every other extent
     * @return the joined tensor
     */
    public Value concat(int axis, Value... parts) {
      return op("concat/1", Attributes.none().with("axis", axis), parts).getFirst();
    }

    /**
     * Applies any operation of the vocabulary; the methods of {@link Value} are shorter.
     *
     * @param op its versioned id, as in docs/operations.md
     * @param attributes exactly those that the operation has
     * @param operands its operands
     * @return its results
     * @throws InvalidGraphException if there is no such operation, or its rule is broken
     */
    public List<Value> op(String op, Attributes attributes, Value... operands) {
      return named(defaultName(op), op, attributes, operands);
    }

    /**
     * Applies any operation of the vocabulary, with a name for its node.
     *
     * @param node the node's name, for messages
     * @param op its versioned id, as in docs/operations.md
     * @param attributes exactly those that the operation has
     * @param operands its operands
     * @return its results
     * @throws InvalidGraphException if there is no such operation, or its rule is broken
     */
    public List<Value> named(String node, String op, Attributes attributes, Value... operands) {
      requireOpen();
      List<Value> inputsOf = own(operands);
      OpCall call =
          new OpCall(name, node, op, attributes, inputsOf.stream().map(Value::type).toList());
      Op found = Vocabulary.require(call);
      declareSymbols(attributes);
      try {
        return apply(found, call, inputsOf);
      } catch (ArithmeticException e) {
        throw call.error("its extents do not fit 64 bits", e);
      }
    }

    private List<Value> apply(Op op, OpCall call, List<Value> operands) {
      return switch (op.meaning()) {
        case Op.Typing typing -> append(call, op.level(), operands, null, typing.infer(call));
        case Op.Body body -> {
          Graph meaning = Composites.expand(call, body);
          List<ValueType> types = meaning.outputs().stream().map(Value::type).toList();
          yield append(call, op.level(), operands, meaning, types);
        }
      };
    }

    /**
     * Applies a composite of the application's own: a plugin that knows its id may claim it whole,
     * every other device runs its body.
     *
     * @param op a versioned id with a namespace other than {@code halyard}, such as {@code
     *     acme.swiglu/1}
     * @param attributes what a plugin needs to know beyond the operands
     * @param body its meaning; one input per operand, of the operand's dtype and shape, in order
     * @param operands its operands
     * @return its results, one per output of the body
     * @throws InvalidGraphException if the id is malformed or reserved, or the body does not fit
     */
    public List<Value> composite(String op, Attributes attributes, Graph body, Value... operands) {
      return namedComposite(defaultName(op), op, attributes, body, operands);
    }

    /**
     * Applies a composite of the application's own, with a name for its node.
     *
     * @param node the node's name, for messages
     * @param op as for {@link #composite}
     * @param attributes as for {@link #composite}
     * @param body as for {@link #composite}
     * @param operands its operands
     * @return its results, one per output of the body
     * @throws InvalidGraphException if the id is malformed or reserved, or the body does not fit
     */
    public List<Value> namedComposite(
        String node, String op, Attributes attributes, Graph body, Value... operands) {
      requireOpen();
      List<Value> inputsOf = own(operands);
      OpCall call =
          new OpCall(name, node, op, attributes, inputsOf.stream().map(Value::type).toList());
      call.require(
          op.matches("[a-z][a-z0-9_]*(\\.[a-z0-9_]+)+/[1-9][0-9]*") && !op.startsWith("halyard."),
          "a composite's id reads namespace.name/version, and the namespace 'halyard' is reserved");
      call.require(body.states().isEmpty(), "the body of a composite has no state");
      List<ValueType> takes = body.inputs().stream().map(Value::type).toList();
      call.require(takes.equals(call.operands()), "the body takes " + takes);
      declareSymbols(attributes);
      return append(call, 1, inputsOf, body, body.outputs().stream().map(Value::type).toList());
    }

    private List<Value> own(Value... operands) {
      for (Value operand : operands) {
        requireOwn(operand);
      }
      return Arrays.asList(operands);
    }

    private String defaultName(String op) {
      String plain =
          op.substring(
              op.lastIndexOf("halyard.") < 0 ? 0 : "halyard.".length(),
              op.lastIndexOf('/') < 0 ? op.length() : op.lastIndexOf('/'));
      return plain + "_" + nodes.size();
    }

    private List<Value> append(
        OpCall call, int level, List<Value> operands, @Nullable Graph body, List<ValueType> types) {
      String node = call.node();
      Node made = new Node(nodes.size(), node, call.op(), level, call.attributes(), operands, body);
      List<Value> results = new ArrayList<>();
      for (ValueType type : types) {
        String label = types.size() == 1 ? node : node + "." + results.size();
        results.add(new Value(this, values++, label, type, made, null));
      }
      made.outputs(results);
      nodes.add(made);
      return made.outputs();
    }

    private void requireOpen() {
      if (built) {
        throw new IllegalStateException(
            "graph '" + name + "' is already built; graphs do not change");
      }
    }

    private void requireOwn(Value value) {
      if (value.builder() != this) {
        throw new InvalidGraphException(
            "graph '"
                + name
                + "': value '"
                + value.name()
                + "' belongs to another graph; build all of a graph with one builder");
      }
    }

    /**
     * {@return the graph}
     *
     * @throws InvalidGraphException if there is no output or a state has no update
     */
    public Graph build() {
      requireOpen();
      if (outputs.isEmpty() && updates.isEmpty()) {
        throw new InvalidGraphException(
            "graph '" + name + "' has no output; declare one by output(name, value)");
      }
      for (String state : states.keySet()) {
        if (!updates.containsKey(state)) {
          throw new InvalidGraphException(
              "graph '"
                  + name
                  + "': state '"
                  + state
                  + "' is never updated; use an input, or update(...)");
        }
      }
      built = true;
      return new Graph(this);
    }
  }
}
