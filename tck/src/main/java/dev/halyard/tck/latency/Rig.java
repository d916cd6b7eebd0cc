package dev.halyard.tck.latency;

import dev.halyard.Graph;
import dev.halyard.Invocation;
import dev.halyard.InvocationBuilder;
import dev.halyard.Kernel;
import dev.halyard.Shape;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import dev.halyard.Value;
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

  private static void fill(Tensor tensor, SplittableRandom random) {
    for (long i = 0; i < tensor.elements(); i++) {
      tensor.setDouble(i, random.nextDouble(-2, 2));
    }
  }

  /** {@return a number for each element of an F32 tensor} */
  static float[] values(Tensor tensor, SplittableRandom random) {
    float[] values = new float[(int) tensor.elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble(-2, 2);
    }
    return values;
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
    Comparison comparison = denormals.comparison(new Case(what, kernel.graph(), inputs));
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
    Comparison comparison = denormals.comparison(new Case(what, small, some));
    comparison.check(Map.of("out", gathered(firstOutput(), rows)));
    return comparison.checked();
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
