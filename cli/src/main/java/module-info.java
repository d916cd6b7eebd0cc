/** The commands behind ./halyard. */
module dev.halyard.cli {
  requires dev.halyard.api;
  requires dev.halyard.bench;
  requires dev.halyard.examples;
  requires dev.halyard.onnx;
  requires dev.halyard.runtime;
  requires info.picocli;
  requires static org.jspecify;

  opens dev.halyard.cli to
      info.picocli;
}
