package dev.halyard.cli;

/**
 * What one check of the host found.
 *
 * @param check what was looked at
 * @param state how it is
 * @param found what was found
 * @param advice what to do; empty where nothing need be done
 */
record Finding(String check, State state, String found, String advice) {
  /** How a thing is. */
  enum State {
    OK("ok", "green"),
    WARN("warn", "yellow"),
    MISSING("missing", "red");

    private final String label;
    private final String style;

    State(String label, String style) {
      this.label = label;
      this.style = style;
    }

    String label() {
      return label;
    }

    String style() {
      return style;
    }
  }

  static Finding ok(String check, String found) {
    return new Finding(check, State.OK, found, "");
  }

  static Finding warn(String check, String found, String advice) {
    return new Finding(check, State.WARN, found, advice);
  }

  static Finding missing(String check, String found, String advice) {
    return new Finding(check, State.MISSING, found, advice);
  }
}
