package dev.halyard.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/** Points to the launcher, which runs the tests: they need the sources and Maven. */
@Command(
    name = "test",
    description = "Runs every check and test, with a line for each lane at the end.",
    footer = {"", "Example:", "  ./halyard test -pl api"})
final class TestCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Unmatched private final List<String> arguments = new ArrayList<>();

  @Override
  public Integer call() {
    spec.commandLine()
        .getErr()
        .println(
            "halyard test: the launcher runs the tests; in a checkout, type"
                + " ./halyard test "
                + String.join(" ", arguments));
    return ExitCode.FAILED;
  }
}
