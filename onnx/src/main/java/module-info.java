/** Reads ONNX models as graphs. */
module dev.halyard.onnx {
  requires transitive dev.halyard.api;
  requires com.google.protobuf;
  requires static org.jspecify;

  exports dev.halyard.onnx;
}
