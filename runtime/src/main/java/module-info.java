/** Discovers devices, ranks them by measurement, compiles and runs graphs. */
@SuppressWarnings("module") // names the kit, which is compiled after the runtime
module dev.halyard.runtime {
  requires dev.halyard.api;
  requires jdk.jfr;
  requires org.apache.logging.log4j;
  requires static org.jspecify;

  exports dev.halyard.runtime.compile;
  exports dev.halyard.runtime.discover to
      dev.halyard.tck;
  exports dev.halyard.runtime.isolate to
      dev.halyard.tck;
  exports dev.halyard.runtime.reference;

  uses dev.halyard.spi.DevicePlugin;

  provides dev.halyard.spi.RuntimeProvider with
      dev.halyard.runtime.HalyardProvider;
}
