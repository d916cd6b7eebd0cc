package dev.halyard.fpga.emulator;

import java.nio.file.Path;
import java.util.Map;

/** Starts a board, prints its folder, the id of its process and what it said, and waits. */
final class StarterMain {
  private StarterMain() {}

  static void main(String[] arguments) throws InterruptedException {
    BoardFolder folder = new BoardFolder(Path.of(arguments[0]));
    EmulatedBoard board =
        EmulatedBoard.start(folder, Path.of(arguments[1]), Map.of(), VectorAddDeviceMain.class);
    System.out.println(board.process().pid() + " " + String.join("; ", board.lines()));
    Thread.sleep(600_000);
  }
}
