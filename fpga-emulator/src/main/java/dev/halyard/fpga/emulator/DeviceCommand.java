package dev.halyard.fpga.emulator;

import com.google.protobuf.MessageLite;
import dev.halyard.HalyardException;
import dev.halyard.fpga.xrt.dense.DenseDesign;
import java.io.File;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The command that starts a device process. */
final class DeviceCommand {
  /** Gives the process a session of its own: the shim sends signals to all of its own group. */
  private static final Path SETSID = Path.of("/usr/bin/setsid");

  private DeviceCommand() {}

  static ProcessBuilder of(Class<?> main, Path folder) {
    List<String> command = new ArrayList<>();
    if (Files.isExecutable(SETSID)) {
      command.add(SETSID.toString());
    }
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-XX:+UseSerialGC",
            "-Xshare:auto",
            "-XX:-CreateCoredumpOnCrash",
            "-XX:ErrorFile=" + folder.resolve("hs_err.log"),
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            classPath(
                main,
                DeviceMain.class,
                DenseDesign.class,
                HalyardException.class,
                MessageLite.class),
            main.getName(),
            folder.toString()));
    return new ProcessBuilder(command).redirectErrorStream(true);
  }

  /**
   * Where classes come from: a plugin's class loader has other jars than this process's class path.
   */
  private static String classPath(Class<?>... classes) {
    return Stream.of(classes)
        .map(DeviceCommand::location)
        .distinct()
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static String location(Class<?> type) {
    CodeSource source = type.getProtectionDomain().getCodeSource();
    if (source == null) {
      throw new IllegalStateException(type + " comes from nowhere a process could find it");
    }
    try {
      return Path.of(new URI(source.getLocation().toString())).toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(type + " comes from " + source.getLocation(), e);
    }
  }
}
