package dev.halyard.tck.numerical;

import dev.halyard.CompileOptions;
import dev.halyard.DType;
import dev.halyard.Graph;
import dev.halyard.Kernel;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import dev.halyard.runtime.reference.Interpreter;
import dev.halyard.tck.check.Check;
import dev.halyard.tck.check.Patience;
import dev.halyard.tck.check.Trial;
import dev.halyard.testkit.Case;
import dev.halyard.testkit.Comparison;
import dev.halyard.testkit.QuantizedLayer;
import dev.halyard.testkit.QuantizedLayer.Relu;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Quantised dense layers, which accelerators of nothing else claim: their integers (N-204, N-605),
 * chains (N-601, N-604), extents (N-801) and operands (N-803).
 */
final class LayerChecks {
  private static final String OP = "halyard.qmatmul/1";
  private static final int ROWS = 35;
  private static final int TERMS = 24;
  private static final int COLUMNS = 18;
  private static final int QUICK_CASES = 4;
  private static final int FULL_CASES = 60;
  private static final int[] EXTENTS = {1, 3, 7, 8, 15, 16, 17, 31, 32, 33, 64, 65};
  private static final int[] TERMS_ALONE = {1, 2, 4099};

  private LayerChecks() {}

  static void addTo(List<Check> checks) {
    for (DType dtype : Layers.DTYPES) {
      String name = dtype.toString();
      for (DType weights : Layers.DTYPES) {
        for (DType to : Layers.DTYPES) {
          for (Form form : Form.values()) {
            Product product = new Product(dtype, weights, to, form);
            checks.add(Check.of("N-204", product.title(), product::check).about(OP, name));
          }
        }
      }
      checks.add(
          Check.of("N-605", "random layers", trial -> randomLayers(trial, dtype)).about(OP, name));
      checks.add(Check.of("N-601", "layers", trial -> chain(trial, dtype, true)).about("", name));
      checks.add(Check.of("N-604", "layers", trial -> chain(trial, dtype, false)).about("", name));
      checks.add(Check.of("N-801", "layers", trial -> extents(trial, dtype)).about(OP, name));
      for (int k : TERMS_ALONE) {
        checks.add(
            Check.of("N-801", "layer of K=" + k, trial -> terms(trial, dtype, k)).about(OP, name));
      }
      checks.add(Check.of("N-801", "no rows", trial -> noRows(trial, dtype)).about(OP, name));
      checks.add(Check.of("N-803", "twice", trial -> twice(trial, dtype)).about(OP, name));
    }
  }

  /** What a layer has beside its weights. */
  private enum Form {
    PLAIN(""),
    BIAS(" bias"),
    RELU(" relu"),
    PER_COLUMN(" per column bias max");

    final String text;

    Form(String text) {
      this.text = text;
    }

    QuantizedLayer of(QuantizedLayer layer, int shift, SplittableRandom random) {
      return switch (this) {
        case PLAIN -> layer.shift(shift);
        // What the step of real networks is: no power of two, though scales come to one.
        case BIAS -> layer.shift(shift).bias(random, 20).step(0.1);
        case RELU -> layer.shift(shift).relu(Relu.RELU);
        case PER_COLUMN ->
            layer
                .shift(IntStream.range(0, layer.outputs()).map(i -> i % (shift + 1)).toArray())
                .bias(random, 20)
                .relu(Relu.MAX);
      };
    }
  }

  /** A layer of certain types whose results are ties, saturate, and are neither. */
  private record Product(DType left, DType right, DType to, Form form) {
    String title() {
      return "layer by %s to %s%s".formatted(right, to, form.text);
    }

    /** Results of I16 from operands of I8 saturate only where weights are large. */
    private boolean widens() {
      return left == DType.I8 && to == DType.I16;
    }

    void check(Trial trial) {
      SplittableRandom random = trial.random();
      QuantizedLayer bare = QuantizedLayer.of(weights(random), to);
      Layers layer = Layers.of(form.of(bare, widens() ? 1 : 3, random));
      Tensor x = rows(random);
      Tensor found =
          DotCase.output(trial.subject().run(layer.graph(left, ROWS, TERMS), Map.of("x", x)));
      ErrorStats stats = new ErrorStats();
      layer.compare(found, stats, x.toLongs());
      requireHard(layer, x.toLongs());
      stats.settle(trial, "a quantised layer");
    }

    /** The first column and the second drive the first row to both ends of the type. */
    private Tensor weights(SplittableRandom random) {
      int most = widens() ? 127 : 4;
      Tensor weights = TensorArena.ofAuto().allocate(right, TERMS, COLUMNS);
      for (int i = 0; i < weights.elements(); i++) {
        int column = i % COLUMNS;
        int any = random.nextInt(-most, most + 1);
        weights.setLong(i, column == 0 ? most : column == 1 ? -most : any);
      }
      return weights;
    }

    /**
     * The greatest number, then rows near 0, whose results are small and often ties, and others.
     */
    private Tensor rows(SplittableRandom random) {
      Tensor x = TensorArena.ofAuto().allocate(left, ROWS, TERMS);
      for (int i = 0; i < x.elements(); i++) {
        int row = i / TERMS;
        long any = row % 2 == 0 ? Integers.any(left, random) : random.nextInt(-4, 5);
        x.setLong(i, row == 0 ? Integers.greatest(left) : any);
      }
      return x;
    }

    private void requireHard(Layers layer, long... x) {
      long ties = layer.layers().getFirst().ties(x);
      long most = Integers.greatest(to);
      if (ties == 0 || LongStream.of(layer.exact(x)).noneMatch(value -> value == most)) {
        throw new AssertionError("no tie or no saturation was met, which is a fault of the kit");
      }
    }
  }

  /** Of every shape, type and form, against the reference. */
  private static void randomLayers(Trial trial, DType dtype) {
    SplittableRandom random = trial.random();
    Patience patience = NumericalChecks.patience(trial, QUICK_CASES, FULL_CASES);
    long compared = 0;
    int cases = 0;
    for (; patience.lasts(cases); cases++) {
      Case tested = randomLayer(random, dtype);
      Comparison expected =
          Comparison.exact(tested, new Interpreter().run(tested.graph(), tested.inputs()));
      expected.check(trial.subject().run(tested.graph(), tested.inputs()));
      compared += expected.checked();
    }
    trial.record("cases", cases);
    trial.record("elements", compared);
  }

  private static Case randomLayer(SplittableRandom random, DType dtype) {
    DType weights = any(random, Layers.DTYPES);
    DType to = any(random, Layers.DTYPES);
    QuantizedLayer bare =
        QuantizedLayer.random(
            random,
            weights,
            random.nextInt(1, 128),
            to,
            random.nextInt(1, 70),
            random.nextInt(1, 40));
    Form form = any(random, List.of(Form.values()));
    Layers layer = Layers.of(form.of(bare, random.nextInt(0, 12), random));
    long[] shape =
        random.nextBoolean()
            ? new long[] {random.nextInt(1, 20), bare.inputs()}
            : new long[] {random.nextInt(1, 4), random.nextInt(1, 6), bare.inputs()};
    Tensor x = Integers.any(dtype, random, shape);
    return new Case("random layer, " + form, layer.graph(dtype, shape), Map.of("x", x));
  }

  private static <T> T any(SplittableRandom random, List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  private static void chain(Trial trial, DType dtype, boolean fused) {
    Layers layers = Layers.three(dtype, trial.random());
    TestCase tested = layers.test(dtype, trial.random(), 19);
    CompileOptions options = CompileOptions.defaults().fusion(fused);
    ErrorStats stats = new ErrorStats();
    try (Kernel kernel = trial.subject().compile(tested.graph(), options)) {
      Tensor found = DotCase.output(kernel.run(tested.inputs()));
      layers.compare(found, stats, tested.asCase().input("x").toLongs());
    }
    stats.settle(trial, tested.toString());
  }

  /** Every extent with others drawn from the list. */
  private static void extents(Trial trial, DType dtype) {
    SplittableRandom random = trial.random();
    ErrorStats stats = new ErrorStats();
    Patience patience = NumericalChecks.patience(trial, 1, 12);
    for (int round = 0; patience.lasts(round); round++) {
      for (int extent : EXTENTS) {
        compare(trial, dtype, stats, extent, extent(random), extent(random));
        compare(trial, dtype, stats, extent(random), extent, extent(random));
        compare(trial, dtype, stats, extent(random), extent(random), extent);
      }
    }
    stats.settle(trial, "layers near tiles");
  }

  private static int extent(SplittableRandom random) {
    return EXTENTS[random.nextInt(EXTENTS.length)];
  }

  private static void terms(Trial trial, DType dtype, int k) {
    ErrorStats stats = new ErrorStats();
    compare(trial, dtype, stats, 3, k, 5);
    stats.settle(trial, "a layer of K=" + k);
  }

  private static void compare(
      Trial trial, DType dtype, ErrorStats stats, int rows, int inputs, int outputs) {
    SplittableRandom random = trial.random();
    Layers layer =
        Layers.of(QuantizedLayer.random(random, dtype, 5, dtype, inputs, outputs).shift(2));
    TestCase tested = layer.test(dtype, random, rows);
    Tensor found = DotCase.output(trial.subject().run(tested.graph(), tested.inputs()));
    layer.compare(found, stats, tested.asCase().input("x").toLongs());
  }

  private static void noRows(Trial trial, DType dtype) {
    Layers layers = Layers.three(dtype, trial.random());
    Tensor x = TensorArena.ofAuto().allocate(dtype, 0, layers.inputs());
    Graph graph = layers.graph(dtype, 0, layers.inputs());
    Tensor found = DotCase.output(trial.subject().run(graph, Map.of("x", x)));
    if (found.elements() != 0 || found.shape()[1] != layers.outputs()) {
      throw new AssertionError(
          "the result of no rows should be [0, " + layers.outputs() + "], is " + found);
    }
  }

  /** Two layers that read one tensor by two ports. */
  private static void twice(Trial trial, DType dtype) {
    SplittableRandom random = trial.random();
    Layers one = Layers.of(QuantizedLayer.random(random, dtype, 5, dtype, TERMS, 7).shift(3));
    Layers other = Layers.of(QuantizedLayer.random(random, dtype, 5, dtype, TERMS, 9).shift(2));
    Tensor x = Integers.any(dtype, random, ROWS, TERMS);
    Graph graph =
        Graph.of(
            "twice",
            g -> {
              g.output("y", one.apply(g, g.input("a", dtype, ROWS, TERMS)));
              g.output("z", other.apply(g, g.input("b", dtype, ROWS, TERMS)));
            });
    try (Kernel kernel = trial.subject().compile(graph);
        TensorArena arena = kernel.openArena()) {
      Tensor both = arena.allocate(dtype, ROWS, TERMS).copyFrom(x.segment());
      Tensor y = kernel.allocateOutput(arena, "y");
      Tensor z = kernel.allocateOutput(arena, "z");
      try (var run =
          kernel.bind().input("a", both).input("b", both).output("y", y).output("z", z).prepare()) {
        run.execute();
      }
      ErrorStats stats = new ErrorStats();
      one.compare(y, stats, x.toLongs());
      other.compare(z, stats, x.toLongs());
      stats.settle(trial, "two layers of one tensor");
    }
  }
}
