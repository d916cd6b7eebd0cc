package dev.halyard.tck;

import picocli.CommandLine;

/** The kit's own command line: {@code java -jar halyard-tck-VERSION-kit.jar --device ID}. */
public final class TckMain {
  private TckMain() {}

  /**
   * Runs the kit and exits with its code.
   *
   * @param args as for {@code ./halyard tck}
   */
  public static void main(String[] args) {
    System.exit(new CommandLine(new TckCommand()).execute(args));
  }
}
