package dev.halyard.spi;

import dev.halyard.Halyard;

/**
 * How {@code dev.halyard} reaches the runtime: a service with exactly one provider. Not for
 * plugins.
 */
public interface RuntimeProvider {
  /**
   * Opens the runtime.
   *
   * @param config how to
   * @return an open runtime, with its plugins discovered
   */
  Halyard open(Halyard.Config config);
}
