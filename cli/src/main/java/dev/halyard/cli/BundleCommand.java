package dev.halyard.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Packs Halyard with a Java runtime, for a machine that has neither Java nor a network. */
@Command(
    name = "bundle",
    description = {
      "Packs Halyard, the conformance kit and a Java runtime into one .tar.gz for a machine with no"
          + " network and no Java.",
      "Left out, for size: the demo's model and tokenizer, and the benchmarks.",
      "",
      "With --bench the benchmarks are in it, with seeded weights in place of the model, and"
          + " gpu-lane.sh, which runs the kit and them on a machine with nothing but a GPU's"
          + " driver."
    },
    footer = {
      "",
      "Example:",
      "  ./halyard bundle -o halyard.tar.gz",
      "  tar xzf halyard.tar.gz && halyard-*/halyard tck --device cpu:0",
      "  ./halyard bundle --bench -o bench.tar.gz"
    })
final class BundleCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      required = true,
      description = "The archive to write, a .tar.gz.")
  private Path file;

  @Option(names = "--bench", description = "Pack the benchmarks, too.")
  private boolean bench;

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintWriter err = spec.commandLine().getErr();
    long bytes = Bundle.write(file, bench, err::println);
    spec.commandLine().getOut().printf("%s  %.1f MiB%n", file, bytes / (double) (1 << 20));
    return ExitCode.DONE;
  }
}
