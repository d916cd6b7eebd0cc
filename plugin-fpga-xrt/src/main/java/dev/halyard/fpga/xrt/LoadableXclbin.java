package dev.halyard.fpga.xrt;

import dev.halyard.PluginException;
import dev.halyard.fpga.xrt.xclbin.InvalidXclbinException;
import dev.halyard.fpga.xrt.xclbin.Xclbin;
import dev.halyard.fpga.xrt.xclbin.XclbinKernel;
import dev.halyard.fpga.xrt.xclbin.XclbinMode;
import java.nio.file.Path;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * A file that XRT may be given: whole, as {@link Xclbin} reads it, and made for boards of the kind.
 * XRT trusts what a file says of itself, and one that lies ends the process.
 *
 * @param file the file
 * @param uuid by which XRT tells it from others
 * @param kernels the names of its kernels
 */
record LoadableXclbin(Path file, UUID uuid, Set<String> kernels) {
  private static final Set<XclbinMode> EMULATED =
      Set.of(XclbinMode.SW_EMU, XclbinMode.HW_EMU, XclbinMode.HW_EMU_PR);

  private static final UUID NONE = new UUID(0, 0);

  /**
   * Reads a file, before XRT does.
   *
   * @param file an xclbin
   * @param emulated whether the board is
   * @return the file
   * @throws PluginException with the reason why the board cannot load it
   */
  static LoadableXclbin read(Path file, boolean emulated) {
    Xclbin xclbin;
    try {
      xclbin = Xclbin.read(file);
    } catch (InvalidXclbinException e) {
      throw new PluginException("the board cannot load " + e.getMessage(), e);
    }
    XclbinMode mode = xclbin.header().mode();
    // A code that XRT 2.13 does not know is left to the XRT there is.
    require(
        file,
        mode == XclbinMode.UNKNOWN || EMULATED.contains(mode) == emulated,
        emulated ? "a file for emulation" : "a file for cards",
        "the mode " + mode);
    require(file, !xclbin.header().platform().isBlank(), "the name of a platform", "none");
    require(file, !xclbin.header().uuid().equals(NONE), "a UUID", "none");
    return new LoadableXclbin(
        file,
        xclbin.header().uuid(),
        xclbin.kernels().stream().map(XclbinKernel::name).collect(Collectors.toUnmodifiableSet()));
  }

  private static void require(Path file, boolean condition, String wanted, String found) {
    if (!condition) {
      throw new PluginException(
          "the board cannot load "
              + file
              + ": wanted "
              + wanted
              + ", found "
              + found
              + "; load one that is made for this board");
    }
  }

  /**
   * Checks that a kernel is in the file.
   *
   * @param name as {@link Board#kernel} takes it
   * @throws PluginException if it is not; the message has those that are
   */
  void requireKernel(String name) {
    if (!kernels.contains(name.split(":", 2)[0])) {
      throw new PluginException(
          file
              + " has no kernel "
              + name
              + ", it has "
              + kernels.stream().sorted().toList()
              + "; load an xclbin with the kernel");
    }
  }
}
