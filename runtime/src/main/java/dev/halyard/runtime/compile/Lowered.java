package dev.halyard.runtime.compile;

import dev.halyard.Graph;
import dev.halyard.Plan;
import java.util.List;

/**
 * What a graph became.
 *
 * @param graph the graph that the partitions compute; its ports are those of the graph given
 * @param placed the partitions in the order in which they run
 * @param stages the graph after each pass
 * @param steps the regions in the order in which they run
 * @param notes what a device refused and what was changed, a line each
 */
public record Lowered(
    Graph graph,
    List<Placed> placed,
    List<Plan.Stage> stages,
    List<Plan.Step> steps,
    List<String> notes) {}
