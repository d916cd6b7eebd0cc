package dev.halyard.tck.numerical;

import dev.halyard.DType;
import dev.halyard.Graph;
import dev.halyard.Invocation;
import dev.halyard.Kernel;
import dev.halyard.Shape;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import dev.halyard.Value;
import dev.halyard.spi.Profile;
import dev.halyard.tck.check.Check;
import dev.halyard.tck.check.Trial;
import dev.halyard.testkit.QuantizedLayer;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** What must agree of quantised dense layers (N-702 to N-704). */
final class LayerRelationChecks {
  private static final String OP = "halyard.qmatmul/1";
  private static final int BATCH = 5;
  private static final int ROWS = 9;
  private static final int INPUTS = 40;
  private static final int OUTPUTS = 21;
  private static final int SIDE = 24;
  private static final int SCALE = 8;
  private static final int UPDATES = 3;
  private static final int OFFSETS = 16;

  private LayerRelationChecks() {}

  static void addTo(List<Check> checks) {
    for (DType dtype : Layers.DTYPES) {
      String name = dtype.toString();
      checks.add(Check.of("N-702", "batch", trial -> splitsBatch(trial, dtype)).about(OP, name));
      checks.add(Check.of("N-703", "power of two", trial -> scales(trial, dtype)).about(OP, name));
      checks.add(
          Check.of("N-704", "in place: layer", trial -> updates(trial, dtype)).about("", name));
      checks.add(
          Check.of("N-704", "unaligned input", trial -> unaligned(trial, dtype)).about("", name));
    }
  }

  private static Layers layer(SplittableRandom random, DType dtype) {
    return Layers.of(
        QuantizedLayer.random(random, dtype, 5, dtype, INPUTS, OUTPUTS).shift(4).bias(random, 60));
  }

  private static void splitsBatch(Trial trial, DType dtype) {
    SplittableRandom random = trial.random();
    Layers layer = layer(random, dtype);
    Tensor x = Integers.any(dtype, random, BATCH, ROWS, INPUTS);
    Tensor whole = run(trial, layer, x);
    ErrorStats stats = new ErrorStats();
    for (int i = 0; i < BATCH; i++) {
      long bytes = x.byteSize() / BATCH;
      Tensor item =
          TensorArena.ofAuto()
              .allocate(dtype, ROWS, INPUTS)
              .copyFrom(x.segment().asSlice(i * bytes, bytes));
      Tensor found = run(trial, layer, item);
      for (int j = 0; j < found.elements(); j++) {
        int at = i * ROWS * OUTPUTS + j;
        stats.addInteger(found.getLong(j), whole.getLong(at), () -> DotCase.place(whole, at));
      }
    }
    stats.settle(trial, "a batch of rows against its items");
  }

  private static Tensor run(Trial trial, Layers layer, Tensor x) {
    Graph graph = layer.graph(x.dtype(), x.shape());
    return DotCase.output(trial.subject().run(graph, Map.of("x", x)));
  }

  /** Small enough that nothing saturates, so that nothing is rounded either. */
  private static void scales(Trial trial, DType dtype) {
    trial.subject().require(Profile.DETERMINISTIC);
    SplittableRandom random = trial.random();
    Layers layer = Layers.of(QuantizedLayer.random(random, dtype, 5, DType.I16, INPUTS, OUTPUTS));
    Tensor x = TensorArena.ofAuto().allocate(dtype, ROWS, INPUTS);
    Tensor larger = TensorArena.ofAuto().allocate(dtype, ROWS, INPUTS);
    for (int i = 0; i < x.elements(); i++) {
      x.setLong(i, random.nextInt(-15, 16));
      larger.setLong(i, SCALE * x.getLong(i));
    }
    Tensor plain = run(trial, layer, x);
    Tensor found = run(trial, layer, larger);
    ErrorStats stats = new ErrorStats();
    for (int i = 0; i < plain.elements(); i++) {
      int at = i;
      stats.addInteger(found.getLong(i), SCALE * plain.getLong(i), () -> DotCase.place(found, at));
    }
    stats.settle(trial, "rows of numbers 8 times as large");
  }

  /** A state that a layer updates: what reads elements that are overwritten already shows. */
  private static void updates(Trial trial, DType dtype) {
    SplittableRandom random = trial.random();
    QuantizedLayer layer =
        QuantizedLayer.random(random, dtype, 5, dtype, SIDE, SIDE).shift(3).bias(random, 20);
    Tensor start = Integers.any(dtype, random, SIDE, SIDE);
    Graph graph =
        Graph.of(
            "in place",
            g -> {
              Value state = g.state("s", dtype, Shape.of(SIDE, SIDE));
              g.update(state, layer.apply(g, state));
            });
    ErrorStats stats = new ErrorStats();
    try (Kernel kernel = trial.subject().compile(graph);
        TensorArena arena = kernel.openArena()) {
      Tensor state = kernel.allocateInput(arena, "s").copyFrom(start.segment());
      try (Invocation run = kernel.bind().state("s", state).prepare()) {
        long[] before = start.toLongs();
        for (int i = 0; i < UPDATES; i++) {
          run.execute();
          Layers.of(layer).compare(state, stats, before);
          before = layer.exact(before);
        }
      }
    }
    stats.settle(trial, "a state that a layer updates");
  }

  private static void unaligned(Trial trial, DType dtype) {
    SplittableRandom random = trial.random();
    Layers layer = layer(random, dtype);
    Tensor x = Integers.any(dtype, random, ROWS, INPUTS);
    ErrorStats stats = new ErrorStats();
    try (Kernel kernel = trial.subject().compile(layer.graph(dtype, ROWS, INPUTS));
        TensorArena arena = kernel.openArena()) {
      for (int offset = 0; offset < OFFSETS; offset++) {
        Tensor shifted = shifted(arena, x, offset);
        Tensor y = kernel.allocateOutput(arena, "y");
        try (Invocation run = kernel.bind().input("x", shifted).output("y", y).prepare()) {
          run.execute();
        }
        layer.compare(y, stats, x.toLongs());
      }
    }
    stats.settle(trial, "inputs some elements past an aligned address");
  }

  private static Tensor shifted(TensorArena arena, Tensor x, int elements) {
    long from = (long) elements * x.dtype().bytes();
    MemorySegment segment = arena.allocate(x.byteSize() + from, 64).asSlice(from, x.byteSize());
    return Tensor.wrap(arena, segment, x.dtype(), x.shape()).copyFrom(x.segment());
  }
}
