/** The CPU as a device, in pure Java. */
module dev.halyard.plugin.cpu {
  requires dev.halyard.api;
  requires static jdk.incubator.vector;
  requires static org.jspecify;

  provides dev.halyard.spi.DevicePlugin with
      dev.halyard.cpu.CpuPlugin;
}
