package dev.halyard.opencl.code;

import dev.halyard.DType;

/** What a product is part of: a node of a graph, or a trial of the tuner. */
interface ProductHost {
  DeviceModel device();

  /** {@return which tile to take for a product} */
  Tile tile(TileBucket bucket);

  KernelSet kernels();

  /** Adds a launch after those before. */
  void add(Launch launch);

  /** {@return memory that is free until all launches have run} */
  Operand temporary(DType dtype, long... extents);

  /** {@return what it is called, for people} */
  String name();
}
