package dev.halyard.fpga.emulator;

import dev.halyard.fpga.xrt.XrtFolder;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * An emulated board for a program that calls XRT by itself, such as one in C: the board that the
 * plugin would have, with the environment that the program has to start with. It serves one program
 * once.
 */
public final class HostBoard implements AutoCloseable {
  private final BoardFolder folder;
  private final EmulatedBoard board;
  private final Path xclbin;
  private final String unit;

  private HostBoard(BoardFolder folder, EmulatedBoard board, Path xclbin, String unit) {
    this.folder = folder;
    this.board = board;
    this.xclbin = xclbin;
    this.unit = unit;
  }

  /** {@return the folder that holds XRT's libraries; empty where XRT is not installed} */
  public static Optional<Path> libraries() {
    return XrtFolder.libraries(variable -> Optional.ofNullable(System.getenv(variable)));
  }

  /**
   * Starts a board.
   *
   * @param libraries the folder that holds XRT's libraries
   * @param cache the plugin's folder for what can be made again
   * @param configuration of the plugin: {@code readLatency}, {@code writeLatency}, {@code stalls}
   * @return the board, which waits for a program
   * @throws dev.halyard.PluginException if the board does not start
   * @throws dev.halyard.CompileException if its RTL cannot be built though the tools are there
   */
  public static HostBoard start(Path libraries, Path cache, Map<String, String> configuration) {
    Path xclbin = DenseXclbin.file(MemorySettings.timing(configuration), cache);
    Map<String, Path> designs = EmulatedBoardSource.designs();
    BoardFolder folder = BoardFolder.fresh();
    EmulatedBoard board = EmulatedBoard.start(folder, libraries, designs);
    return new HostBoard(folder, board, xclbin, designs.isEmpty() ? "model" : "rtl");
  }

  /** {@return what the program needs in its environment from its start on} */
  public Map<String, String> environment() {
    return folder.environment();
  }

  /** {@return the file that the program has to load} */
  public Path xclbin() {
    return xclbin;
  }

  /**
   * {@return what the compute unit is: {@code rtl}, or {@code model} where no tools can build it}
   */
  public String unit() {
    return unit;
  }

  /** Ends the board's process, whatever the program does, and deletes its files. */
  @Override
  public void close() {
    board.close();
  }
}
