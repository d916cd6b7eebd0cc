package dev.halyard.tck.latency;

import dev.halyard.DType;
import dev.halyard.Graph;
import dev.halyard.Invocation;
import dev.halyard.InvocationBuilder;
import dev.halyard.Kernel;
import dev.halyard.Shape;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import dev.halyard.Value;
import dev.halyard.runtime.reference.Interpreter;
import dev.halyard.tck.check.Subject;
import dev.halyard.tck.numerical.Denormals;
import dev.halyard.testkit.Case;
import dev.halyard.testkit.Comparison;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.LongFunction;

/** A kernel with memory bound, ready to be timed. */
final class Rig implements AutoCloseable {
  private static final int ROWS = 64;
  final Kernel kernel;
  final Invocation invocation;
  final Map<String, Tensor> inputs = new LinkedHashMap<>();
  final Map<String, Tensor> outputs = new LinkedHashMap<>();
  private final TensorArena arena;
  private final Denormals denormals;

  private Rig(Kernel kernel, Map<String, Tensor> shared, Denormals denormals) {
    this.kernel = kernel;
    this.denormals = denormals;
    arena = kernel.openArena();
    InvocationBuilder builder = kernel.bind();
    for (Value input : kernel.graph().inputs()) {
      Tensor tensor = shared.get(input.name());
      inputs.put(input.name(), tensor == null ? kernel.allocateInput(arena, input.name()) : tensor);
    }
    for (String name : kernel.graph().outputNames()) {
      Tensor tensor = shared.get(name);
      outputs.put(name, tensor == null ? kernel.allocateOutput(arena, name) : tensor);
    }
    inputs.forEach(builder::input);
    outputs.forEach(builder::output);
    invocation = builder.prepare();
  }

  /** Compiles a graph and fills its inputs. */
  static Rig open(Subject subject, Graph graph, SplittableRandom random) {
    return open(subject, graph, random, Map.of());
  }

  /** Compiles a graph; ports of these names are bound to tensors of others, which stay as is. */
  static Rig open(
      Subject subject, Graph graph, SplittableRandom random, Map<String, Tensor> shared) {
    Rig rig = new Rig(subject.compile(graph), shared, Denormals.of(subject));
    rig.inputs.forEach(
        (name, tensor) -> {
          if (!shared.containsKey(name)) {
            fill(tensor, random);
          }
        });
    return rig;
  }

  /** Gives every element another number: of F32 from -2 to 2, of I8 and I16 any of I8. */
  static void fill(Tensor tensor, SplittableRandom random) {
    for (long i = 0; i < tensor.elements(); i++) {
      tensor.setDouble(i, number(tensor.dtype(), random));
    }
  }

  /** Gives the last element another number. */
  static void change(Tensor tensor, SplittableRandom random) {
    long last = tensor.elements() - 1;
    double before = tensor.getDouble(last);
    while (tensor.getDouble(last) == before) {
      tensor.setDouble(last, number(tensor.dtype(), random));
    }
  }

  private static double number(DType dtype, SplittableRandom random) {
    return dtype.isFloat()
        ? random.nextDouble(-2, 2)
        : random.nextInt(Byte.MIN_VALUE, Byte.MAX_VALUE + 1);
  }

  Tensor firstInput() {
    return inputs.values().iterator().next();
  }

  Tensor firstOutput() {
    return outputs.values().iterator().next();
  }

  long time() {
    long start = System.nanoTime();
    invocation.execute();
    return System.nanoTime() - start;
  }

  /** {@return the elements compared with the reference, all right} */
  long compare(String what) {
    Comparison comparison = wanted(new Case(what, kernel.graph(), inputs));
    comparison.check(outputs);
    return comparison.checked();
  }

  /**
   * {@return the elements of some rows of the output compared with the reference, all right}
   *
   * @param family of graphs by size whose rows do not depend on each other
   * @param size of the graph that ran
   */
  long compareRows(String what, LongFunction<Graph> family, long size, SplittableRandom random) {
    int count = (int) Math.min(ROWS, size);
    long[] rows = new long[count];
    for (int i = 0; i < count; i++) {
      rows[i] = count == size ? i : i == 0 ? size - 1 : random.nextLong(size);
    }
    Graph small = family.apply(count);
    Map<String, Tensor> some = new LinkedHashMap<>();
    for (Value input : small.inputs()) {
      Tensor whole = input(input.name());
      boolean byRow = !input.shape().equals(Shape.of(whole.shape()));
      some.put(input.name(), byRow ? gathered(whole, rows) : whole);
    }
    Comparison comparison = wanted(new Case(what, small, some));
    comparison.check(Map.of("out", gathered(firstOutput(), rows)));
    return comparison.checked();
  }

  /** Integers have one right answer. */
  private Comparison wanted(Case tested) {
    return tested.inputs().values().stream().anyMatch(tensor -> tensor.dtype().isFloat())
        ? denormals.comparison(tested)
        : Comparison.exact(tested, new Interpreter().run(tested.graph(), tested.inputs()));
  }

  private Tensor input(String name) {
    Tensor tensor = inputs.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException("no input '" + name + "'; there are " + inputs.keySet());
    }
    return tensor;
  }

  private static Tensor gathered(Tensor whole, long[] rows) {
    long[] shape = whole.shape();
    long bytes = whole.byteSize() / shape[0];
    shape[0] = rows.length;
    Tensor some = TensorArena.ofAuto().allocate(whole.dtype(), shape);
    for (int i = 0; i < rows.length; i++) {
      MemorySegment.copy(whole.segment(), rows[i] * bytes, some.segment(), i * bytes, bytes);
    }
    return some;
  }

  @Override
  public void close() {
    invocation.close();
    arena.close();
    kernel.close();
  }
}
