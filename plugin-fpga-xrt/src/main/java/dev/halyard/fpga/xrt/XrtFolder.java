package dev.halyard.fpga.xrt;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.halyard.PluginException;
import java.io.File;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A folder for {@code XILINX_XRT} where a distribution has none: its {@code lib} holds links to the
 * libraries that are installed, and a cured copy of the one that is broken in Debian's build. No
 * library is loaded here: the folder is for the environment of a process to come.
 */
public final class XrtFolder {
  private static final String CORE = "libxrt_coreutil.so.2";
  private static final String SW_EMU = "libxrt_swemu.so.2";
  private static final String PREFIX = "libxrt_";
  private static final List<String> SYSTEM =
      List.of(
          "/opt/xilinx/xrt/lib",
          "/usr/local/lib",
          "/usr/lib64",
          "/usr/lib/x86_64-linux-gnu",
          "/usr/lib/aarch64-linux-gnu",
          "/usr/lib");

  private XrtFolder() {}

  /**
   * {@return the folder that holds XRT's libraries; empty if no usual place does}
   *
   * @param environment reads a variable: {@code XILINX_XRT} comes first, then {@code
   *     LD_LIBRARY_PATH}, then the system's folders
   */
  public static Optional<Path> libraries(Function<String, Optional<String>> environment) {
    List<String> folders = new ArrayList<>();
    environment
        .apply(XrtEnvironment.FOLDER)
        .filter(folder -> !folder.isEmpty())
        .ifPresent(folder -> folders.add(folder + "/lib"));
    environment
        .apply("LD_LIBRARY_PATH")
        .ifPresent(path -> folders.addAll(List.of(path.split(File.pathSeparator, -1))));
    folders.addAll(SYSTEM);
    return folders.stream()
        .filter(folder -> !folder.isEmpty())
        .flatMap(folder -> path(folder).stream())
        .filter(folder -> Files.isRegularFile(folder.resolve(CORE)))
        .findFirst();
  }

  /**
   * {@return what drives boards, for reports: the libxrt_coreutil of a folder, its version and its
   * digest} It is loaded for it, and nothing of it is called.
   *
   * @param libraries the folder that holds XRT's libraries
   * @throws PluginException with the reason why it cannot be loaded
   */
  public static String driver(Path libraries) {
    return XrtLibrary.in(libraries).orElseThrow().describe();
  }

  private static Optional<Path> path(String folder) {
    try {
      return Optional.of(Path.of(folder));
    } catch (InvalidPathException noPath) {
      return Optional.empty();
    }
  }

  /**
   * Makes the folder, unless it is there. Several processes may make the same one at once.
   *
   * @param libraries the folder that holds XRT's libraries
   * @param parent where to make it; made if absent
   * @return the folder, whose name follows from what is in it
   * @throws PluginException if files cannot be read or written
   */
  public static Path prepare(Path libraries, Path parent) {
    try {
      Path swEmu = libraries.resolve(SW_EMU);
      byte[] installed = Files.isRegularFile(swEmu) ? Files.readAllBytes(swEmu) : new byte[0];
      Path source = libraries.toRealPath();
      Path folder = parent.resolve("xrt-" + name(source, installed));
      Path lib = Files.createDirectories(folder.resolve("lib"));
      boolean broken = DebianSwEmu.isBroken(installed);
      for (Path library : xrtLibraries(source)) {
        if (!broken || !library.endsWith(SW_EMU)) {
          link(lib.resolve(library.getFileName()), library);
        }
      }
      if (broken) {
        write(lib.resolve(SW_EMU), DebianSwEmu.cured(installed));
      }
      return folder;
    } catch (IOException e) {
      throw new PluginException(
          "a folder for XRT's libraries of "
              + libraries
              + " cannot be made in "
              + parent
              + ": "
              + e
              + "; set XILINX_XRT to one whose lib holds them",
          e);
    }
  }

  private static String name(Path source, byte[] swEmu) {
    String identity = source + "\n" + Sha256.of(swEmu);
    return Sha256.of(identity.getBytes(UTF_8)).substring(0, 16);
  }

  private static List<Path> xrtLibraries(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> String.valueOf(file.getFileName()).startsWith(PREFIX))
          .filter(Files::isRegularFile)
          .toList();
    }
  }

  private static void link(Path link, Path target) throws IOException {
    if (Files.exists(link)) {
      return;
    }
    try {
      Files.createSymbolicLink(link, target);
    } catch (FileAlreadyExistsException another) {
      // Another process makes the same folder.
    }
  }

  /** Puts a file in place of what is there, in one step. */
  private static void write(Path file, byte[] content) throws IOException {
    if (Files.isRegularFile(file) && Arrays.equals(Files.readAllBytes(file), content)) {
      return;
    }
    Path aside = Files.createTempFile(file.getParent(), SW_EMU, ".new");
    Files.write(aside, content);
    Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
