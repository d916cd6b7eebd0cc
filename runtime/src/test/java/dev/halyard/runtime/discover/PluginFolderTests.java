package dev.halyard.runtime.discover;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.Halyard;
import dev.halyard.runtime.HalyardProvider;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.apache.logging.log4j.LogManager;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Builds a vendor's plugin as a vendor would, and applications that meet it. */
class PluginFolderTests {
  private static final String SERVICE = "META-INF/services/dev.halyard.spi.DevicePlugin";

  @TempDir Path folder;
  private Path plugins;
  private Path api;
  private Path runtime;
  private Path logging;

  @BeforeEach
  void locate() throws IOException, URISyntaxException {
    plugins = Files.createDirectory(folder.resolve("plugins"));
    api = origin(Halyard.class);
    runtime = origin(HalyardProvider.class);
    logging = origin(LogManager.class);
  }

  private static Path origin(Class<?> type) throws URISyntaxException {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
  }

  @Test
  void aPluginWithItsOwnVersionOfALibraryRunsBesideAHostOnTheClassPath() throws Exception {
    installVendorPlugin();
    Path host =
        compile(
            "host-classes", List.of(api, library("1")), source("host", "Host", "Host.java.txt"));
    String classPath = join(host, library("1"), api, runtime, logging);
    assertHostRuns(List.of("-cp", classPath, "host.Host"), "host module false library 1");
  }

  @Test
  void aPluginWithItsOwnVersionOfALibraryRunsBesideAHostOnTheModulePath() throws Exception {
    installVendorPlugin();
    Path module =
        write(
            "src-module/module-info.java",
            "module host { requires dev.halyard.api; requires lib; }");
    Path library = modularLibrary();
    Path host =
        compileModular(
            "host-module",
            List.of(api, library),
            List.of(module, source("host", "Host", "Host.java.txt")));
    String modulePath = join(host, library, api, runtime, logging);
    assertHostRuns(
        List.of("-p", modulePath, "--add-modules", "dev.halyard.runtime", "-m", "host/host.Host"),
        "host module true library 1");
  }

  private void assertHostRuns(List<String> arguments, String introduction) throws Exception {
    Files.writeString(plugins.resolve("garbage.jar"), "this is no jar");
    String output = runJava(arguments);
    assertTrue(output.contains(introduction), output);
    assertTrue(output.contains("report neg:0 Negator with library 2"), output);
    assertTrue(output.contains("result [-1.0, 2.0, -3.0]"), output);
    assertTrue(output.contains("report garbage.jar"), output);
  }

  @Test
  void brokenPluginsAreReportedAndHideNothing() throws Exception {
    installVendorPlugin();
    Path bomb =
        compile(
            "bomb-classes",
            List.of(api),
            write(
                "src-bomb/vendor/Bomb.java",
                """
                package vendor;
                public final class Bomb extends NegBase { public Bomb() { throw new UnsatisfiedLinkError("no libvendor.so"); } }
                abstract class NegBase implements dev.halyard.spi.DevicePlugin {
                  public dev.halyard.spi.PluginInfo info() { return null; }
                  public void probe(dev.halyard.spi.ProbeContext c, dev.halyard.spi.ProbeSink s) {}
                  public dev.halyard.spi.DeviceDriver open(dev.halyard.spi.DeviceDescriptor d, dev.halyard.spi.DriverContext c) { return null; }
                }
                """));
    jar(plugins.resolve("a-bomb.jar"), bomb, "vendor.Bomb");
    jar(plugins.resolve("b-missing-class.jar"), bomb, "vendor.NotThere");
    jar(plugins.resolve("c-no-plugin.jar"), bomb, "vendor.NegBase");
    Files.writeString(plugins.resolve("d-truncated.jar"), "PK");
    Files.createDirectory(plugins.resolve("e-empty"));
    try (Halyard halyard =
        Halyard.open(
            Halyard.Config.fromEnvironment()
                .pluginFolder(plugins)
                .cacheFolder(folder.resolve("cache")))) {
      List<String> reports =
          halyard.reports().stream().map(r -> r.id() + " " + r.reason()).toList();
      assertReason(reports, "a-bomb.jar", "no libvendor.so");
      assertReason(reports, "b-missing-class.jar", "vendor.NotThere");
      assertReason(reports, "c-no-plugin.jar", "vendor.NegBase");
      assertReason(reports, "d-truncated.jar", "d-truncated.jar is not a readable jar");
      assertReason(reports, "e-empty", "META-INF/services");
      assertEquals("neg:0", halyard.device("neg:0").id());
    }
  }

  private static void assertReason(List<String> reports, String id, String reason) {
    assertTrue(
        reports.stream().anyMatch(r -> r.startsWith(id + " ") && r.contains(reason)),
        () -> id + " in " + reports);
  }

  private void installVendorPlugin() throws Exception {
    Path library = library("2");
    Path classes =
        compile(
            "plugin-classes",
            List.of(api, library),
            source("vendor", "NegPlugin", "NegPlugin.java.txt"));
    Path home = Files.createDirectories(plugins.resolve("vendor"));
    jar(home.resolve("neg.jar"), classes, "vendor.NegPlugin");
    jar(home.resolve("lib-2.jar"), library, null);
  }

  private Path library(String version) throws IOException {
    return compile("lib-" + version, List.of(), librarySource(version));
  }

  private Path librarySource(String version) throws IOException {
    // A supplier, since a String constant would be inlined into its users.
    return write(
        "src-lib-" + version + "/lib/Version.java",
        "package lib; public final class Version { public static final"
            + " java.util.function.Supplier<String> NUMBER = () -> \""
            + version
            + "\"; }");
  }

  private Path modularLibrary() throws IOException {
    Path module = write("src-lib-module/module-info.java", "module lib { exports lib; }");
    return compileModular("lib-module", List.of(), List.of(module, librarySource("1")));
  }

  private Path source(String inPackage, String type, String resource) throws IOException {
    try (InputStream in = PluginFolderTests.class.getResourceAsStream(resource)) {
      return write(
          "src-" + type + "/" + inPackage + "/" + type + ".java",
          new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  private Path write(String name, String content) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, content);
  }

  private Path compile(String name, List<Path> classPath, Path source) throws IOException {
    return javac(
        name, List.of("-proc:none", "-cp", join(classPath.toArray(Path[]::new))), List.of(source));
  }

  private Path compileModular(String name, List<Path> modulePath, List<Path> sources)
      throws IOException {
    List<String> options =
        modulePath.isEmpty()
            ? List.of("-proc:none")
            : List.of("-proc:none", "-p", join(modulePath.toArray(Path[]::new)));
    return javac(name, options, sources);
  }

  private Path javac(String name, List<String> options, List<Path> sources) throws IOException {
    Path out = Files.createDirectories(folder.resolve(name));
    List<String> arguments = new ArrayList<>(options);
    arguments.addAll(List.of("-nowarn", "-d", out.toString()));
    sources.forEach(source -> arguments.add(source.toString()));
    ToolProvider javac = ToolProvider.findFirst("javac").orElseThrow();
    int status = javac.run(System.out, System.err, arguments.toArray(String[]::new));
    assertEquals(0, status, () -> "javac " + arguments);
    return out;
  }

  private static void jar(Path file, Path classes, String provider) throws IOException {
    try (OutputStream out = Files.newOutputStream(file);
        JarOutputStream jar = new JarOutputStream(out);
        Stream<Path> tree = Files.walk(classes)) {
      for (Path path : tree.filter(Files::isRegularFile).sorted().toList()) {
        jar.putNextEntry(
            new JarEntry(classes.relativize(path).toString().replace(File.separatorChar, '/')));
        jar.write(Files.readAllBytes(path));
      }
      if (provider != null) {
        jar.putNextEntry(new JarEntry(SERVICE));
        jar.write(provider.getBytes(StandardCharsets.UTF_8));
      }
    }
  }

  private static String join(Path... paths) {
    return String.join(File.pathSeparator, Stream.of(paths).map(Path::toString).toList());
  }

  private String runJava(List<String> arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(arguments);
    command.add(plugins.toString());
    command.add(folder.resolve("cache").toString());
    Path output = folder.resolve("output");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    boolean ended = process.waitFor(60, TimeUnit.SECONDS);
    process.destroyForcibly();
    String text = Files.readString(output);
    assertTrue(ended, () -> "the host hung: " + text);
    assertEquals(0, process.exitValue(), text);
    return text;
  }
}
