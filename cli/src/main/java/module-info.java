/** The commands behind ./halyard. */
module dev.halyard.cli {
  requires dev.halyard.api;
  requires dev.halyard.bench;
  requires dev.halyard.cli.spi;
  requires dev.halyard.examples;
  requires dev.halyard.onnx;
  requires dev.halyard.runtime;
  requires dev.halyard.tck;
  requires info.picocli;
  requires java.management;
  requires jdk.management;
  requires org.apache.commons.compress;
  requires tools.jackson.jr.ob;
  requires static org.jspecify;

  opens dev.halyard.cli to
      info.picocli;

  uses dev.halyard.cli.spi.CommandProvider;
}
