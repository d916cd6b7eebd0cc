package dev.halyard.spi;

import java.util.List;
import java.util.Set;

/**
 * Everything that one device claimed of a graph and that runs together. Not for implementation.
 *
 * <p>Every output is made by a node of the partition; no value is output twice.
 */
public interface Partition {
  /** {@return a name for messages} */
  String name();

  /** {@return the nodes, constants and symbols as a graph of their own} */
  GraphView graph();

  /** {@return what {@link Program#bind} takes as {@code in}, in this order} */
  List<Port> inputs();

  /** {@return what {@link Program#bind} takes as {@code out}, in this order} */
  List<Port> outputs();

  /** {@return the kernels, each after those it uses} */
  List<Region> regions();

  /**
   * {@return the names of the symbolic dimensions, in the order of {@code dims} in {@link
   * Program#bind}}
   */
  List<String> symbols();

  /** {@return the freedoms with numbers that the application grants} */
  Set<Permission> permissions();

  /**
   * {@return places for the values between regions; a program may use them or make its own}
   *
   * @param dims a value per symbol
   */
  WorkspacePlan planWorkspace(long[] dims);

  /**
   * {@return a key that is equal for partitions that compile alike: the SHA-256 of the canonical
   * bytes and of the regions, in hex}
   */
  String fingerprint();
}
