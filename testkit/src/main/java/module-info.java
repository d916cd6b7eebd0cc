/** Random graphs and the comparison of results, for the tests of the other modules. */
module dev.halyard.testkit {
  requires transitive dev.halyard.api;
  requires static org.jspecify;

  exports dev.halyard.testkit;
}
