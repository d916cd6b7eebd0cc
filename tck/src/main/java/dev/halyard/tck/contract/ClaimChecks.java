package dev.halyard.tck.contract;

import dev.halyard.CompileOptions;
import dev.halyard.DType;
import dev.halyard.Graph;
import dev.halyard.UnsupportedOnDeviceException;
import dev.halyard.spi.NodeView;
import dev.halyard.spi.Profile;
import dev.halyard.tck.check.Check;
import dev.halyard.tck.check.NotClaimed;
import dev.halyard.tck.check.Subject;
import dev.halyard.tck.check.Trial;
import dev.halyard.testkit.OpCases;
import dev.halyard.testkit.RandomGraphs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What a driver claims (S-006, S-101 to S-104). */
final class ClaimChecks {
  /** For a check that compiles every primitive: a device may take half a second for each. */
  private static final Duration COMPILATIONS = Duration.ofMinutes(10);

  private static final Map<Profile, DType> FLOAT_PROFILES =
      Map.of(Profile.F32, DType.F32, Profile.F16, DType.F16, Profile.BF16, DType.BF16);
  private static final String CAST = "cast/1";
  private static final int GRAPHS = 30;
  private static final int CASES = 3;
  private static final int QUICK_DRAWN = 3;
  private static final int FULL_DRAWN = 20;
  private static final long LATE_MILLIS = 200;

  private ClaimChecks() {}

  static void addTo(List<Check> checks) {
    checks.add(Check.of("S-006", "dtypes", ClaimChecks::descriptorIsTruthful));
    FLOAT_PROFILES.forEach(
        (profile, dtype) ->
            checks.add(
                Check.of("S-101", profile.name(), trial -> claimsAll(trial, profile, dtype))
                    .within(COMPILATIONS)
                    .about("", dtype.toString())));
    checks.add(
        Check.of("S-101", "INT8", trial -> claimsOne(trial, Profile.INT8, DType.I8))
            .about("", "I8"));
    checks.add(
        Check.of("S-101", "INT16", trial -> claimsOne(trial, Profile.INT16, DType.I16))
            .about("", "I16"));
    checks.add(Check.of("S-102", "refused", ClaimChecks::refusesCleanly).within(COMPILATIONS));
    checks.add(Check.of("S-103", "sink", ClaimChecks::keepsToTheOffer));
    checks.add(Check.of("S-104", "again", ClaimChecks::claimsTheSameAgain));
  }

  /** What a driver says to an operation. */
  private enum Answer {
    CLAIMED,
    REFUSED,
    /** The runtime needs no such node for the graph. */
    NOT_OFFERED
  }

  /** {@return the answer to an operation in a graph made for it; refused if only once} */
  private static Answer answer(BareDevice device, Graph graph, String op) {
    Answer answer = Answer.NOT_OFFERED;
    for (Claimed offer : device.offers(graph)) {
      for (NodeView node : offer.offered(op)) {
        if (!offer.has(node)) {
          return Answer.REFUSED;
        }
        answer = Answer.CLAIMED;
      }
    }
    return answer;
  }

  private static boolean claims(BareDevice device, String op, DType dtype) {
    Set<Answer> answers = EnumSet.noneOf(Answer.class);
    for (long seed = 0; seed < CASES; seed++) {
      answers.add(answer(device, OpCases.generate(op, dtype, seed).graph(), op));
    }
    return answers.contains(Answer.CLAIMED);
  }

  private static void descriptorIsTruthful(Trial trial) {
    List<String> claimed = new ArrayList<>();
    List<String> notClaimed = new ArrayList<>();
    TreeSet<String> undeclared = new TreeSet<>();
    try (BareDevice device = new BareDevice(trial.subject())) {
      for (String op : OpCases.ids()) {
        for (DType dtype : OpCases.dtypes(op)) {
          if (claims(device, op, dtype)) {
            claimed.add(op + " " + dtype);
            if (!trial.subject().descriptor().dtypes().contains(dtype)) {
              undeclared.add(dtype.toString());
            }
          } else {
            notClaimed.add(op + " " + dtype);
          }
        }
      }
    }
    trial.record("claimed", claimed);
    trial.record("notClaimed", notClaimed);
    undeclared.addAll(undeclaredLayers(trial.subject()));
    require(
        undeclared.isEmpty(),
        "operations are claimed in " + undeclared + ", which the descriptor does not list");
    for (Profile profile : trial.subject().descriptor().profiles()) {
      DType dtype = FLOAT_PROFILES.get(profile);
      require(
          dtype == null || trial.subject().descriptor().dtypes().contains(dtype),
          "the descriptor declares profile " + profile + " and not the dtype");
    }
  }

  /** {@return types that layers are claimed in, of which no random product may be} */
  private static List<String> undeclaredLayers(Subject subject) {
    try (BareDevice device = new BareDevice(subject)) {
      return LayerCases.DTYPES.stream()
          .filter(dtype -> !subject.descriptor().dtypes().contains(dtype))
          .filter(dtype -> QuantizedGraphs.layers(dtype).stream().anyMatch(device::claims))
          .map(DType::toString)
          .toList();
    }
  }

  private static void claimsAll(Trial trial, Profile profile, DType dtype) {
    trial.subject().require(profile);
    List<String> missing = new ArrayList<>();
    SplittableRandom random = trial.random();
    int drawn = trial.settings().isFull() ? FULL_DRAWN : QUICK_DRAWN;
    try (BareDevice device = new BareDevice(trial.subject())) {
      for (String op : OpCases.ids()) {
        boolean primitive = !op.startsWith("halyard.");
        if (primitive && OpCases.dtypes(op).contains(dtype)) {
          List<Graph> graphs = new ArrayList<>();
          for (int i = 0; i < CASES + drawn; i++) {
            long seed = i < CASES ? i : random.nextLong();
            graphs.add(OpCases.generate(op, dtype, seed).graph());
          }
          missing.addAll(missing(trial.subject(), device, op, graphs));
        }
      }
    }
    require(
        missing.isEmpty(), profile + " is declared, and not claimed in " + dtype + ": " + missing);
  }

  /** {@return the operation, if the device does not claim and compile all graphs made for it} */
  private static List<String> missing(
      Subject subject, BareDevice device, String op, List<Graph> graphs) {
    List<Graph> listed = graphs.stream().filter(graph -> isListed(subject, graph)).toList();
    // A cast is to another type; where the device lists none, there is nothing to cast to.
    List<Graph> wanted = listed.isEmpty() && !op.equals(CAST) ? graphs : listed;
    for (Graph graph : wanted) {
      if (answer(device, graph, op) == Answer.REFUSED) {
        return List.of(op);
      }
      try {
        subject.compile(graph).close();
      } catch (NotClaimed e) {
        return List.of(op + " (" + e.getMessage() + ")");
      }
    }
    return List.of();
  }

  private static boolean isListed(Subject subject, Graph graph) {
    Set<DType> listed = subject.descriptor().dtypes();
    return graph.nodes().stream()
        .flatMap(node -> Stream.concat(node.inputs().stream(), node.outputs().stream()))
        .allMatch(value -> listed.contains(value.dtype()));
  }

  /** One plain product is enough: devices differ in scales, zero points, rounding and bias. */
  private static void claimsOne(Trial trial, Profile profile, DType dtype) {
    trial.subject().require(profile);
    try (BareDevice device = new BareDevice(trial.subject())) {
      List<Graph> claimed = QuantizedGraphs.plain(dtype).stream().filter(device::claims).toList();
      require(
          !claimed.isEmpty(),
          profile
              + " is declared, and neither qmatmul nor qconv is claimed in "
              + dtype
              + ", per tensor, with F32 scales and zero points of 0");
      claimed.forEach(graph -> trial.subject().compile(graph).close());
    }
  }

  /** Every operation that is refused must be an error that names its node, and never an answer. */
  private static void refusesCleanly(Trial trial) {
    List<String> refused = new ArrayList<>();
    try (BareDevice device = new BareDevice(trial.subject())) {
      for (String op : OpCases.ids()) {
        for (DType dtype : OpCases.dtypes(op)) {
          Graph graph = OpCases.generate(op, dtype, trial.seed()).graph();
          requireNoContradiction(device, graph);
          try {
            trial
                .subject()
                .device()
                .compile(graph, CompileOptions.defaults().fallback(false))
                .close();
          } catch (UnsupportedOnDeviceException e) {
            refused.add(op + " " + dtype);
            requireNamesNode(graph, e);
          }
        }
      }
    }
    trial.record("refused", refused);
    if (refused.isEmpty()) {
      throw new NotClaimed("the device refuses nothing");
    }
  }

  private static void requireNoContradiction(BareDevice device, Graph graph) {
    for (Claimed offer : device.offers(graph)) {
      require(
          offer.contradictions().isEmpty(),
          "refused, and claimed all the same, so that it would be answered: "
              + offer.contradictions());
    }
  }

  private static void requireNamesNode(Graph graph, UnsupportedOnDeviceException e) {
    String message = String.valueOf(e.getMessage());
    require(
        message.contains("/1") || graph.nodes().stream().anyMatch(n -> message.contains(n.name())),
        "the refusal names no node: " + message);
  }

  private static List<Graph> graphs(Trial trial) {
    SplittableRandom random = trial.random();
    List<Graph> graphs = new ArrayList<>();
    for (int i = 0; i < GRAPHS; i++) {
      graphs.add(RandomGraphs.generate(DType.F32, random.nextLong()).graph());
    }
    for (String op : OpCases.ids()) {
      graphs.add(OpCases.generate(op, OpCases.dtypes(op).getFirst(), random.nextLong()).graph());
    }
    LayerCases.all().forEach(layers -> graphs.add(layers.graph()));
    return graphs;
  }

  /** Looks at the end: a claim may come long after {@code claim()} has returned. */
  private static void keepsToTheOffer(Trial trial) throws InterruptedException {
    try (BareDevice device = new BareDevice(trial.subject())) {
      List<Claimed> offers = new ArrayList<>();
      graphs(trial).forEach(graph -> offers.addAll(device.offers(graph)));
      Thread.sleep(LATE_MILLIS);
      List<String> breaches =
          offers.stream().flatMap(offer -> offer.breaches().stream()).distinct().toList();
      require(breaches.isEmpty(), String.join("; ", breaches));
    }
  }

  private static void claimsTheSameAgain(Trial trial) {
    try (BareDevice one = new BareDevice(trial.subject());
        BareDevice other = new BareDevice(trial.subject())) {
      for (Graph graph : graphs(trial)) {
        List<String> first = lines(one, graph);
        List<String> again = lines(one, graph);
        List<String> elsewhere = lines(other, graph);
        require(
            first.equals(again) && first.equals(elsewhere),
            "the same graph gets other claims when offered again:\n"
                + first
                + "\n"
                + again
                + "\n"
                + elsewhere
                + "\n"
                + graph);
      }
    }
  }

  private static List<String> lines(BareDevice device, Graph graph) {
    return device.offers(graph).stream().flatMap(offer -> offer.lines().stream()).toList();
  }

  private static void require(boolean holds, String breach) {
    if (!holds) {
      throw new AssertionError(breach);
    }
  }
}
