/** Discovers devices, ranks them by measurement, compiles and runs graphs. */
module dev.halyard.runtime {
  requires dev.halyard.api;
  requires org.apache.logging.log4j;
  requires static org.jspecify;

  exports dev.halyard.runtime.reference;
}
