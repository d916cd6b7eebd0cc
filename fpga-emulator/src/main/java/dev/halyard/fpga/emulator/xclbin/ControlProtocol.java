package dev.halyard.fpga.emulator.xclbin;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** How a compute unit is started: {@code IP_CONTROL}, in the order of its codes. */
enum ControlProtocol {
  AP_CTRL_HS,
  AP_CTRL_CHAIN,
  AP_CTRL_NONE;

  /** {@code IP_CONTROL_SHIFT}. */
  private static final int SHIFT = 8;

  static Optional<ControlProtocol> of(String name) {
    return Arrays.stream(values()).filter(known -> known.text().equals(name)).findFirst();
  }

  static List<String> names() {
    return Arrays.stream(values()).map(ControlProtocol::text).toList();
  }

  private String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** {@return the bits that say so in {@code ip_data.properties}} */
  @SuppressWarnings("EnumOrdinal") // declared in the order of the codes
  int properties() {
    return ordinal() << SHIFT;
  }
}
