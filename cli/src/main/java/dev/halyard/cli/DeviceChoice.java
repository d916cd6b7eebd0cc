package dev.halyard.cli;

import dev.halyard.Device;
import dev.halyard.Graph;
import dev.halyard.Halyard;
import dev.halyard.Objective;
import dev.halyard.Workload;

/** Finds the device that {@code --device} asks for. */
final class DeviceChoice {
  private DeviceChoice() {}

  /** {@return the device, chosen by measuring the graph if it is to be the best} */
  static Device of(String wanted, Graph graph, Workload workload) {
    Halyard halyard = StandardRuntime.get();
    return wanted.startsWith("best:")
        ? halyard.best(objective(wanted), graph, workload)
        : halyard.device(wanted);
  }

  /** {@return the device, chosen by the runtime's own set of graphs if it is to be the best} */
  static Device inGeneral(String wanted) {
    Halyard halyard = StandardRuntime.get();
    return wanted.startsWith("best:") ? halyard.best(objective(wanted)) : halyard.device(wanted);
  }

  private static Objective objective(String wanted) {
    return switch (wanted) {
      case "best:latency" -> Objective.LATENCY;
      case "best:throughput" -> Objective.THROUGHPUT;
      default ->
          throw new IllegalArgumentException(
              "--device wants an id of ./halyard devices, best:latency or best:throughput; found "
                  + wanted);
    };
  }
}
