/** The CPU as a device, in pure Java. */
module dev.halyard.plugin.cpu {
  requires dev.halyard.api;
  requires static jdk.incubator.vector;
  requires static org.jspecify;
}
