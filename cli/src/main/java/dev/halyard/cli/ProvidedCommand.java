package dev.halyard.cli;

import dev.halyard.cli.spi.CommandProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/** A command of a plugin's, which parses its arguments itself. */
@Command
final class ProvidedCommand implements Callable<Integer> {
  private final CommandProvider provider;

  @Spec private CommandSpec spec;

  @Unmatched private final List<String> arguments = new ArrayList<>();

  private ProvidedCommand(CommandProvider provider) {
    this.provider = provider;
  }

  static void addTo(CommandLine parent, CommandProvider provider) {
    CommandLine line = new CommandLine(new ProvidedCommand(provider));
    line.getCommandSpec().usageMessage().description(provider.summary());
    parent.addSubcommand(provider.name(), line);
    line.getCommandSpec().mixinStandardHelpOptions(false); // --help is the provider's
  }

  @Override
  public Integer call() throws Exception {
    CommandLine line = spec.commandLine();
    return provider.run(List.copyOf(arguments), line.getOut(), line.getErr());
  }
}
