package dev.halyard.spi;

/**
 * A program with its memory and dimensions resolved, made by {@link Program#bind} and given back to
 * the {@link Stream}s of the same driver. The runtime closes it when no ticket uses it.
 */
public interface Binding extends AutoCloseable {
  /** Frees what the binding holds, and nothing of the memory it was bound to. */
  @Override
  default void close() {}
}
