package dev.halyard.fpga.emulator;

import java.util.Locale;
import java.util.Optional;

/** What the lines begin with that a device process writes to its starter. */
enum Event {
  /** It waits for the shim. */
  READY,
  /** The shim is there. */
  CONNECTED,
  /** A compute unit has come to be: its name, {@code rtl} or {@code model}, and why. */
  UNIT,
  /** A fault waits for its moment. */
  ARMED,
  /** A fault has happened. */
  FAULT,
  /** A call was refused. */
  REFUSED,
  /** The process ends: why. */
  END;

  /** {@return the line that says it} */
  String line(String text) {
    return name().toLowerCase(Locale.ROOT) + " " + text.replace('\n', ' ');
  }

  /** {@return whose line this is; empty for a line of anything else, like the JVM's warnings} */
  static Optional<Event> of(String line) {
    for (Event event : values()) {
      if (line.startsWith(event.line(""))) {
        return Optional.of(event);
      }
    }
    return Optional.empty();
  }

  /** {@return what a line of this event says} */
  String text(String line) {
    return line.substring(name().length() + 1);
  }
}
