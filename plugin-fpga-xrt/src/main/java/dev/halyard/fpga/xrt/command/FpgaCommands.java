package dev.halyard.fpga.xrt.command;

import dev.halyard.cli.spi.CommandProvider;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.RunLast;

/** Adds {@code ./halyard fpga}. */
public final class FpgaCommands implements CommandProvider {
  private static final int USAGE = 2;

  /** Makes the provider, as {@link java.util.ServiceLoader} does. */
  public FpgaCommands() {}

  @Override
  public String name() {
    return "fpga";
  }

  @Override
  public String summary() {
    return "Looks into files for FPGAs.";
  }

  @Override
  public int run(List<String> arguments, PrintWriter out, PrintWriter err) throws Exception {
    CommandLine line = new CommandLine(new FpgaCommand()).setOut(out).setErr(err);
    try {
      return new RunLast().execute(line.parseArgs(arguments.toArray(String[]::new)));
    } catch (ParameterException wrong) {
      return usageError(wrong, err);
    } catch (ExecutionException failure) {
      if (failure.getCause() instanceof Exception cause) {
        throw cause;
      }
      throw failure;
    }
  }

  private static int usageError(ParameterException wrong, PrintWriter err) {
    String name = wrong.getCommandLine().getCommandSpec().qualifiedName();
    err.println(name + ": " + wrong.getMessage());
    err.println("Try './" + name + " --help'.");
    return USAGE;
  }
}
