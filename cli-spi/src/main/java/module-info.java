/** What a plugin implements to add commands to ./halyard. */
module dev.halyard.cli.spi {
  requires static org.jspecify;

  exports dev.halyard.cli.spi;
}
