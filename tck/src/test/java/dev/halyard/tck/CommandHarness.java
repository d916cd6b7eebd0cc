package dev.halyard.tck;

import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/** Runs the kit's command, and keeps what it says. */
abstract class CommandHarness {
  final StringWriter out = new StringWriter();
  final StringWriter err = new StringWriter();

  /** {@return the exit code} */
  int run(String... arguments) {
    return new CommandLine(new TckCommand())
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(arguments);
  }
}
