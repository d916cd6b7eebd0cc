package dev.halyard.tck.numerical;

import dev.halyard.DType;
import dev.halyard.Graph;
import dev.halyard.Invocation;
import dev.halyard.InvocationBuilder;
import dev.halyard.Kernel;
import dev.halyard.Shape;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import dev.halyard.Value;
import dev.halyard.spi.Profile;
import dev.halyard.tck.check.Check;
import dev.halyard.tck.check.NotClaimed;
import dev.halyard.tck.check.Trial;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** What must agree without a reference (N-701 to N-704). */
final class MetamorphicChecks {
  private static final List<DType> DTYPES = List.of(DType.F32, DType.F16, DType.BF16);

  /** Makes a linear operation of its operands. */
  @FunctionalInterface
  private interface Linear {
    DotCase make(DType dtype, DotCase.Fill fill);
  }

  private static final int BATCH = 5;
  private static final double SCALE = 8;
  private static final int SIDE = 24;
  private static final int UPDATES = 3;
  private static final DotCase.Conv CONV = new DotCase.Conv(2, 1, 5, 6, 9, 3, 1, 1, 1, 1);
  private static final Map<String, Linear> LINEAR = new LinkedHashMap<>();

  static {
    LINEAR.put(
        "matmul/1", (dtype, fill) -> DotCase.matmul(dtype, dtype, 5, 9, 70, 21, false, fill));
    LINEAR.put("conv/1", (dtype, fill) -> DotCase.conv(dtype, dtype, CONV, fill));
    LINEAR.put("reduce_sum/1", (dtype, fill) -> DotCase.sum(dtype, 40, 129, true, fill));
    LINEAR.put("window_sum/1", (dtype, fill) -> DotCase.windowSum(dtype, 20, 3, fill));
  }

  private MetamorphicChecks() {}

  static void addTo(List<Check> checks) {
    for (DType dtype : List.of(DType.F32, DType.F16, DType.BF16, DType.I8, DType.I16)) {
      checks.add(
          Check.of("N-701", "run for run", trial -> repeats(trial, dtype))
              .about("", dtype.toString()));
    }
    checks.add(
        Check.of("N-702", "batch", MetamorphicChecks::splitsIntegers)
            .about("matmul/1", DType.I8.toString()));
    for (DType dtype : DTYPES) {
      String name = dtype.toString();
      checks.add(
          Check.of("N-702", "batch", trial -> splitsBatch(trial, dtype)).about("matmul/1", name));
      LINEAR.forEach(
          (op, form) ->
              checks.add(
                  Check.of("N-703", "power of two", trial -> scales(trial, dtype, form))
                      .about(op, name)));
      for (InPlace update : InPlace.values()) {
        checks.add(
            Check.of("N-704", "in place: " + update.text, trial -> updates(trial, dtype, update))
                .about("", name));
      }
      checks.add(
          Check.of("N-704", "transposed operand", trial -> transposes(trial, dtype))
              .about("matmul/1", name));
      checks.add(
          Check.of("N-704", "unaligned input", trial -> unaligned(trial, dtype)).about("", name));
    }
  }

  private static void repeats(Trial trial, DType dtype) {
    trial.subject().require(Profile.DETERMINISTIC);
    int compared = 0;
    SplittableRandom random = trial.random();
    for (TestCase tested : cases(dtype, random)) {
      try {
        repeats(trial, tested);
        compared++;
      } catch (NotClaimed e) {
        trial.record("not claimed", String.valueOf(e.getMessage()));
      }
    }
    if (compared == 0) {
      throw new NotClaimed("the device claims none of the graphs looked at");
    }
  }

  private static List<TestCase> cases(DType dtype, SplittableRandom random) {
    List<TestCase> cases = new ArrayList<>(Networks.of(dtype, random));
    if (!dtype.isFloat()) {
      return cases;
    }
    cases.add(
        DotCase.matmul(dtype, dtype, 1, 65, 257, 33, false, (l, k) -> random.nextDouble(-1, 1))
            .test());
    cases.add(DotCase.sum(dtype, 3, 40_001, true, (l, k) -> random.nextDouble(-1, 1)).test());
    cases.add(DotCase.sum(dtype, 33, 4001, false, (l, k) -> random.nextDouble(-1, 1)).test());
    return cases;
  }

  /** Two kernels, tensors at three addresses each, several runs on each. */
  private static void repeats(Trial trial, TestCase tested) {
    MemorySegment first = null;
    for (int i = 0; i < 2; i++) {
      try (Kernel kernel = trial.subject().compile(tested.graph());
          TensorArena arena = kernel.openArena()) {
        for (int place = 0; place < 3; place++) {
          arena.allocate(64L * place + 8, 8);
          Tensor y = kernel.allocateOutput(arena, "y");
          try (Invocation run = bind(kernel, arena, tested).output("y", y).prepare()) {
            for (int j = 0; j < 5; j++) {
              run.execute();
              if (first == null) {
                first =
                    Tensor.copyOf(TensorArena.ofAuto(), y.segment(), y.dtype(), y.shape())
                        .segment();
              }
              requireEqual(tested, first, y);
            }
          }
        }
      }
    }
  }

  private static InvocationBuilder bind(Kernel kernel, TensorArena arena, TestCase tested) {
    InvocationBuilder builder = kernel.bind();
    tested
        .inputs()
        .forEach(
            (port, tensor) ->
                builder.input(
                    port,
                    arena.allocate(tensor.dtype(), tensor.shape()).copyFrom(tensor.segment())));
    return builder;
  }

  private static void requireEqual(TestCase tested, MemorySegment first, Tensor y) {
    long differs = first.mismatch(y.segment());
    if (differs >= 0) {
      int element = (int) (differs / y.dtype().bytes());
      throw new AssertionError(
          tested
              + ": equal inputs give other bits in another run, first at "
              + DotCase.place(y, element));
    }
  }

  private static DotCase matmul(Trial trial, DType dtype) {
    SplittableRandom random = trial.random();
    return DotCase.matmul(dtype, dtype, 5, 9, 70, 21, false, (left, k) -> random.nextDouble(-1, 1));
  }

  private static void splitsBatch(Trial trial, DType dtype) {
    DotCase dots = matmul(trial, dtype);
    Tensor a = input(dots, "a");
    Tensor b = input(dots, "b");
    Tensor whole = DotCase.output(trial.subject().run(dots.test().graph(), dots.test().inputs()));
    Graph item = matmul(dtype, 9, 70, 21);
    DotRule rule = new DotRule(dtype, dots.terms());
    ErrorStats stats = new ErrorStats();
    for (int i = 0; i < 5; i++) {
      Tensor found =
          DotCase.output(
              trial.subject().run(item, Map.of("a", part(a, i, 9, 70), "b", part(b, i, 70, 21))));
      for (int j = 0; j < found.elements(); j++) {
        int at = i * 9 * 21 + j;
        stats.add(
            found.getDouble(j),
            whole.getDouble(at),
            2 * rule.bound(dots.magnitudes()[at]),
            () -> DotCase.place(whole, at));
      }
    }
    stats.settle(trial, "a batch of 5 against its items");
  }

  private static Graph matmul(DType dtype, int m, int k, int n) {
    return Graph.of(
        "item", g -> g.output("y", g.input("a", dtype, m, k).matmul(g.input("b", dtype, k, n))));
  }

  private static Tensor part(Tensor batch, int item, long rows, long columns) {
    long bytes = rows * columns * batch.dtype().bytes();
    return TensorArena.ofAuto()
        .allocate(batch.dtype(), rows, columns)
        .copyFrom(batch.segment().asSlice(item * bytes, bytes));
  }

  private static Tensor input(DotCase dots, String port) {
    Tensor tensor = dots.test().inputs().get(port);
    if (tensor == null) {
      throw new IllegalStateException("the case has no input " + port);
    }
    return tensor;
  }

  /** Equal sums, or the same elements of another type. */
  private static void splitsIntegers(Trial trial) {
    SplittableRandom random = trial.random();
    Tensor a = Integers.any(DType.I8, random, BATCH, 9, 70);
    Tensor b = Integers.any(DType.I8, random, BATCH, 70, 21);
    Tensor whole = product(trial, a, b);
    ErrorStats stats = new ErrorStats();
    for (int i = 0; i < BATCH; i++) {
      Tensor found = product(trial, part(a, i, 9, 70), part(b, i, 70, 21));
      for (int j = 0; j < found.elements(); j++) {
        int at = i * 9 * 21 + j;
        stats.addInteger(found.getLong(j), whole.getLong(at), () -> DotCase.place(whole, at));
      }
    }
    stats.settle(trial, "a batch of integers against its items");
  }

  private static Tensor product(Trial trial, Tensor a, Tensor b) {
    Graph graph =
        Graph.of(
            "integers",
            g -> {
              Value left = g.input("a", a.dtype(), a.shape());
              g.output("y", left.matmul(g.input("b", b.dtype(), b.shape()), DType.I32));
            });
    return DotCase.output(trial.subject().run(graph, Map.of("a", a, "b", b)));
  }

  private static void scales(Trial trial, DType dtype, Linear form) {
    trial.subject().require(Profile.DETERMINISTIC);
    SplittableRandom random = trial.random();
    TestCase tested = form.make(dtype, (left, k) -> awayFromZero(random)).test();
    Map<String, Tensor> inputs = new LinkedHashMap<>(tested.inputs());
    inputs.replaceAll((port, x) -> port.equals("a") || port.equals("x") ? scaled(x) : x);
    Tensor plain = DotCase.output(trial.subject().run(tested.graph(), tested.inputs()));
    Tensor found = DotCase.output(trial.subject().run(tested.graph(), inputs));
    double tiny = FloatType.of(dtype).minNormal();
    ErrorStats stats = new ErrorStats();
    for (int i = 0; i < plain.elements(); i++) {
      int at = i;
      double wanted = SCALE * plain.getDouble(i);
      double bound = Math.abs(plain.getDouble(i)) < tiny ? SCALE * tiny : 0;
      stats.add(found.getDouble(i), wanted, bound, () -> DotCase.place(found, at));
    }
    stats.settle(trial, tested + " of operands 8 times as large");
  }

  private static double awayFromZero(SplittableRandom random) {
    double size = random.nextDouble(0x1p-6, 1);
    return random.nextBoolean() ? size : -size;
  }

  private static Tensor scaled(Tensor x) {
    Tensor scaled = TensorArena.ofAuto().allocate(x.dtype(), x.shape());
    for (int i = 0; i < x.elements(); i++) {
      scaled.setDouble(i, x.getDouble(i) * SCALE);
    }
    return scaled;
  }

  /** How a square matrix is updated: what reads elements that another has overwritten shows. */
  private enum InPlace {
    ELEMENTWISE("elementwise") {
      @Override
      Value next(Graph.Builder g, Value s, Value x) {
        return x.sub(s);
      }
    },
    SHIFTED("shifted") {
      @Override
      Value next(Graph.Builder g, Value s, Value x) {
        Value rest = s.slice(Shape.of(1, 0), Shape.of(SIDE - 1, SIDE));
        return rest.pad(g.scalar(s.dtype(), 5), new long[2], new long[] {1, 0}).sub(x);
      }
    },
    TURNED("turned") {
      @Override
      Value next(Graph.Builder g, Value s, Value x) {
        return s.transpose(1, 0).add(x);
      }
    },
    MULTIPLIED("multiplied") {
      @Override
      Value next(Graph.Builder g, Value s, Value x) {
        return s.matmul(x).clip(-9, 9);
      }
    };

    final String text;

    InPlace(String text) {
      this.text = text;
    }

    abstract Value next(Graph.Builder graph, Value state, Value x);
  }

  private static void updates(Trial trial, DType dtype, InPlace update) {
    SplittableRandom random = trial.random();
    Tensor x = integers(random, dtype);
    Tensor start = integers(random, dtype);
    List<Tensor> wanted = apart(trial, dtype, update, start, x);
    ErrorStats stats = new ErrorStats();
    Graph graph =
        Graph.of(
            "in place",
            g -> {
              Value state = g.state("s", dtype, Shape.of(SIDE, SIDE));
              g.update(state, update.next(g, state, g.input("x", dtype, SIDE, SIDE)));
            });
    try (Kernel kernel = trial.subject().compile(graph);
        TensorArena arena = kernel.openArena()) {
      Tensor state = kernel.allocateInput(arena, "s").copyFrom(start.segment());
      Tensor operand = kernel.allocateInput(arena, "x").copyFrom(x.segment());
      try (Invocation run = kernel.bind().state("s", state).input("x", operand).prepare()) {
        for (Tensor expected : wanted) {
          run.execute();
          for (int i = 0; i < state.elements(); i++) {
            int at = i;
            stats.add(state.getDouble(i), expected.getDouble(i), 0, () -> DotCase.place(state, at));
          }
        }
      }
    }
    stats.settle(trial, "a state against the same graph with an input and an output");
  }

  /** {@return what a state should be after each of some runs} */
  private static List<Tensor> apart(
      Trial trial, DType dtype, InPlace update, Tensor start, Tensor x) {
    Graph graph =
        Graph.of(
            "apart",
            g -> {
              Value state = g.input("s", dtype, SIDE, SIDE);
              g.output("y", update.next(g, state, g.input("x", dtype, SIDE, SIDE)));
            });
    List<Tensor> results = new ArrayList<>();
    try (Kernel kernel = trial.subject().compile(graph)) {
      for (int i = 0; i < UPDATES; i++) {
        Tensor state = i == 0 ? start : results.getLast();
        results.add(DotCase.output(kernel.run(Map.of("s", state, "x", x))));
      }
    }
    return results;
  }

  /** Few and small, so that all that is made of them is exact. */
  private static Tensor integers(SplittableRandom random, DType dtype) {
    Tensor tensor = TensorArena.ofAuto().allocate(dtype, SIDE, SIDE);
    for (int i = 0; i < tensor.elements(); i++) {
      tensor.setDouble(i, random.nextInt(5) == 0 ? random.nextInt(-2, 3) : 0);
    }
    return tensor;
  }

  private static void transposes(Trial trial, DType dtype) {
    SplittableRandom random = trial.random();
    DotCase dots =
        DotCase.matmul(dtype, dtype, 1, 19, 45, 23, false, (left, k) -> random.nextDouble(-1, 1));
    Tensor a = input(dots, "a");
    Tensor b = input(dots, "b");
    Tensor turned = TensorArena.ofAuto().allocate(dtype, 1, 23, 45);
    for (int i = 0; i < b.elements(); i++) {
      turned.setDouble(i % 23 * 45L + i / 23, b.getDouble(i));
    }
    Graph graph =
        Graph.of(
            "transposed",
            g -> {
              Value right = g.input("b", dtype, 1, 23, 45).transpose(0, 2, 1);
              g.output("y", g.input("a", dtype, 1, 19, 45).matmul(right));
            });
    Tensor found = DotCase.output(trial.subject().run(graph, Map.of("a", a, "b", turned)));
    DotRule rule = new DotRule(dtype, dots.terms());
    ErrorStats stats = new ErrorStats();
    for (int i = 0; i < found.elements(); i++) {
      int at = i;
      stats.add(
          found.getDouble(i),
          dots.exact()[i],
          rule.bound(dots.magnitudes()[i]),
          () -> DotCase.place(found, at));
    }
    stats.settle(trial, "a product with a transposed operand");
  }

  /** Integers, so that every order of summation gives the same bits. */
  private static void unaligned(Trial trial, DType dtype) {
    SplittableRandom random = trial.random();
    DotCase dots =
        DotCase.matmul(dtype, dtype, 1, 7, 25, 11, false, (left, k) -> random.nextInt(-3, 4));
    try (Kernel kernel = trial.subject().compile(dots.test().graph());
        TensorArena arena = kernel.openArena()) {
      for (int offset = 0; offset < 16; offset++) {
        InvocationBuilder builder = kernel.bind();
        int shift = offset;
        dots.test().inputs().forEach((port, x) -> builder.input(port, shifted(arena, x, shift)));
        Tensor y = kernel.allocateOutput(arena, "y");
        try (Invocation run = builder.output("y", y).prepare()) {
          run.execute();
        }
        for (int i = 0; i < y.elements(); i++) {
          if (y.getDouble(i) != dots.exact()[i]) {
            throw new AssertionError(
                "inputs "
                    + shift
                    + " elements past an aligned address: "
                    + DotCase.place(y, i)
                    + " is "
                    + y.getDouble(i)
                    + ", should be "
                    + dots.exact()[i]);
          }
        }
      }
    }
  }

  private static Tensor shifted(TensorArena arena, Tensor x, int elements) {
    long from = (long) elements * x.dtype().bytes();
    MemorySegment segment = arena.allocate(x.byteSize() + from, 64).asSlice(from, x.byteSize());
    return Tensor.wrap(arena, segment, x.dtype(), x.shape()).copyFrom(x.segment());
  }
}
