package dev.halyard;

import dev.halyard.spi.DeviceDescriptor;
import java.util.List;

/**
 * Something that runs graphs. Devices belong to a {@link Halyard} and are not closed by
 * applications; one is opened when first used. Safe for use by several threads. Not for
 * implementation outside Halyard.
 */
public interface Device {
  /** {@return {@code <plugin>:<index>}, for people} */
  String id();

  /** {@return what the device is} */
  DeviceDescriptor descriptor();

  /** {@return why the device was chosen, a sentence; empty unless it comes from {@code best}} */
  String choice();

  /** {@return whether the device was lost; {@link Halyard#reopen} starts it again} */
  boolean isLost();

  /**
   * Compiles a graph for this device, with the default options.
   *
   * @param graph what to run
   * @return the kernel
   * @throws UnsupportedOnDeviceException if a part of the graph runs neither here nor on the
   *     fallback
   * @throws CompileException if the vendor's compiler fails
   * @throws DeviceLostException if the device is gone
   */
  default Kernel compile(Graph graph) {
    return compile(graph, CompileOptions.defaults());
  }

  /**
   * Compiles a graph for this device.
   *
   * @param graph what to run
   * @param options how to
   * @return the kernel
   * @throws UnsupportedOnDeviceException if a part of the graph runs neither here nor on the
   *     fallback
   * @throws ArtefactNeededException if something has to be built first and {@code allowBuild} is
   *     off
   * @throws CompileException if the vendor's compiler fails
   * @throws DeviceLostException if the device is gone
   */
  Kernel compile(Graph graph, CompileOptions options);

  /** {@return a new arena in the memory that this device reaches fastest} */
  TensorArena openArena();

  /**
   * {@return the best device in general, by a built-in set of graphs}
   *
   * @param objective what to be best at
   */
  static Device best(Objective objective) {
    return Halyard.standard().best(objective);
  }

  /**
   * {@return the best device for a graph, by measurement with random inputs}
   *
   * @param objective what to be best at
   * @param graph what will run; a graph with symbolic dimensions needs a workload
   * @throws UnsupportedOnDeviceException if no device runs the graph
   */
  static Device best(Objective objective, Graph graph) {
    return best(objective, graph, Workload.standard());
  }

  /**
   * {@return the best device for a graph, by measurement}
   *
   * @param objective what to be best at
   * @param graph what will run
   * @param workload realistic inputs
   * @throws UnsupportedOnDeviceException if no device runs the graph
   */
  static Device best(Objective objective, Graph graph, Workload workload) {
    return Halyard.standard().best(objective, graph, workload);
  }

  /** {@return every usable device} */
  static List<Device> all() {
    return Halyard.standard().devices();
  }

  /**
   * {@return the device of an id}
   *
   * @param id {@code <plugin>:<index>} or a stable id
   * @throws UnsupportedOnDeviceException if there is none; the message lists those there are
   */
  static Device byId(String id) {
    return Halyard.standard().device(id);
  }

  /**
   * {@return every device's measurements for a graph}
   *
   * @param objective what to be best at
   * @param graph what will run
   * @param workload realistic inputs
   */
  static Ranking rank(Objective objective, Graph graph, Workload workload) {
    return Halyard.standard().rank(objective, graph, workload);
  }
}
