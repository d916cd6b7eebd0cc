package dev.halyard.fpga.emulator;

/** A process that sweeps, as the start of a board does. */
final class SweepMain {
  private SweepMain() {}

  /** Sweeps. */
  public static void main(String[] args) {
    BoardFolder.sweep();
  }
}
