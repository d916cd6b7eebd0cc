package dev.halyard;

import java.util.List;
import java.util.Optional;

/** What a kernel runs where, and why. Not for implementation outside Halyard. */
public interface Plan {
  /** {@return the regions, in the order in which they run} */
  List<Step> steps();

  /** {@return how many times a device is launched per run: one per partition} */
  int launches();

  /** {@return the bytes copied between devices per run; empty while dimensions are symbolic} */
  Optional<Long> bytesMoved();

  /** {@return what the device refused or the runtime had to change, a line each} */
  List<String> notes();

  /** {@return how many nodes run on the fallback device} */
  int fallbacks();

  /** {@return the graph after each pass, by the pass's name, in order} */
  List<Stage> stages();

  /** {@return what the programs say of themselves} */
  String describe();

  /**
   * One region.
   *
   * @param name its name
   * @param device the id of its device
   * @param nodes the operations in it, in order
   * @param whole whether the device claimed it whole
   * @param reason why it does not run on the device asked for; empty if it does
   */
  record Step(String name, String device, List<String> nodes, boolean whole, String reason) {}

  /**
   * The graph after a pass.
   *
   * @param pass the pass
   * @param graph its result
   */
  record Stage(String pass, Graph graph) {}
}
