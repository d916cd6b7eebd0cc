package dev.halyard.cli;

import dev.halyard.examples.PublishedModel;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Lists the models that the build brings along and writes them to a folder. */
@Command(
    name = "models",
    description =
        "Lists the models that the demo, the examples and the benchmarks use, or writes one of them"
            + " to a folder.",
    footer = {"", "Example:", "  ./halyard models all-minilm-l6-v2 --to /tmp/models"})
final class ModelsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(arity = "0..1", paramLabel = "NAME", description = "The model to show or write.")
  private @Nullable String name;

  @Option(
      names = "--to",
      paramLabel = "DIR",
      description = "Where to write the model's files; made when needed.")
  private @Nullable Path folder;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    if (folder != null && name == null) {
      throw new ParameterException(
          spec.commandLine(), "--to wants a NAME; there are " + names(PublishedModel.all()));
    }
    List<PublishedModel> models = name == null ? PublishedModel.all() : List.of(model(name));
    List<Path> written = folder == null ? List.of() : models.getFirst().extractTo(folder);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      Json.print(out, models.stream().map(model -> object(model, written)).toList());
    } else if (folder != null) {
      written.forEach(out::println);
    } else {
      models.forEach(model -> print(out, model));
      out.println("./halyard models NAME --to DIR writes the files.");
    }
    return ExitCode.DONE;
  }

  private PublishedModel model(String wanted) {
    try {
      return PublishedModel.named(wanted);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private static List<String> names(List<PublishedModel> models) {
    return models.stream().map(PublishedModel::name).toList();
  }

  private static Object object(PublishedModel model, List<Path> written) {
    return Json.object(
        "name",
        model.name(),
        "purpose",
        model.purpose(),
        "licence",
        model.licence(),
        "artefact",
        model.artefact(),
        "bytes",
        model.bytes(),
        "files",
        written.isEmpty()
            ? model.files().stream().map(PublishedModel.File::name).toList()
            : written.stream().map(Path::toString).toList());
  }

  private static void print(PrintWriter out, PublishedModel model) {
    out.println(model.name());
    out.println("  for      " + model.purpose());
    out.printf(Locale.ROOT, "  size     %.1f MB%n", model.bytes() / 1e6);
    out.println("  licence  " + model.licence());
    out.println("  from     " + model.artefact() + " (Maven Central)");
    model.files().forEach(file -> out.println("  file     " + file.name()));
    out.println();
  }
}
