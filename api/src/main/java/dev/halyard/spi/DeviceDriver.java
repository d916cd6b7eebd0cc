package dev.halyard.spi;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;

/** An open device. */
public interface DeviceDriver extends AutoCloseable {
  /** {@return the kinds of memory, the preferred one first; never empty} */
  List<MemoryKind> memoryKinds();

  /**
   * Allocates memory.
   *
   * @param kind one of {@link #memoryKinds}
   * @param bytes from 1 to the kind's limit
   * @return a block of at least that size; its content is undefined
   * @throws dev.halyard.OutOfDeviceMemoryException if there is not so much; the device stays usable
   */
  DeviceMemory allocate(MemoryKind kind, long bytes);

  /**
   * Makes host memory usable without a copy.
   *
   * @param nativeSegment native memory that is valid during this call and whenever a ticket that
   *     uses the block is outstanding; it may go before the block is closed
   * @return the block; empty where the device cannot reach host memory, and the runtime copies
   */
  default Optional<DeviceMemory> importHost(MemorySegment nativeSegment) {
    return Optional.empty();
  }

  /**
   * Says which nodes of a graph the device computes. Every node offered is of an operation, with
   * attributes and an element type, that the plugin's level knows.
   *
   * @param graph the graph, in canonical form: constants on the right of commutative operations and
   *     comparisons, broadcasts as nodes, composites present with their bodies, no node without use
   * @param context the conditions
   * @param sink receives the claims
   */
  void claim(GraphView graph, ClaimContext context, ClaimSink sink);

  /**
   * Compiles everything that was claimed together.
   *
   * @param partition what to compute
   * @param context mode, deadline, progress and artefacts
   * @return the program, which the runtime closes
   * @throws dev.halyard.CompileException with the vendor's log
   * @throws dev.halyard.ArtefactNeededException in mode LOAD_ONLY, if an artefact is missing
   */
  Program compile(Partition partition, CompileContext context);

  /** {@return a new stream, which the runtime closes} */
  Stream openStream();

  /** {@return what tests may do to the device; empty if nothing} */
  default Optional<TestHooks> testHooks() {
    return Optional.empty();
  }

  /** Frees the device. Streams, programs and memory are closed before; legal after loss. */
  @Override
  void close();
}
