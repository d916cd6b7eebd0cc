package dev.halyard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What README.md shows is true: its commands run, its program compiles, its links lead on. */
class ReadmeTests {
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w*)\\n(.*?)^```$");
  private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|(\\S+)");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)(#[^)]*)?\\)");

  private final String readme = read(Cli.root().resolve("README.md"));

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<String> blocks(String language) {
    return BLOCK
        .matcher(readme)
        .results()
        .filter(block -> block.group(1).equals(language))
        .map(block -> block.group(2))
        .toList();
  }

  @Test
  void commandsExitWithZero(@TempDir Path folder) {
    List<String> commands =
        blocks("sh").stream()
            .flatMap(String::lines)
            .filter(line -> line.startsWith("./halyard "))
            .filter(line -> !line.matches("\\./halyard (test|demo).*"))
            .toList();
    assertTrue(commands.size() >= 3, commands.toString());
    for (String command : commands) {
      Cli.Result result = Cli.run((Object[]) words(command, folder));
      assertEquals(0, result.code(), command + ": " + result.err());
    }
  }

  /** The words after ./halyard; what README puts in /tmp goes to the folder. */
  private static String[] words(String command, Path folder) {
    List<String> words = new ArrayList<>();
    Matcher matcher = WORD.matcher(command.replaceFirst(" #.*", "").replace("/tmp", folder + ""));
    while (matcher.find()) {
      words.add(matcher.group(1) == null ? matcher.group(2) : matcher.group(1));
    }
    return words.subList(1, words.size()).toArray(String[]::new);
  }

  @Test
  void programIsTheExample() {
    String example =
        read(Cli.root().resolve("examples/src/main/java/dev/halyard/examples/HelloMlp.java"));

    assertEquals(
        blocks("java").getFirst().strip(),
        example.replaceFirst("package .*\n", "").replaceAll("(?m)^ */\\*\\*.*\\*/\n", "").strip());
  }

  @Test
  void programCompilesAndPrintsWhatReadmeSays(@TempDir Path folder) throws Exception {
    Path source = Files.writeString(folder.resolve("HelloMlp.java"), blocks("java").getFirst());
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter messages = new StringWriter();
    boolean compiled =
        compiler
            .getTask(
                messages,
                null,
                null,
                List.of("-d", folder.toString(), "-cp", System.getProperty("java.class.path")),
                null,
                compiler.getStandardFileManager(null, null, null).getJavaFileObjects(source))
            .call();
    assertTrue(compiled, messages.toString());

    String printed = runMain(folder, "HelloMlp");

    assertEquals("[0.0, 1.0, 1.0, 0.0]", printed.strip());
    assertTrue(readme.contains("`" + printed.strip() + "`"));
  }

  private static String runMain(Path folder, String type) throws Exception {
    PrintStream console = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    URL[] classPath = {folder.toUri().toURL()};
    try (URLClassLoader loader =
        new URLClassLoader(classPath, ReadmeTests.class.getClassLoader())) {
      Method main = loader.loadClass(type).getDeclaredMethod("main");
      main.setAccessible(true);
      System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
      main.invoke(null);
    } finally {
      System.setOut(console);
    }
    return printed.toString(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @ValueSource(strings = {"README.md", "docs/graphs-way.md"})
  void linksLeadToFilesThatExist(String document) {
    Path file = Cli.root().resolve(document);
    List<String> links =
        LINK.matcher(read(file)).results().map((MatchResult link) -> link.group(1)).toList();

    assertFalse(links.isEmpty());
    for (String link : links) {
      assertTrue(Files.exists(file.resolveSibling(link)), link);
    }
  }

  @Test
  void filesThatTheGraphPassesAreThere() {
    Path passes = Cli.root().resolve("runtime/src/main/java/dev/halyard/runtime/compile");
    Matcher row =
        Pattern.compile("(?m)^\\| [a-z ]+ \\| (`.*`) \\|")
            .matcher(read(Cli.root().resolve("docs/graphs-way.md")));
    int files = 0;
    while (row.find()) {
      for (String name : List.of(row.group(1).replace("`", "").split(", ", -1))) {
        assertTrue(Files.exists(passes.resolve(name + ".java")), name);
        files++;
      }
    }
    assertTrue(files >= 8, files + " files");
  }
}
