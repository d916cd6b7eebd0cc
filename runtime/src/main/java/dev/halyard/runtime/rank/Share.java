package dev.halyard.runtime.rank;

import dev.halyard.Device;
import dev.halyard.Dims;
import dev.halyard.Graph;
import dev.halyard.Kernel;
import dev.halyard.Plan;
import dev.halyard.runtime.compile.Specialize;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How much of a graph runs on the device that is measured, and not on its fallback.
 *
 * @param deviceId the device
 * @param steps the regions of the graph
 */
record Share(String deviceId, List<Plan.Step> steps) {
  private static final int SHOWN_REASONS = 2;

  static Share of(Device device, Kernel kernel, Dims dims) {
    Graph graph = kernel.graph();
    if (!kernel.plan().steps().isEmpty() || graph.symbols().isEmpty()) {
      return new Share(device.id(), kernel.plan().steps());
    }
    // Compiled per choice of dimensions: only a graph with these dimensions has places.
    try (Kernel concrete = device.compile(Specialize.apply(graph, dims))) {
      return new Share(device.id(), concrete.plan().steps());
    }
  }

  /** {@return whether the device takes no part: its figures would be the fallback's} */
  boolean isNone() {
    return !steps.isEmpty() && steps.stream().noneMatch(this::isOwn);
  }

  private boolean isOwn(Plan.Step step) {
    return step.device().equals(deviceId);
  }

  /** {@return why the device takes no part, by the first reasons; a plan has the others} */
  String refusal() {
    List<String> reasons =
        steps.stream()
            .flatMap(step -> Stream.of(step.reason().split("; ", -1)))
            .filter(reason -> !reason.isEmpty())
            .distinct()
            .toList();
    int others = Math.max(0, reasons.size() - SHOWN_REASONS);
    return "it takes no node of the graph: "
        + reasons.stream().limit(SHOWN_REASONS).collect(Collectors.joining("; "))
        + (others == 0 ? "" : "; and for " + others + " reasons more, which its plan has");
  }

  /** {@return how much is the fallback's; empty if nothing} */
  String note() {
    int all = steps.stream().mapToInt(step -> step.nodes().size()).sum();
    int fallen =
        steps.stream().filter(step -> !isOwn(step)).mapToInt(step -> step.nodes().size()).sum();
    return fallen == 0 ? "" : fallen + " of " + all + " nodes on the fallback";
  }
}
