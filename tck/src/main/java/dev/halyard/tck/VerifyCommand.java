package dev.halyard.tck;

import dev.halyard.tck.report.Archive;
import dev.halyard.tck.report.Verification;
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
      "Checks a packed report: the hashes, that every planned check has a result, and that the"
          + " verdict follows from the results. Says what was tested, and whether the run"
          + " certifies.",
      "Needs no network and no device."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:valid, and the run certifies",
      "1:not valid",
      "2:usage",
      "3:valid, but the run does not certify"
    })
final class VerifyCommand implements Callable<Integer> {
  private static final int CERTIFIES = 0;
  private static final int NOT_VALID = 1;
  private static final int CERTIFIES_NOT = 3;
  private static final int MAX_PROBLEMS = 50;

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE", description = "What tck pack wrote.")
  private Path file;

  @Override
  public Integer call() throws IOException {
    if (Files.isDirectory(file)) {
      throw new ParameterException(
          spec.commandLine(),
          "%s is a folder; pack it first: tck pack %s -o %s.zip".formatted(file, file, file));
    }
    if (!Files.isReadable(file)) {
      throw new ParameterException(spec.commandLine(), file + ": there is no such file");
    }
    Verification verification = Archive.verify(file);
    PrintWriter out = spec.commandLine().getOut();
    verification.says().forEach((name, value) -> out.printf("%-12s %s%n", name, value));
    if (!verification.isValid()) {
      print(verification.problems(), out);
      return NOT_VALID;
    }
    out.println(file + ": unchanged, and its verdict follows from its results");
    out.println(
        verification.certifies()
            ? "certifies"
            : "does not certify, because " + verification.certifiesNot());
    return verification.certifies() ? CERTIFIES : CERTIFIES_NOT;
  }

  private void print(List<String> problems, PrintWriter out) {
    problems.stream().limit(MAX_PROBLEMS).forEach(out::println);
    if (problems.size() > MAX_PROBLEMS) {
      out.println("and " + (problems.size() - MAX_PROBLEMS) + " more");
    }
    out.println(file + ": NOT VALID, " + problems.size() + " problems; does not certify");
  }
}
