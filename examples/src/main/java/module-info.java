/** Small programs to copy from. */
module dev.halyard.examples {
  requires transitive dev.halyard.api;
  requires ai.djl.tokenizers;
  requires dev.halyard.onnx;
  requires org.apache.commons.compress;
  requires tools.jackson.jr.ob;
  requires static org.jspecify;

  exports dev.halyard.examples;
  exports dev.halyard.examples.digits;
}
