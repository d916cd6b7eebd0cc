package dev.halyard.fpga.xrt;

import dev.halyard.fpga.xrt.binding.xrt_h;

/** The names of the states in which a run ends badly, {@code ert_cmd_state} of {@code ert.h}. */
final class RunState {
  private RunState() {}

  static String name(int state) {
    String name =
        switch (state) {
          case xrt_h.ERT_CMD_STATE_ERROR -> "ERROR";
          case xrt_h.ERT_CMD_STATE_ABORT -> "ABORT";
          case xrt_h.ERT_CMD_STATE_TIMEOUT -> "TIMEOUT";
          case xrt_h.ERT_CMD_STATE_NORESPONSE -> "NORESPONSE";
          case xrt_h.ERT_CMD_STATE_SKERROR -> "SKERROR";
          case xrt_h.ERT_CMD_STATE_SKCRASHED -> "SKCRASHED";
          default -> "unknown";
        };
    return name + " (" + state + ")";
  }
}
