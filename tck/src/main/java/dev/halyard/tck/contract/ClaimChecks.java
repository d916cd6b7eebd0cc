package dev.halyard.tck.contract;

import dev.halyard.CompileOptions;
import dev.halyard.DType;
import dev.halyard.Graph;
import dev.halyard.UnsupportedOnDeviceException;
import dev.halyard.spi.ClaimSink;
import dev.halyard.spi.Cost;
import dev.halyard.spi.DeviceDriver;
import dev.halyard.spi.NodeView;
import dev.halyard.spi.Profile;
import dev.halyard.tck.check.Check;
import dev.halyard.tck.check.NotClaimed;
import dev.halyard.tck.check.Trial;
import dev.halyard.testkit.Case;
import dev.halyard.testkit.OpCases;
import dev.halyard.testkit.RandomGraphs;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeSet;

/** What a driver claims (S-006, S-101 to S-105). */
final class ClaimChecks {
  private static final Map<Profile, DType> FLOAT_PROFILES =
      Map.of(Profile.F32, DType.F32, Profile.F16, DType.F16, Profile.BF16, DType.BF16);
  private static final int GRAPHS = 30;

  private ClaimChecks() {}

  static void addTo(List<Check> checks) {
    checks.add(Check.of("S-006", "dtypes", ClaimChecks::descriptorIsTruthful));
    FLOAT_PROFILES.forEach(
        (profile, dtype) ->
            checks.add(
                Check.of("S-101", profile.name(), trial -> claimsAll(trial, profile, dtype))
                    .about("", dtype.toString())));
    checks.add(
        Check.of("S-101", "INT8", trial -> claimsOne(trial, Profile.INT8, DType.I8))
            .about("", "I8"));
    checks.add(
        Check.of("S-101", "INT16", trial -> claimsOne(trial, Profile.INT16, DType.I16))
            .about("", "I16"));
    checks.add(Check.of("S-102", "refused", ClaimChecks::refusesCleanly));
    checks.add(Check.of("S-103", "sink", ClaimChecks::keepsToTheOffer));
    checks.add(Check.of("S-104", "again", ClaimChecks::claimsTheSameAgain));
    checks.add(Check.of("S-105", "offered", ClaimChecks::honoursLevels));
  }

  /** Asks for the claims on one graph. */
  private static Claimed claim(DeviceDriver driver, Graph graph) {
    Claimed claimed = new Claimed(graph);
    driver.claim(graph, new KitContexts.Claim(true), claimed);
    claimed.over = true;
    return claimed;
  }

  /** {@return the nodes of an operation in a graph made for it} */
  private static List<NodeView> about(Graph graph, String op) {
    return new ArrayList<>(graph.nodes().stream().filter(node -> node.op().equals(op)).toList());
  }

  private static boolean claims(DeviceDriver driver, String op, DType dtype) {
    for (long seed = 0; seed < 3; seed++) {
      Graph graph = OpCases.generate(op, dtype, seed).graph();
      Claimed claimed = claim(driver, graph);
      if (!about(graph, op).stream().allMatch(claimed::has)) {
        return false;
      }
    }
    return true;
  }

  private static void descriptorIsTruthful(Trial trial) {
    List<String> claimed = new ArrayList<>();
    List<String> notClaimed = new ArrayList<>();
    TreeSet<String> undeclared = new TreeSet<>();
    try (BareDevice device = new BareDevice(trial.subject())) {
      for (String op : OpCases.ids()) {
        for (DType dtype : OpCases.dtypes(op)) {
          if (claims(device.driver, op, dtype)) {
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

  private static void claimsAll(Trial trial, Profile profile, DType dtype) {
    trial.subject().require(profile);
    List<String> missing = new ArrayList<>();
    try (BareDevice device = new BareDevice(trial.subject())) {
      for (String op : OpCases.ids()) {
        boolean primitive = !op.startsWith("halyard.");
        if (primitive && OpCases.dtypes(op).contains(dtype) && !claims(device.driver, op, dtype)) {
          missing.add(op);
        }
      }
    }
    require(
        missing.isEmpty(), profile + " is declared, and not claimed in " + dtype + ": " + missing);
  }

  private static void claimsOne(Trial trial, Profile profile, DType dtype) {
    trial.subject().require(profile);
    try (BareDevice device = new BareDevice(trial.subject())) {
      require(
          claims(device.driver, "halyard.qmatmul/1", dtype)
              || claims(device.driver, "halyard.qconv/1", dtype),
          profile + " is declared, and neither qmatmul nor qconv is claimed in " + dtype);
    }
  }

  /** Every operation that is refused must be an error that names its node, and never an answer. */
  private static void refusesCleanly(Trial trial) {
    List<String> refused = new ArrayList<>();
    for (String op : OpCases.ids()) {
      for (DType dtype : OpCases.dtypes(op)) {
        Case tested = OpCases.generate(op, dtype, trial.seed());
        try {
          trial
              .subject()
              .device()
              .compile(tested.graph(), CompileOptions.defaults().fallback(false))
              .close();
        } catch (UnsupportedOnDeviceException e) {
          refused.add(op + " " + dtype);
          requireNamesNode(tested.graph(), e);
        }
      }
    }
    trial.record("refused", refused);
    if (refused.isEmpty()) {
      throw new NotClaimed("the device refuses nothing");
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
    return graphs;
  }

  private static void keepsToTheOffer(Trial trial) {
    try (BareDevice device = new BareDevice(trial.subject())) {
      for (Graph graph : graphs(trial)) {
        Claimed claimed = claim(device.driver, graph);
        require(claimed.breaches.isEmpty(), String.join("; ", claimed.breaches));
      }
    }
  }

  private static void claimsTheSameAgain(Trial trial) {
    try (BareDevice one = new BareDevice(trial.subject());
        BareDevice other = new BareDevice(trial.subject())) {
      for (Graph graph : graphs(trial)) {
        List<String> first = claim(one.driver, graph).lines;
        List<String> again = claim(one.driver, graph).lines;
        List<String> elsewhere = claim(other.driver, graph).lines;
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

  private static void honoursLevels(Trial trial) {
    int level = trial.subject().info().level();
    try (BareDevice device = new BareDevice(trial.subject())) {
      for (Graph graph : graphs(trial)) {
        Claimed claimed = claim(device.driver, graph);
        for (NodeView node : graph.nodes()) {
          require(
              node.level() <= level || !claimed.has(node),
              node.op()
                  + " is of level "
                  + node.level()
                  + ", the plugin of level "
                  + level
                  + " claims it");
        }
      }
    }
  }

  private static void require(boolean holds, String breach) {
    if (!holds) {
      throw new AssertionError(breach);
    }
  }

  /** Notes claims, and what is wrong with them. */
  private static final class Claimed implements ClaimSink {
    private final IdentityHashMap<NodeView, Boolean> offered = new IdentityHashMap<>();
    private final IdentityHashMap<NodeView, Boolean> claimed = new IdentityHashMap<>();
    private final List<String> lines = new ArrayList<>();
    private final List<String> breaches = new ArrayList<>();
    private final Graph graph;
    private boolean over;

    Claimed(Graph graph) {
      this.graph = graph;
      graph.nodes().forEach(node -> offered.put(node, true));
    }

    boolean has(NodeView node) {
      return claimed.containsKey(node);
    }

    private void check(NodeView node) {
      if (over) {
        breaches.add("a claim on " + node.name() + " after claim() had returned");
      }
      if (!offered.containsKey(node)) {
        breaches.add("a claim on node " + node.name() + ", which was not offered");
      }
    }

    @Override
    public void whole(List<? extends NodeView> nodes, Cost cost) {
      if (nodes.isEmpty()) {
        breaches.add("a whole claim on no nodes");
      }
      nodes.forEach(this::check);
      nodes.forEach(node -> claimed.put(node, true));
      lines.add("whole " + nodes.stream().map(NodeView::name).toList());
      if (!Convex.isConvex(graph, nodes)) {
        breaches.add("a whole claim that is not convex: " + lines.getLast());
      }
    }

    @Override
    public void fusable(NodeView node, Cost cost) {
      check(node);
      claimed.put(node, true);
      lines.add("fusable " + node.name());
    }

    @Override
    public void refuse(NodeView node, String reason) {
      check(node);
      lines.add("refuse " + node.name());
      if (reason.isBlank()) {
        breaches.add("node " + node.name() + " is refused without a reason");
      }
    }
  }
}
