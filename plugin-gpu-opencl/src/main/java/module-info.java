/** GPUs, and whatever else has an OpenCL driver, through JOCL. */
module dev.halyard.plugin.gpu.opencl {
  requires dev.halyard.api;
  // JOCL names no module, so that its file name does.
  requires jocl;
  requires static org.jspecify;

  provides dev.halyard.spi.DevicePlugin with
      dev.halyard.opencl.OpenClPlugin;
}
