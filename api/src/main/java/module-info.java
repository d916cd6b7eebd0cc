/**
 * The Halyard API: what applications use ({@code dev.halyard}) and what plugins implement ({@code
 * dev.halyard.spi}).
 */
@SuppressWarnings("module") // names the runtime, which is compiled after the api
module dev.halyard.api {
  requires static org.jspecify;

  exports dev.halyard;
  exports dev.halyard.spi;
  exports dev.halyard.internal to
      dev.halyard.runtime;

  uses dev.halyard.spi.RuntimeProvider;
}
