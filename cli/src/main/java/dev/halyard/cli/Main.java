package dev.halyard.cli;

import dev.halyard.cli.spi.CommandProvider;
import dev.halyard.tck.TckCommand;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.ServiceLoader;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** Runs one command and exits with its code. */
@Command(
    name = "halyard",
    description = "Runs tensor networks on whatever the host has.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    scope = ScopeType.INHERIT,
    sortOptions = false,
    usageHelpAutoWidth = true,
    descriptionHeading = "%n",
    parameterListHeading = "%n",
    optionListHeading = "%n",
    commandListHeading = "%nCommands:%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeOnUsageHelp = ExitCode.DONE,
    exitCodeOnInvalidInput = ExitCode.USAGE,
    exitCodeOnExecutionException = ExitCode.FAILED,
    exitCodeList = {"0:done", "1:failed", "2:usage", "3:inconclusive"},
    subcommands = {
      DemoCommand.class,
      TestCommand.class,
      DevicesCommand.class,
      RunCommand.class,
      ExplainCommand.class,
      ModelsCommand.class,
      DoctorCommand.class,
      TckCommand.class,
      BundleCommand.class,
      BenchCommand.class
    })
public final class Main implements Runnable {
  @Spec private CommandSpec spec;

  @Option(
      names = "--stacktrace",
      description = "Show where an error came from.",
      scope = ScopeType.INHERIT)
  private boolean stackTrace;

  private Main() {}

  /**
   * Runs the command that the arguments name, and exits.
   *
   * @param args what was typed after {@code ./halyard}
   */
  public static void main(String[] args) {
    System.exit(execute(writer(System.out), writer(System.err), args));
  }

  private static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(new OutputStreamWriter(stream, stream.charset()), true);
  }

  /**
   * Runs the command that the arguments name.
   *
   * @param out receives results
   * @param err receives everything else
   * @param args what was typed after {@code ./halyard}
   * @return the exit code
   */
  static int execute(PrintWriter out, PrintWriter err, String... args) {
    Main main = new Main();
    CommandLine line = new CommandLine(main);
    ServiceLoader.load(CommandProvider.class)
        .forEach(provider -> ProvidedCommand.addTo(line, provider));
    line.setOut(out)
        .setErr(err)
        .setParameterExceptionHandler(new UsageErrors())
        .setExecutionExceptionHandler(new ExecutionErrors(() -> main.stackTrace));
    int code = execute(line, args);
    out.flush();
    err.flush();
    return code;
  }

  /** An error of the JVM, such as a missing class, passes picocli by. */
  private static int execute(CommandLine line, String... args) {
    try {
      return line.execute(args);
    } catch (VirtualMachineError | LinkageError e) {
      if (e instanceof NoClassDefFoundError && Boolean.getBoolean("halyard.bundle")) {
        line.getErr()
            .println("halyard: a bundle leaves out what demo, models and bench need (" + e + ")");
        return ExitCode.FAILED;
      }
      line.getErr().println("halyard: " + e);
      e.printStackTrace(line.getErr());
      return ExitCode.FAILED;
    }
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing command");
  }
}
