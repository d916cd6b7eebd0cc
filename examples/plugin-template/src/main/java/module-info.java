/** A plugin that computes GELU and nothing else. */
module com.example.gelu {
  requires dev.halyard.api;

  provides dev.halyard.spi.DevicePlugin with
      com.example.gelu.GeluPlugin;
}
