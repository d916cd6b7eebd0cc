package dev.halyard.tck.contract;

import dev.halyard.DType;
import dev.halyard.Gelu;
import dev.halyard.Graph;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import dev.halyard.Value;
import dev.halyard.runtime.reference.Interpreter;
import dev.halyard.runtime.reference.Rounding;
import dev.halyard.tck.check.NotClaimed;
import dev.halyard.testkit.Case;
import dev.halyard.testkit.Comparison;
import dev.halyard.testkit.OpCases;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A graph that a device runs, with several inputs for it. The reference knows what a correct device
 * makes of each, and no result for one input is right for another.
 */
public final class Sample {
  /** How many inputs there are. */
  public static final int VARIANTS = 4;

  private static final int SIDE = 48;
  private static final int CASES = 6;
  // Numbers are the business of rules N: these results are only to be told from each other.
  private static final double SLACK = 1.0 / 128;
  private static final Interpreter EXACT = new Interpreter(Rounding.NONE);
  private static final List<Graph> NETWORKS =
      List.of(
          layers("layers", 0.001),
          layers("other layers", 0.003),
          step("chain", x -> x.mul(2).add(1)),
          step("matmul", x -> x.matmul(x)),
          step("softmax", x -> x.softmax(1)),
          step("gelu", x -> x.gelu(Gelu.ERF)),
          step("relu", x -> x.relu()),
          step("neg", x -> x.neg()),
          step("abs", x -> x.abs()));
  // Making one costs more than running it, and every check wants the same few.
  private static final Map<String, Optional<Sample>> MADE = new ConcurrentHashMap<>();

  private final List<Case> cases;
  private final List<Comparison> wanted;
  private final List<Map<String, Tensor>> results;

  private Sample(List<Case> cases, List<Comparison> wanted, List<Map<String, Tensor>> results) {
    this.cases = cases;
    this.wanted = wanted;
    this.results = results;
  }

  /**
   * {@return the first graph that a device claims: networks, then single operations}
   *
   * @param claims whether the device takes a graph
   * @throws NotClaimed if it takes none of them
   */
  public static Sample of(Predicate<Graph> claims) {
    return some(claims, 1).getFirst();
  }

  /**
   * {@return the first graphs that a device claims: at least one}
   *
   * @param claims whether the device takes a graph
   * @param count how many at most
   * @throws NotClaimed if it takes none of them
   */
  static List<Sample> some(Predicate<Graph> claims, int count) {
    List<Sample> samples =
        candidates()
            .filter(tested -> claims.test(tested.graph()))
            .map(tested -> MADE.computeIfAbsent(tested.name(), name -> make(tested)))
            .flatMap(Optional::stream)
            .limit(count)
            .toList();
    if (samples.isEmpty()) {
      throw new NotClaimed(
          "the device claims none of the kit's operations on inputs that tell runs apart");
    }
    return samples;
  }

  private static Stream<Case> candidates() {
    Stream<Case> networks = NETWORKS.stream().map(Sample::filled);
    Stream<Case> operations =
        OpCases.ids().stream()
            .flatMap(
                op ->
                    OpCases.dtypes(op).stream()
                        .flatMap(
                            dtype ->
                                IntStream.range(0, CASES)
                                    .mapToObj(seed -> OpCases.generate(op, dtype, seed))));
    return Stream.concat(networks, operations).filter(Sample::isUsable);
  }

  /** Two products with a sum between, so that values cross the scratch. */
  private static Graph layers(String name, double scale) {
    return step(name, x -> x.matmul(x).reduceSum(true, 1).add(x).matmul(x).mul(scale));
  }

  private static Graph step(String name, UnaryOperator<Value> step) {
    return Graph.of(name, g -> g.output("y", step.apply(g.input("x", DType.F32, SIDE, SIDE))));
  }

  private static Case filled(Graph graph) {
    SplittableRandom random = new SplittableRandom(7);
    Tensor x = TensorArena.ofAuto().allocate(DType.F32, SIDE, SIDE);
    for (long i = 0; i < x.elements(); i++) {
      x.setDouble(i, random.nextDouble(-2, 2));
    }
    return new Case(graph.name(), graph, Map.of("x", x));
  }

  private static boolean isUsable(Case tested) {
    return tested.graph().states().isEmpty()
        && !tested.inputs().isEmpty()
        && tested.inputs().values().stream().allMatch(tensor -> tensor.elements() > 0);
  }

  private static Optional<Sample> make(Case tested) {
    Interpreter interpreter = new Interpreter();
    List<Case> cases = new ArrayList<>();
    List<Comparison> wanted = new ArrayList<>();
    List<Map<String, Tensor>> results = new ArrayList<>();
    for (int i = 0; i < VARIANTS; i++) {
      cases.add(turned(tested, i));
      wanted.add(Comparison.of(cases.getLast(), EXACT::evaluate));
      results.add(interpreter.run(tested.graph(), cases.getLast().inputs()));
    }
    Sample sample = new Sample(List.copyOf(cases), List.copyOf(wanted), List.copyOf(results));
    return sample.tellsApart() ? Optional.of(sample) : Optional.empty();
  }

  /** Elements change places and keep their values: scales stay positive, indices in range. */
  private static Case turned(Case tested, int variant) {
    Map<String, Tensor> inputs = new HashMap<>();
    tested
        .inputs()
        .forEach(
            (name, tensor) -> {
              long by = tensor.elements() * variant / VARIANTS * tensor.dtype().bytes();
              inputs.put(name, turned(tensor, by));
            });
    return new Case(tested.name() + ", variant " + variant, tested.graph(), inputs);
  }

  private static Tensor turned(Tensor tensor, long bytes) {
    Tensor copy = TensorArena.ofAuto().allocate(tensor.dtype(), tensor.shape());
    MemorySegment from = tensor.segment();
    long rest = from.byteSize() - bytes;
    MemorySegment.copy(from, bytes, copy.segment(), 0, rest);
    MemorySegment.copy(from, 0, copy.segment(), rest, bytes);
    return copy;
  }

  private boolean tellsApart() {
    for (int i = 0; i < VARIANTS; i++) {
      Map<String, Tensor> found = results.get(i);
      for (int j = 0; j < VARIANTS; j++) {
        if (isRight(j, found) != (i == j)) {
          return false;
        }
      }
    }
    return true;
  }

  private boolean isRight(int variant, Map<String, Tensor> found) {
    try {
      check(variant, found);
      return true;
    } catch (AssertionError wrong) {
      return false;
    }
  }

  /** {@return what to compile} */
  public Graph graph() {
    return cases.getFirst().graph();
  }

  /**
   * {@return a tensor per input}
   *
   * @param variant from 0 to below {@link #VARIANTS}
   */
  public Map<String, Tensor> inputs(int variant) {
    return cases.get(variant).inputs();
  }

  /**
   * Compares results with what the inputs ask for. Safe for several threads.
   *
   * @param variant whose inputs were given
   * @param found a tensor per output
   * @throws AssertionError if the results are not those of the inputs
   */
  public void check(int variant, Map<String, Tensor> found) {
    // A comparison counts what it compares, and so serves one thread at a time.
    Comparison comparison = wanted.get(variant);
    try {
      synchronized (comparison) {
        comparison.check(found);
      }
    } catch (AssertionError e) {
      if (!isNear(results.get(variant), found)) {
        throw e;
      }
    }
  }

  private static boolean isNear(Map<String, Tensor> wanted, Map<String, Tensor> found) {
    return wanted.entrySet().stream()
        .allMatch(
            entry -> {
              Tensor other = found.get(entry.getKey());
              return other != null && isNear(entry.getValue(), other);
            });
  }

  private static boolean isNear(Tensor wanted, Tensor found) {
    if (!wanted.dtype().isFloat() || wanted.byteSize() != found.byteSize()) {
      return wanted.segment().mismatch(found.segment()) < 0;
    }
    double greatest = 0;
    double error = 0;
    for (long i = 0; i < wanted.elements(); i++) {
      greatest = Math.max(greatest, Math.abs(wanted.getDouble(i)));
      error = Math.max(error, Math.abs(wanted.getDouble(i) - found.getDouble(i)));
    }
    // False for NaN, and where something is infinite.
    return error <= SLACK * greatest && Double.isFinite(greatest);
  }

  @Override
  public String toString() {
    return cases.getFirst().name();
  }
}
