package dev.halyard.bench;

import dev.halyard.Halyard;
import dev.halyard.HalyardException;
import dev.halyard.examples.CacheFolder;
import dev.halyard.fpga.emulator.HostBoard;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Runs native/dense_host.c on an emulated FPGA board of its own. */
final class BoardProgram {
  private static final String PLUGIN = "fpga-xrt";
  private static final String SETTINGS = "halyard." + PLUGIN + ".";

  private BoardProgram() {}

  /**
   * {@return the process; the board goes with it}
   *
   * @param environment variables to set in it, beside those of the board
   * @param folder for its log and its results
   * @throws SideException if XRT, gcc or a library is not there
   */
  static WorkerProcess start(Map<String, String> environment, Path folder)
      throws SideException, InterruptedException {
    Path libraries =
        HostBoard.libraries()
            .orElseThrow(
                () ->
                    SideException.absent(
                        "XRT is not installed (as root, on Debian: apt-get install -y libxrt1)"));
    String program = CProgram.denseHost(libraries).built().toString();
    HostBoard board = board(libraries);
    boolean started = false;
    try {
      Map<String, String> all = new HashMap<>(environment);
      all.putAll(board.environment());
      // XRT sends signals to all of its session.
      List<String> command =
          List.of(
              "setsid", program, board.xclbin().toString(), "an emulated board, " + board.unit());
      WorkerProcess process = WorkerProcess.start(command, all, folder, board::close);
      started = true;
      return process;
    } finally {
      if (!started) {
        board.close();
      }
    }
  }

  private static HostBoard board(Path libraries) throws SideException {
    try {
      Path cache = CacheFolder.path().resolve("plugin-" + PLUGIN);
      return HostBoard.start(libraries, cache, configuration());
    } catch (HalyardException e) {
      throw SideException.failed("no emulated board: " + e.getMessage());
    }
  }

  private static Map<String, String> configuration() {
    return Halyard.Config.fromEnvironment().properties().entrySet().stream()
        .filter(setting -> setting.getKey().startsWith(SETTINGS))
        .collect(
            Collectors.toMap(
                setting -> setting.getKey().substring(SETTINGS.length()), Map.Entry::getValue));
  }
}
