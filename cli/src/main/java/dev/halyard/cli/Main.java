package dev.halyard.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs one command and exits with its code: 0 done, 1 failed, 2 usage, 3 inconclusive. */
@Command(
    name = "halyard",
    description = "Runs tensor networks on whatever the host has.",
    mixinStandardHelpOptions = true,
    version = "halyard 0.1.0-SNAPSHOT",
    footer = {
      "",
      "The launcher itself handles:",
      "  test [MVN ARGS]  every check and test, with a line for each lane at the end",
      "  format           rewrites what is not formatted"
    })
public final class Main implements Runnable {
  @Spec private CommandSpec spec;

  private Main() {}

  /**
   * Runs the command that the arguments name.
   *
   * @param args what was typed after {@code ./halyard}
   */
  public static void main(String[] args) {
    System.exit(new CommandLine(new Main()).execute(args));
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing command");
  }
}
