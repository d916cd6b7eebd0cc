package dev.halyard.fpga.xrt;

import dev.halyard.PluginException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The variables that XRT reads from the environment of its process. XRT 2.13 ends the process over
 * what is wrong in them, so that they are looked at before it is called. It reads them once: they
 * have to be there when the process starts.
 */
final class XrtEnvironment {
  /** The folder whose {@code lib} holds XRT's libraries. */
  static final String FOLDER = "XILINX_XRT";

  /** What takes the place of a card; absent for real cards. */
  static final String MODE = "XCL_EMULATION_MODE";

  /** Part of the name of an emulator's socket. */
  static final String USER = "USER";

  // XRT looks for its shims by this name, which is that of its own major version.
  private static final String SUFFIX = ".so.2";
  private static final String CARDS = "core";
  private static final Map<String, String> SHIMS =
      Map.of("noop", "noop", "sw_emu", "swemu", "hw_emu", "hwemu");

  private XrtEnvironment() {}

  /**
   * Throws a PluginException where XRT would end the process.
   *
   * @param environment reads a variable of this process
   */
  static void check(Function<String, Optional<String>> environment) {
    String folder = environment.apply(FOLDER).orElse("");
    if (folder.isEmpty()) {
      throw refused(
          FOLDER + " is not set",
          "set it to the folder whose lib holds XRT's libraries, such as /opt/xilinx/xrt");
    }
    Optional<String> mode = environment.apply(MODE);
    String shim = mode.map(SHIMS::get).orElse(mode.isPresent() ? null : CARDS);
    if (shim == null) {
      throw refused(
          MODE + " is '" + mode.orElseThrow() + "'",
          "unset it for real cards, or make it one of noop, sw_emu, hw_emu");
    }
    Path library = library(folder, "libxrt_" + shim + SUFFIX);
    if (!Files.isRegularFile(library)) {
      throw refused(
          FOLDER + " is '" + folder + "' and there is no " + library,
          "set it to the folder whose lib holds XRT's libraries");
    }
    if (mode.isPresent() && environment.apply(USER).orElse("").isEmpty()) {
      throw refused(USER + " is not set", "set it to the name of the user: emulators need it");
    }
  }

  private static Path library(String folder, String name) {
    try {
      return Path.of(folder, "lib", name);
    } catch (InvalidPathException e) {
      throw refused(FOLDER + " is no path: " + e.getMessage(), "set it to a folder");
    }
  }

  private static PluginException refused(String found, String todo) {
    return new PluginException("XRT cannot start: " + found + "; " + todo);
  }
}
