package dev.halyard.tck.contract;

import dev.halyard.Graph;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import dev.halyard.runtime.reference.Interpreter;
import dev.halyard.runtime.reference.Rounding;
import dev.halyard.tck.check.NotClaimed;
import dev.halyard.testkit.Case;
import dev.halyard.testkit.Comparison;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * A graph that a device runs, with several inputs for it. The reference knows what a correct device
 * makes of each, and no result for one input is right for another.
 */
public final class Sample {
  /** How many inputs there are. */
  public static final int VARIANTS = 4;

  // Numbers are the business of rules N: these results are only to be told from each other.
  private static final double SLACK = 1.0 / 128;
  private static final Interpreter EXACT = new Interpreter(Rounding.NONE);
  // Making one costs more than running it, and every check wants the same few.
  private static final Map<Integer, Optional<Sample>> MADE = new ConcurrentHashMap<>();

  /** For each device, how many of the first candidates it has refused. */
  private static final Map<String, Integer> REFUSED = new ConcurrentHashMap<>();

  /** The property by which a process knows what another has found out: a number for its device. */
  private static final String PROPERTY = "halyard.tck.refused";

  private final int position;
  private final List<Case> cases;
  private final List<Comparison> wanted;
  private final List<Map<String, Tensor>> results;

  private Sample(
      int position, List<Case> cases, List<Comparison> wanted, List<Map<String, Tensor>> results) {
    this.position = position;
    this.cases = cases;
    this.wanted = wanted;
    this.results = results;
  }

  /**
   * {@return the first graph that a device claims: networks, single operations, quantised layers}
   *
   * @param device the device's id
   * @param claims whether the device takes a graph
   * @throws NotClaimed if it takes none of them
   */
  public static Sample of(String device, Predicate<Graph> claims) {
    return some(device, claims, 1).getFirst();
  }

  /**
   * {@return the first graphs that a device claims: at least one}
   *
   * @param device the device's id
   * @param claims whether the device takes a graph
   * @param count how many at most
   * @throws NotClaimed if it takes none of them
   */
  static List<Sample> some(String device, Predicate<Graph> claims, int count) {
    List<Sample> samples = from(refused(device), claims, count);
    if (samples.isEmpty()) {
      samples = from(0, claims, count);
    }
    if (samples.isEmpty()) {
      throw new NotClaimed(
          "the device claims none of the kit's operations on inputs that tell runs apart");
    }
    refused(device, samples.getFirst().position);
    return samples;
  }

  private static List<Sample> from(int position, Predicate<Graph> claims, int count) {
    return Candidates.from(position)
        .filter(candidate -> claims.test(candidate.tested().graph()))
        .map(candidate -> MADE.computeIfAbsent(candidate.position(), _ -> make(candidate)))
        .flatMap(Optional::stream)
        .limit(count)
        .toList();
  }

  /**
   * {@return how many candidates a device has refused, so that nobody need offer them again}
   *
   * @param device the device's id
   */
  public static int refused(String device) {
    return REFUSED.getOrDefault(device, Integer.getInteger(PROPERTY, 0));
  }

  /**
   * Keeps in mind what a device has refused, as another process has seen.
   *
   * @param device the device's id
   * @param count how many of the first candidates
   */
  public static void refused(String device, int count) {
    REFUSED.put(device, count);
  }

  /**
   * {@return the flag that tells another JVM how many candidates the device has refused}
   *
   * @param device the device's id
   */
  public static String flag(String device) {
    return "-D" + PROPERTY + "=" + refused(device);
  }

  private static Optional<Sample> make(Candidates.Candidate candidate) {
    Interpreter interpreter = new Interpreter();
    List<Case> cases = new ArrayList<>();
    List<Comparison> wanted = new ArrayList<>();
    List<Map<String, Tensor>> results = new ArrayList<>();
    for (int i = 0; i < VARIANTS; i++) {
      Case turned = turned(candidate.tested(), i);
      cases.add(turned);
      results.add(interpreter.run(turned.graph(), turned.inputs()));
      wanted.add(
          candidate.exact()
              ? Comparison.exact(turned, results.getLast())
              : Comparison.of(turned, EXACT::evaluate));
    }
    Sample sample =
        new Sample(
            candidate.position(), List.copyOf(cases), List.copyOf(wanted), List.copyOf(results));
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
