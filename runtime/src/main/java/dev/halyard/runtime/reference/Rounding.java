package dev.halyard.runtime.reference;

/**
 * When the interpreter rounds a float value from the double it was computed in to its element type.
 *
 * <p>A cast to a float type rounds always: that is its meaning.
 */
public enum Rounding {
  /** The result of every node is rounded: what a device without fusion aims at. */
  EACH_NODE,

  /** Results stay doubles until they leave the graph: what a fused device aims at. */
  OUTPUTS,

  /**
   * Results are never rounded and float outputs are returned as F64, whatever their type: what
   * error bounds are measured from.
   */
  NONE
}
