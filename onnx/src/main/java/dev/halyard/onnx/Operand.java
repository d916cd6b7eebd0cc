package dev.halyard.onnx;

import dev.halyard.DType;
import dev.halyard.Dim;
import dev.halyard.Graph;
import dev.halyard.Shape;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import dev.halyard.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * A value of the model during the import: of the graph, a constant, or a small vector of integers
 * that is known at least in terms of symbols, as arithmetic on shapes gives. The latter two become
 * values of the graph only when a node needs them there.
 */
final class Operand {
  /** Longer constants are data, not shapes. */
  private static final long MAX_INTEGERS = 1024;

  private final Graph.Builder graph;
  private final DType dtype;
  private final Shape shape;
  private final @Nullable Tensor tensor;
  private @Nullable List<Dim> integers;
  private @Nullable Value value;

  private Operand(
      Graph.Builder graph,
      DType dtype,
      Shape shape,
      @Nullable Tensor tensor,
      @Nullable List<Dim> integers,
      @Nullable Value value) {
    this.graph = graph;
    this.dtype = dtype;
    this.shape = shape;
    this.tensor = tensor;
    this.integers = integers;
    this.value = value;
  }

  static Operand of(Graph.Builder graph, Value value) {
    return new Operand(graph, value.dtype(), value.shape(), null, null, value);
  }

  static Operand of(Graph.Builder graph, Tensor tensor) {
    return new Operand(graph, tensor.dtype(), Shape.of(tensor.shape()), tensor, null, null);
  }

  /** {@return integers or truth values of rank 0 or 1} */
  static Operand of(Graph.Builder graph, DType dtype, boolean scalar, List<Dim> integers) {
    Shape shape = scalar ? Shape.scalar() : Shape.of(integers.size());
    return new Operand(graph, dtype, shape, null, List.copyOf(integers), null);
  }

  /** {@return a scalar I64 constant, exact beyond 2^53 too} */
  static Value integer(Graph.Builder graph, long number) {
    Tensor scalar = Tensor.scalar(DType.I64, 0);
    scalar.setLong(0, number);
    return graph.constant(scalar);
  }

  DType dtype() {
    return dtype;
  }

  Shape shape() {
    return shape;
  }

  int rank() {
    return shape.rank();
  }

  /** {@return the content if it is constant and no arithmetic on shapes made it, else null} */
  @Nullable Tensor tensor() {
    return tensor;
  }

  /** {@return the content if it is known and a scalar or vector of integers or truth values} */
  @Nullable List<Dim> integers() {
    if (integers == null && tensor != null && rank() <= 1 && !dtype.isFloat()) {
      boolean small = tensor.elements() <= MAX_INTEGERS;
      integers = small ? LongStream.of(tensor.toLongs()).mapToObj(Dim::of).toList() : null;
    }
    return integers;
  }

  /** {@return the content if it is constant, of any type and shape, else null} */
  @Nullable Tensor constant() {
    if (tensor != null) {
      return tensor;
    }
    if (integers == null || !integers.stream().allMatch(Dim::isConstant)) {
      return null;
    }
    Tensor made = TensorArena.ofAuto().allocate(dtype, shape.toArray());
    for (int i = 0; i < integers.size(); i++) {
      made.setLong(i, integers.get(i).constant());
    }
    return made;
  }

  /** {@return the value of the graph} */
  Value value() {
    if (value == null) {
      Tensor known = constant();
      value = known != null ? graph.constant(known) : compute();
    }
    return value;
  }

  private Value compute() {
    Map<Dim, Value> made = new HashMap<>();
    List<Value> elements = new ArrayList<>();
    for (Dim dim : List.copyOf(integers == null ? List.of() : integers)) {
      elements.add(element(dim, made));
    }
    Value vector =
        elements.size() == 1
            ? elements.getFirst()
            : graph.concat(0, elements.toArray(Value[]::new));
    return vector.cast(dtype).reshape(shape);
  }

  /**
   * {@return an I64 vector of one element, which has the value of an extent when the graph runs}
   *
   * @param made what has been made already: divisions that stand in many places are made once
   */
  private Value element(Dim dim, Map<Dim, Value> made) {
    Value known = made.get(dim);
    if (known == null) {
      known = sum(dim, made);
      made.put(dim, known);
    }
    return known;
  }

  private Value sum(Dim dim, Map<Dim, Value> made) {
    List<Value> sum = new ArrayList<>();
    long constant =
        dim.decompose(
            new Dim.Visitor() {
              @Override
              public void symbol(long factor, String name, long min, long max) {
                Dim symbol = Dim.symbol(name, min, max);
                Value count = made.computeIfAbsent(symbol, s -> count(s));
                sum.add(count.mul(integer(graph, factor)));
              }

              @Override
              public void floorDiv(long factor, Dim of, long divisor) {
                Value dividend = element(of, made);
                Value by = integer(graph, divisor);
                Value rest = dividend.rem(by).add(by).rem(by);
                sum.add(dividend.sub(rest).div(by).mul(integer(graph, factor)));
              }
            });
    Value total = graph.constant(Tensor.of(new long[] {constant}));
    for (Value term : sum) {
      total = total.add(term);
    }
    return total;
  }

  /** Counts from 0 to n and takes the last: the one way to turn an extent into data. */
  private Value count(Dim symbol) {
    Value upTo = graph.iota(DType.I64, Shape.of(symbol.plus(1)), 0);
    return upTo.slice(Shape.of(symbol), Shape.of(1));
  }

  @Override
  public String toString() {
    return dtype + shape.toString();
  }
}
