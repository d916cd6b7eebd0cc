/**
 * The conformance kit: says whether a plugin is numerically right, as fast as it claims, and
 * robust.
 */
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"}) // HdrHistogram
module dev.halyard.tck {
  requires HdrHistogram;
  requires dev.halyard.api;
  requires dev.halyard.runtime;
  requires dev.halyard.testkit;
  requires info.picocli;
  requires java.management;
  requires jdk.management;
  requires org.junit.platform.launcher;
  requires org.junit.platform.reporting;
  requires org.opentest4j;
  requires tools.jackson.jr.ob;
  requires transitive org.junit.jupiter.api;
  requires static org.jspecify;

  exports dev.halyard.tck;
  exports dev.halyard.tck.check;

  opens dev.halyard.tck to
      info.picocli,
      org.junit.platform.commons;
}
