package dev.halyard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/env_vars.md lists every setting that the sources read, and no other. */
class SettingsTests {
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `([A-Za-z_.-]+)` \\|");
  private static final Pattern VARIABLE = Pattern.compile("\\bHALYARD_[A-Z_]+");
  private static final Pattern PROPERTY = Pattern.compile("\"(halyard(?:\\.[a-z][A-Za-z-]*)+)\"");

  /** Passed between our own processes, not set by people. */
  private static final Set<String> INTERNAL =
      Set.of(
          "HALYARD_ISOLATED",
          "halyard.home",
          "halyard.lanes",
          "halyard.tck.log",
          "halyard.tck.done",
          "halyard.tck.outcome",
          "halyard.tck.refused");

  @Test
  void everySettingOfTheSourcesIsListed() throws IOException {
    Set<String> listed = listed();
    Set<String> read = new TreeSet<>();
    for (String source : sources()) {
      VARIABLE.matcher(source).results().map(MatchResult::group).forEach(read::add);
      PROPERTY.matcher(source).results().map(match -> match.group(1)).forEach(read::add);
    }
    read.removeAll(INTERNAL);
    assertTrue(read.contains("HALYARD_CACHE"), read.toString());

    read.removeAll(listed);
    assertEquals(Set.of(), read);
  }

  @Test
  void everySettingListedIsRead() throws IOException {
    String all = String.join("\n", sources());
    Set<String> unread =
        listed().stream()
            .filter(setting -> !all.contains(setting))
            .filter(setting -> !all.contains('"' + lastPart(setting) + '"'))
            .collect(Collectors.toCollection(TreeSet::new));

    assertEquals(Set.of(), unread);
  }

  /** A plugin gets its settings without the prefix {@code halyard.<plugin>.}. */
  private static String lastPart(String setting) {
    return setting.substring(setting.lastIndexOf('.') + 1);
  }

  private static Set<String> listed() throws IOException {
    return ROW.matcher(Files.readString(Cli.root().resolve("docs/env_vars.md")))
        .results()
        .map(row -> row.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Iterable<String> sources() throws IOException {
    Set<String> texts = new TreeSet<>();
    texts.add(Files.readString(Cli.root().resolve("halyard")));
    try (Stream<Path> modules = Files.list(Cli.root())) {
      for (Path module : modules.map(m -> m.resolve("src/main/java")).toList()) {
        if (Files.isDirectory(module)) {
          addSources(module, texts);
        }
      }
    }
    return texts;
  }

  private static void addSources(Path module, Set<String> texts) throws IOException {
    try (Stream<Path> files = Files.walk(module)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
        texts.add(Files.readString(file));
      }
    }
  }
}
