package dev.halyard.runtime.isolate;

/** What one side asks of the other. The ordinal travels, so a change takes a new version. */
enum Request {
  SETUP,
  PROBE,
  OPEN,
  ALLOCATE,
  SHARE,
  MAP,
  FREE,
  CLAIM,
  COMPILE,
  DESCRIBE,
  WORKSPACE,
  BIND,
  UNBIND,
  CLOSE_PROGRAM,
  OPEN_STREAM,
  CANCEL,
  TIMING,
  CLOSE_STREAM,
  LOSE_AT,
  COUNTERS,
  CLOSE,

  /** From the child, within the compilation that it reports on. */
  PROGRESS,

  /** From the child: the artefact store of the compilations. */
  ARTEFACT_GET,
  ARTEFACT_PUT,

  /** From the child, without an answer. */
  LOST,
  LOG,
  STREAM_FAILED;

  private static final Request[] VALUES = values();

  /** {@return whether it is asked of a device that works; the others give back, or ask what was} */
  boolean needsDevice() {
    return switch (this) {
      case OPEN, ALLOCATE, SHARE, MAP, CLAIM, COMPILE, WORKSPACE, BIND, OPEN_STREAM -> true;
      default -> false;
    };
  }

  /** {@return the number that travels} */
  @SuppressWarnings("EnumOrdinal") // both sides are of one version
  byte code() {
    return (byte) ordinal();
  }

  /**
   * {@return the request of a code}
   *
   * @throws ProtocolException if there is none
   */
  static Request of(int code) {
    if (code < 0 || code >= VALUES.length) {
      throw new ProtocolException("there is no request of code " + code);
    }
    return VALUES[code];
  }
}
