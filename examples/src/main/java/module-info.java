/** Small programs to copy from. */
module dev.halyard.examples {
  requires dev.halyard.api;
  requires dev.halyard.onnx;
  requires static org.jspecify;
}
