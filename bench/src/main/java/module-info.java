/** Side-by-side benchmarks against peers. */
module dev.halyard.bench {
  requires com.microsoft.onnxruntime;
  requires dev.halyard.api;
  requires dev.halyard.examples;
  requires dev.halyard.fpga.emulator;
  requires dev.halyard.onnx;
  requires dev.halyard.plugin.cpu;
  requires dev.halyard.runtime;
  requires java.management;
  requires jdk.management;
  requires jmh.core;
  requires static org.jspecify;

  exports dev.halyard.bench;
  exports dev.halyard.bench.side;

  uses dev.halyard.spi.DevicePlugin;
}
