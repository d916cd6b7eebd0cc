package dev.halyard.fpga.xrt.command;

import dev.halyard.fpga.xrt.xclbin.Xclbin;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints what an xclbin holds. */
@Command(
    name = "inspect",
    description = "Prints the sections, kernels, arguments, memories and clocks of an xclbin.",
    footer = {"", "Example:", "  ./halyard fpga inspect design.xclbin --json"})
final class InspectCommand implements Callable<Integer> {
  private static final int DONE = 0;

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE", description = "The xclbin.")
  private Path file;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() {
    Xclbin xclbin = Xclbin.read(file);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(Json.text(XclbinObject.of(xclbin)));
    } else {
      new XclbinText(xclbin, out).print();
    }
    out.flush();
    return DONE;
  }
}
