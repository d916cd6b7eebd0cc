package dev.halyard.tck;

import dev.halyard.tck.report.Archive;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Packs a report into one file that an outsider can check. */
@Command(
    name = "pack",
    mixinStandardHelpOptions = true,
    description = "Packs a report into one file with the hashes of its content.")
final class PackCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "REPORT", description = "The --report folder of a run.")
  private Path report;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      required = true,
      description = "The file to write.")
  private Path file;

  @Override
  public Integer call() {
    try {
      String hash = Archive.pack(report, file);
      spec.commandLine().getOut().printf("%s  %s%n", hash, file);
      return 0;
    } catch (IOException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }
}
