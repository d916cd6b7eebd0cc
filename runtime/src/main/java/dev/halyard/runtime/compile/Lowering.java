package dev.halyard.runtime.compile;

import dev.halyard.ArtefactNeededException;
import dev.halyard.CompileOptions;
import dev.halyard.Graph;
import dev.halyard.Plan;
import dev.halyard.UnsupportedOnDeviceException;
import dev.halyard.internal.Node;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** Takes a graph from what an application wrote to partitions that devices compile. */
public final class Lowering {
  /** Two rounds settle what networks contain; more would only cost time. */
  private static final int MAX_ROUNDS = 4;

  private final List<Target> targets;
  private final CompileOptions options;
  private final List<Plan.Stage> stages = new ArrayList<>();
  // Composites that were replaced by their bodies, each with why nobody took it whole.
  private final Refusals expanded = new Refusals();

  private Lowering(List<Target> targets, CompileOptions options) {
    this.targets = targets;
    this.options = options;
  }

  /**
   * Lowers a graph.
   *
   * @param graph any graph; it may be symbolic, and is then lowered for all dimensions at once
   * @param targets the devices that may be given nodes: the one asked for, then the fallbacks that
   *     the options allow
   * @param options how to compile
   * @return the partitions with what led to them
   * @throws UnsupportedOnDeviceException if no target takes a node; the message lists every such
   *     node with every target's reason
   * @throws ArtefactNeededException if an artefact has to be built and the options do not allow it
   */
  public static Lowered lower(Graph graph, List<Target> targets, CompileOptions options) {
    if (targets.isEmpty()) {
      throw new IllegalArgumentException(
          "lowering graph '" + graph.name() + "' wants at least one device");
    }
    return new Lowering(List.copyOf(targets), options).lower(graph);
  }

  private Lowered lower(Graph graph) {
    Graph canonical = canonical(graph);
    Claims claims = claim(canonical);
    requireClaimed(claims);
    requireReady(claims);
    Graph lowered = claims.graph();
    stages.add(new Plan.Stage("claim", lowered));
    List<RegionDraft> regions =
        OrderRegions.of(FuseRegions.of(lowered, claims.claims(), options.fusion()));
    List<Placed> placed = Partitions.of(lowered, regions, options.permissions());
    return new Lowered(
        lowered, placed, List.copyOf(stages), steps(regions, placed, claims), claims.notes());
  }

  private Graph canonical(Graph graph) {
    Graph valid = stage("validate", Validate::apply, graph);
    Graph folded = stage("fold constants", FoldConstants::apply, valid);
    Graph simple = stage("simplify", Lowering::simplified, folded);
    Graph canonical = stage("canonicalize", Canonicalize::apply, simple);
    Graph idioms = stage("raise idioms", RaiseIdioms::apply, canonical);
    return stage("raise qdq", Lowering::raisedQdq, idioms);
  }

  private static Graph raisedQdq(Graph graph) {
    return Canonicalize.apply(FoldConstants.withDequantized(RaiseQdq.apply(graph)));
  }

  /** Folding makes work for simplifying and the other way round. */
  private static Graph simplified(Graph graph) {
    Graph before = graph;
    for (int i = 0; i < MAX_ROUNDS; i++) {
      Graph after = Simplify.apply(FoldConstants.apply(before));
      if (after.toString().equals(before.toString())) {
        return after;
      }
      before = after;
    }
    return before;
  }

  private Graph stage(String pass, UnaryOperator<Graph> apply, Graph graph) {
    Graph result = apply.apply(graph);
    stages.add(new Plan.Stage(pass, result));
    return result;
  }

  /**
   * Composites that nobody takes are replaced by their bodies, and everything is offered again,
   * until only primitives are left.
   */
  private Claims claim(Graph canonical) {
    Graph graph = canonical;
    while (true) {
      Claims claims = Claims.of(graph, targets, ClaimConditions.of(options));
      Set<Node> composites = claims.expandable();
      if (composites.isEmpty()) {
        return claims;
      }
      claims.unclaimed().stream()
          .filter(composites::contains)
          .forEach(node -> expanded.add(node.toString(), claims.reason(node)));
      graph =
          stage("expand", g -> Canonicalize.apply(simplified(Expand.apply(g, composites))), graph);
    }
  }

  private void requireClaimed(Claims claims) {
    List<Node> unclaimed = claims.unclaimed();
    if (!unclaimed.isEmpty()) {
      Refusals refused = new Refusals();
      unclaimed.forEach(node -> refused.add(node.toString(), claims.reason(node)));
      throw new UnsupportedOnDeviceException(
          "graph '"
              + claims.graph().name()
              + "' cannot run on "
              + targets.stream().map(Target::deviceId).toList()
              + "; refused are"
              + refused
              + (expanded.isEmpty() ? "" : "\nand before that, as wholes,")
              + expanded
              + "\nChoose another device, or allow fallback to one that takes them.");
    }
  }

  private void requireReady(Claims claims) {
    List<Claim> waiting =
        claims.claims().stream().filter(claim -> claim.cost().build().isPresent()).toList();
    if (!options.allowBuild() && !waiting.isEmpty()) {
      throw new ArtefactNeededException(
          "graph '"
              + claims.graph().name()
              + "' needs artefacts that are not built:"
              + waiting.stream()
                  .map(
                      claim ->
                          "\n  "
                              + claim.target().deviceId()
                              + ": "
                              + ClaimCollector.names(claim.nodes())
                              + " "
                              + claim.cost())
                  .collect(Collectors.joining())
              + "\nBuild them ahead with ./halyard build MODEL.onnx --target "
              + waiting.getFirst().target().deviceId()
              + ", or compile with CompileOptions.allowBuild(true).");
    }
  }

  private List<Plan.Step> steps(List<RegionDraft> drafts, List<Placed> placed, Claims claims) {
    Map<Integer, String> names = new HashMap<>();
    placed.stream()
        .flatMap(part -> part.partition().regions().stream())
        .forEach(region -> names.put(names.size(), region.name()));
    List<Plan.Step> steps = new ArrayList<>();
    for (RegionDraft draft : drafts) {
      steps.add(
          new Plan.Step(
              names.getOrDefault(steps.size(), ""),
              draft.target().deviceId(),
              draft.nodes().stream().map(Node::op).toList(),
              draft.whole(),
              reason(draft, claims)));
    }
    return steps;
  }

  private String reason(RegionDraft draft, Claims claims) {
    return draft.target().equals(targets.getFirst())
        ? ""
        : draft.nodes().stream().map(claims::reason).distinct().collect(Collectors.joining("; "));
  }
}
