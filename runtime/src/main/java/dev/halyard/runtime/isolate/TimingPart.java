package dev.halyard.runtime.isolate;

import dev.halyard.spi.TimingSink;

/**
 * A figure of {@link TimingSink} on its way to the application.
 *
 * @param kind which of the sink's methods it was given to
 * @param part its name
 * @param value nanoseconds or cycles
 * @param basis of an assumption; empty otherwise
 */
record TimingPart(int kind, String part, long value, String basis) {
  private static final int MEASURED = 0;
  private static final int SIMULATED = 1;
  private static final int ASSUMED = 2;

  /** Collects what a stream reports. */
  interface Collector extends TimingSink {
    void add(TimingPart part);

    @Override
    default void measured(String part, long nanos) {
      add(new TimingPart(MEASURED, part, nanos, ""));
    }

    @Override
    default void simulated(String part, long cycles) {
      add(new TimingPart(SIMULATED, part, cycles, ""));
    }

    @Override
    default void assumed(String part, long nanos, String basis) {
      add(new TimingPart(ASSUMED, part, nanos, basis));
    }
  }

  void report(TimingSink sink) {
    switch (kind) {
      case MEASURED -> sink.measured(part, value);
      case SIMULATED -> sink.simulated(part, value);
      case ASSUMED -> sink.assumed(part, value, basis);
      default -> throw new ProtocolException("there is no kind of time " + kind);
    }
  }

  static void write(MessageWriter out, TimingPart part) {
    out.count(part.kind).text(part.part).number(part.value).text(part.basis);
  }

  static TimingPart read(MessageReader in) {
    int kind = in.count();
    String part = in.text();
    long value = in.number();
    return new TimingPart(kind, part, value, in.text());
  }
}
