package dev.halyard.runtime.isolate;

import dev.halyard.spi.DeviceDriver;

/** A driver that stands in front of another, and has its arenas where the other wants them. */
public interface FrontDriver extends DeviceDriver {
  /** {@return the driver behind this one} */
  DeviceDriver behind();
}
