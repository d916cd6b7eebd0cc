package dev.halyard.cli.spi;

import java.io.PrintWriter;
import java.util.List;

/**
 * Adds one command to {@code ./halyard}: a service that {@link java.util.ServiceLoader} finds.
 *
 * <p>Arguments come as typed, {@code --help} included: the provider parses them with whatever it
 * likes. An exception is shown to the user as one line, its message.
 */
public interface CommandProvider {
  /** {@return the command's name, as in {@code ./halyard NAME}: lower-case letters, digits, -} */
  String name();

  /** {@return what the command does, a line for {@code ./halyard --help}} */
  String summary();

  /**
   * Runs the command.
   *
   * @param arguments what was typed after the name
   * @param out receives results
   * @param err receives everything else
   * @return the exit code: 0 done, 1 failed, 2 usage, 3 inconclusive
   * @throws Exception if the command fails; the message says who wanted what, found what, and what
   *     to do
   */
  int run(List<String> arguments, PrintWriter out, PrintWriter err) throws Exception;
}
