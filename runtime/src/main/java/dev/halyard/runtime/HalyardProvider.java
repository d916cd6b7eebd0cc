package dev.halyard.runtime;

import dev.halyard.Halyard;
import dev.halyard.spi.RuntimeProvider;

/** The service by which {@code dev.halyard} reaches this runtime. */
public final class HalyardProvider implements RuntimeProvider {
  /** For {@link java.util.ServiceLoader}. */
  public HalyardProvider() {}

  @Override
  public Halyard open(Halyard.Config config) {
    return new DefaultHalyard(config);
  }
}
