package dev.halyard.opencl.code;

import dev.halyard.DType;
import dev.halyard.Shape;
import dev.halyard.spi.GraphView;
import dev.halyard.spi.NodeView;
import dev.halyard.spi.Region;
import dev.halyard.spi.ValueView;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Turns a region into launches: elementwise nodes become chains over one space, everything else a
 * kernel of its own, with the chain before a reduction and the chain after any anchor within it.
 */
final class RegionLowering {
  private final Lowering lowering;
  private final Region region;
  private final Map<Integer, Operand> operands = new HashMap<>();
  private final Set<Integer> results = new HashSet<>();
  private final Map<Integer, Expr> expressions = new HashMap<>();

  RegionLowering(Lowering lowering, Region region) {
    this.lowering = lowering;
    this.region = region;
    region.outputs().forEach(value -> results.add(value.id()));
    region.inputs().forEach(value -> operands.put(value.id(), input(value)));
  }

  private Operand input(ValueView value) {
    return value.constant().isPresent() ? constant(value) : lowering.place(value);
  }

  private Operand constant(ValueView value) {
    MemorySegment bytes = value.constant().orElseThrow();
    return new Operand(Location.constant(bytes), value.dtype(), lowering.extents(value.shape()));
  }

  Lowering lowering() {
    return lowering;
  }

  void lower() {
    for (NodeView node : region.nodes()) {
      if (!inChain(node)) {
        new NodeLowering(this, node).lower();
      }
    }
    chains(pending());
  }

  private static boolean inChain(NodeView node) {
    return ElementwiseOps.isElementwise(node) || ElementwiseOps.isBroadcast(node);
  }

  /** {@return the outputs of the region that no launch makes yet} */
  private List<ValueView> pending() {
    List<ValueView> pending = new ArrayList<>();
    for (ValueView value : region.outputs()) {
      if (!operands.containsKey(value.id())) {
        pending.add(value);
      }
    }
    return pending;
  }

  /** Adds a chain per space for some outputs. */
  private void chains(List<ValueView> values) {
    Map<List<Long>, List<ValueView>> bySpace = new LinkedHashMap<>();
    for (ValueView value : values) {
      List<Long> space = Arrays.stream(extents(value)).boxed().toList();
      bySpace.computeIfAbsent(space, key -> new ArrayList<>()).add(value);
    }
    bySpace.values().forEach(this::chain);
  }

  private void chain(List<ValueView> values) {
    List<Expr> computed = values.stream().map(this::expression).toList();
    List<Operand> outputs = values.stream().map(this::destination).toList();
    Elementwise.add(
        lowering, region.name(), new Chain(outputs.getFirst().extents(), computed, outputs));
    for (int i = 0; i < values.size(); i++) {
      operands.put(values.get(i).id(), outputs.get(i));
    }
  }

  /**
   * {@return the chain that follows an anchor, for all outputs of the region; null if the region
   * holds something else that is no part of it}
   *
   * @param anchored the value that the anchor makes, which is {@link Expr.Anchor} in the chain
   */
  @Nullable Chain epilogue(ValueView anchored) {
    List<ValueView> outputs = new ArrayList<>();
    for (ValueView value : region.outputs()) {
      if (!Arrays.equals(extents(value), extents(anchored)) || operands.containsKey(value.id())) {
        return null;
      }
      outputs.add(value);
    }
    if (region.nodes().stream().filter(node -> !inChain(node)).count() != 1) {
      return null;
    }
    expressions.put(anchored.id(), new Expr.Anchor(anchored.dtype()));
    List<Expr> computed = outputs.stream().map(this::expression).toList();
    List<Operand> destinations = outputs.stream().map(this::destination).toList();
    return new Chain(extents(anchored), computed, destinations);
  }

  /** Notes that the outputs of a chain are made. */
  void made(Chain epilogue) {
    int made = 0;
    for (ValueView value : region.outputs()) {
      operands.put(value.id(), epilogue.outputs().get(made++));
    }
  }

  /** Forgets a chain that can't follow its anchor after all. */
  void drop() {
    expressions.clear();
  }

  long[] extents(ValueView value) {
    return lowering.extents(value.shape());
  }

  /** {@return where a value made here goes: to its place if it is an output, or aside} */
  Operand destination(ValueView value) {
    return results.contains(value.id())
        ? lowering.place(value)
        : temporary(value.dtype(), extents(value));
  }

  Operand temporary(DType dtype, long... extents) {
    long bytes = Shape.elements(extents) * dtype.bytes();
    return new Operand(lowering.temporary(bytes), dtype, extents);
  }

  /** Notes where a launch has put a value. */
  void made(ValueView value, Operand where) {
    operands.put(value.id(), where);
  }

  /** {@return a value in memory, computed first if need be} */
  Operand operand(ValueView value) {
    Operand known = operands.get(value.id());
    if (known == null) {
      if (value.constant().isPresent()) {
        return constant(value);
      }
      chain(List.of(value));
      known = operands.get(value.id());
    }
    if (known == null) {
      throw new IllegalStateException(
          "region " + region.name() + " uses " + value.name() + " before it is made");
    }
    return known;
  }

  /** {@return what a value is made of, as far as this region makes it of elements} */
  Expr expression(ValueView value) {
    Expr known = expressions.get(value.id());
    if (known == null) {
      known = build(value);
      expressions.put(value.id(), known);
    }
    return known;
  }

  /**
   * {@return a value in memory before it is broadcast: the operand of the broadcasts that make it,
   * or the value itself}
   */
  ValueView unbroadcast(ValueView value) {
    ValueView source = value;
    while (!operands.containsKey(source.id())) {
      NodeView producer = source.producer().orElse(null);
      if (producer == null || !ElementwiseOps.isBroadcast(producer)) {
        return source;
      }
      source = producer.inputs().getFirst();
    }
    return source;
  }

  private Expr build(ValueView value) {
    if (operands.containsKey(value.id()) || value.constant().isPresent()) {
      return leaf(value);
    }
    NodeView producer =
        value
            .producer()
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "region " + region.name() + " does not hold " + value.name()));
    if (!ElementwiseOps.isBroadcast(producer)) {
      return apply(producer, producer.inputs().stream().map(this::expression).toList());
    }
    ValueView source = producer.inputs().getFirst();
    boolean sameCount = Shape.elements(extents(source)) == Shape.elements(extents(value));
    if (sameCount && !operands.containsKey(source.id()) && source.constant().isEmpty()) {
      return expression(source);
    }
    operand(unbroadcast(source));
    return leaf(unbroadcast(source));
  }

  private Expr leaf(ValueView value) {
    Operand operand = operand(value);
    MemorySegment constant = operand.where().constant();
    return constant != null && operand.elements() == 1
        ? scalar(operand.dtype(), constant)
        : new Expr.Leaf(operand);
  }

  private static Expr scalar(DType dtype, MemorySegment constant) {
    return dtype.isFloat()
        ? new Expr.Constant(dtype, HostElements.number(dtype, constant, 0), 0)
        : new Expr.Constant(dtype, 0, HostElements.integer(dtype, constant, 0));
  }

  private Expr apply(NodeView node, List<Expr> inputs) {
    return ElementwiseOps.isPrimitive(node)
        ? new Expr.Apply(node.outputs().getFirst().dtype(), node.op(), inputs)
        : body(node.body().orElseThrow(), inputs);
  }

  /** {@return the result of a composite's body; its values are known by ids of their own} */
  private Expr body(GraphView body, List<Expr> inputs) {
    Map<Integer, Expr> known = new HashMap<>();
    for (int i = 0; i < inputs.size(); i++) {
      known.put(body.inputs().get(i).id(), inputs.get(i));
    }
    for (NodeView node : body.nodes()) {
      List<Expr> used = node.inputs().stream().map(value -> inBody(value, known)).toList();
      Expr made = ElementwiseOps.isBroadcast(node) ? used.getFirst() : apply(node, used);
      known.put(node.outputs().getFirst().id(), made);
    }
    return inBody(body.outputs().getFirst(), known);
  }

  private Expr inBody(ValueView value, Map<Integer, Expr> known) {
    return known.computeIfAbsent(
        value.id(),
        id -> {
          Operand constant = constant(value);
          MemorySegment bytes = value.constant().orElseThrow();
          return constant.elements() == 1 ? scalar(value.dtype(), bytes) : new Expr.Leaf(constant);
        });
  }
}
