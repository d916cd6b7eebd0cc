package dev.halyard.fpga.emulator.xclbin;

/** A wish for a connection, by names. */
record Wire(String kernel, String instance, String argument, String bank) {
  @Override
  public String toString() {
    return kernel + ":" + instance + "." + argument + " to " + bank;
  }
}
