package dev.halyard.runtime.isolate;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The command that starts a child: the same Java, classes and modules as this process has. */
final class ChildCommand {
  private static final String VECTOR = "jdk.incubator.vector";

  private ChildCommand() {}

  /**
   * {@return the command}
   *
   * @param folder the child's private folder
   */
  static List<String> of(Path folder) {
    List<String> command = new ArrayList<>(session());
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-XX:+UseSerialGC",
            "-XX:-CreateCoredumpOnCrash",
            "-XX:ErrorLogTimeout=1",
            "-XX:ErrorFile=" + folder.resolve("crash.log"),
            "--sun-misc-unsafe-memory-access=allow",
            "--enable-native-access=" + String.join(",", nativeModules())));
    if (ModuleLayer.boot().findModule(VECTOR).isPresent()) {
      command.add("--add-modules=" + VECTOR);
    }
    command.addAll(classes());
    command.add(folder.toString());
    return command;
  }

  /**
   * A session of its own: libraries that signal their whole process group do not reach the
   * application then, and neither does the terminal's interrupt reach the child.
   */
  private static List<String> session() {
    return Stream.of("/usr/bin/setsid", "/bin/setsid")
        .filter(setsid -> Files.isExecutable(Path.of(setsid)))
        .limit(1)
        .toList();
  }

  private static List<String> classes() {
    String main = ChildMain.class.getName();
    Module module = ChildMain.class.getModule();
    String classPath = System.getProperty("java.class.path", "");
    List<String> arguments = new ArrayList<>();
    if (!classPath.isEmpty()) {
      arguments.addAll(List.of("-cp", absolute(classPath)));
    }
    if (module.isNamed()) {
      String modulePath = System.getProperty("jdk.module.path", "");
      if (!modulePath.isEmpty()) {
        arguments.addAll(List.of("-p", absolute(modulePath)));
      }
      arguments.add("--add-modules=" + String.join(",", applicationModules()));
      arguments.addAll(List.of("-m", module.getName() + "/" + main));
    } else {
      arguments.add(main);
    }
    return arguments;
  }

  private static String absolute(String path) {
    return String.join(
        File.pathSeparator,
        Stream.of(path.split(File.pathSeparator))
            .map(entry -> entry.endsWith("*") ? entry : new File(entry).getAbsolutePath())
            .toList());
  }

  private static List<String> nativeModules() {
    return Stream.concat(
            Stream.of("ALL-UNNAMED"),
            ChildMain.class.getModule().isNamed() ? applicationModules().stream() : Stream.empty())
        .toList();
  }

  private static List<String> applicationModules() {
    return ModuleLayer.boot().modules().stream()
        .map(Module::getName)
        .filter(name -> !name.startsWith("java.") && !name.startsWith("jdk."))
        .sorted()
        .toList();
  }
}
