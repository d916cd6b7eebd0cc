package dev.halyard.spi;

import java.util.Optional;

/**
 * Where a vendor begins: found by {@link java.util.ServiceLoader}, it looks for devices and opens
 * them. The package documentation says which thread calls what.
 */
public interface DevicePlugin {
  /** {@return who the plugin is; called first, often, and without any effect} */
  PluginInfo info();

  /**
   * Looks for devices: fast (at most 100 ms), without side effects, and never with an exception. A
   * missing library, driver or card is {@link ProbeSink#nothing}.
   *
   * @param context what may be looked at
   * @param found receives each device, or the reason why there is none
   */
  void probe(ProbeContext context, ProbeSink found);

  /**
   * Opens a device.
   *
   * @param device one that {@link #probe} reported
   * @param context what the runtime offers; valid until the driver is closed
   * @return the driver, which the runtime closes
   * @throws dev.halyard.DeviceBusyException if the device cannot be shared
   * @throws dev.halyard.DeviceLostException if the device is gone
   */
  DeviceDriver open(DeviceDescriptor device, DriverContext context);

  /** {@return what builds artefacts with no device attached; empty if nothing needs building} */
  default Optional<ArtefactBuilder> builder() {
    return Optional.empty();
  }
}
