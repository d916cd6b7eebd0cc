package dev.halyard.tck;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The kit's own command line: {@code java -jar halyard-tck-VERSION-kit.jar --device ID}. */
public final class TckMain {
  private TckMain() {}

  /**
   * Runs the kit and exits with its code.
   *
   * @param args as for {@code ./halyard tck}
   */
  public static void main(String[] args) {
    System.exit(execute(new CommandLine(new TckCommand()), args));
  }

  static int execute(CommandLine line, String... args) {
    return line.setParameterExceptionHandler((wrong, _) -> usage(wrong))
        .setExecutionExceptionHandler((failure, command, _) -> failed(failure, command))
        .execute(args);
  }

  /** The message alone: forty lines of usage would push it off the screen. */
  private static int usage(ParameterException wrong) {
    CommandLine command = wrong.getCommandLine();
    PrintWriter err = command.getErr();
    err.println(command.getCommandSpec().qualifiedName() + ": " + wrong.getMessage());
    UnmatchedArgumentException.printSuggestions(wrong, err);
    err.println("--help lists the options.");
    return command.getCommandSpec().exitCodeOnInvalidInput();
  }

  private static int failed(Exception failure, CommandLine command) {
    command.getErr().println(command.getCommandSpec().qualifiedName() + ": " + failure);
    return command.getCommandSpec().exitCodeOnExecutionException();
  }
}
