package dev.halyard.cli;

import picocli.CommandLine.IVersionProvider;

/** Reads the version from the jar's manifest. */
final class Version implements IVersionProvider {
  /** The version of class files that no jar holds, as in tests. */
  private static final String UNPACKED = "0.1.0-SNAPSHOT";

  @Override
  public String[] getVersion() {
    return new String[] {
      "halyard " + text(), "Java " + Runtime.version() + ", ${os.name} ${os.arch}"
    };
  }

  static String text() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? UNPACKED : version;
  }
}
