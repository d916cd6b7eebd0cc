package dev.halyard.tck;

import dev.halyard.tck.report.Archive;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Checks what tck pack wrote. */
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    description = {
      "Checks a packed report: the hashes, and that the verdict follows from the results.",
      "Needs no network and no device."
    })
final class VerifyCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE", description = "What tck pack wrote.")
  private Path file;

  @Override
  public Integer call() throws IOException {
    if (!Files.isReadable(file)) {
      throw new ParameterException(spec.commandLine(), file + ": there is no such file");
    }
    List<String> problems = Archive.verify(file);
    PrintWriter out = spec.commandLine().getOut();
    problems.forEach(out::println);
    out.println(
        problems.isEmpty()
            ? file + ": unchanged, and its verdict follows from its results"
            : file + ": NOT VALID, " + problems.size() + " problems");
    return problems.isEmpty() ? 0 : 1;
  }
}
