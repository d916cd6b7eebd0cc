/** Side-by-side benchmarks against peers. */
module dev.halyard.bench {
  requires dev.halyard.api;
  requires dev.halyard.examples;
  requires dev.halyard.onnx;
  requires dev.halyard.plugin.cpu;
  requires dev.halyard.runtime;
  requires static org.jspecify;
}
