package dev.halyard.fpga.emulator;

import dev.halyard.PluginException;
import java.lang.foreign.MemorySegment;

/** What goes wrong at a {@link Unit}, as exceptions. */
final class UnitErrors {
  private static final int OKAY = 0;
  private static final int TIMEOUT = -1;

  private UnitErrors() {}

  /** Throws unless a register's answer is OKAY. */
  static void check(int response, String access, int offset) {
    if (response != OKAY) {
      String found = response == TIMEOUT ? "nothing" : "the AXI response " + response;
      throw new PluginException(
          "the compute unit was asked to %s the register at 0x%x and answered %s; reset it"
              .formatted(access, offset, found));
    }
  }

  static PluginException attach(MemorySegment memory, long address) {
    return new PluginException(
        "memory of %d bytes can't be attached at 0x%x: it must be some multiple of 4096 bytes at such"
                .formatted(memory.byteSize(), address)
            + " an address, apart from other memory");
  }
}
