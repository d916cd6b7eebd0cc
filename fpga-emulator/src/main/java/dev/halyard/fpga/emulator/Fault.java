package dev.halyard.fpga.emulator;

import java.util.Arrays;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * Something that is to go wrong, once. As text: the kind and what differs from the defaults, {@code
 * late-reply skip=3 api=11 millis=500}.
 *
 * @param kind what goes wrong
 * @param skip how many moments that fit pass by before
 * @param api the call that fits; empty: each that can fail so
 * @param millis how late a late reply is
 */
record Fault(Kind kind, int skip, OptionalInt api, int millis) {
  private static final int MAX_MILLIS = 600_000;

  /** When a fault can happen. */
  enum Moment {
    /** A call has come. */
    CALL,
    /** A call that reads memory or registers is about to be answered. */
    READ,
    /** A unit is about to start. */
    START
  }

  /** What can go wrong. */
  enum Kind {
    /** The call is carried out, and never answered. */
    DROP_REPLY(Moment.CALL),
    /** The call is answered late. */
    LATE_REPLY(Moment.CALL),
    /** The process ends, before the call is carried out. */
    EXIT(Moment.CALL),
    /** Half of the reply's bytes arrive, and nothing after them. */
    SHORT_READ(Moment.READ),
    /** The unit is busy for ever. */
    STUCK_UNIT(Moment.START),
    /** The memory answers a read of the unit with SLVERR. */
    READ_SLVERR(Moment.START),
    /** The memory answers a write of the unit with SLVERR. */
    WRITE_SLVERR(Moment.START),
    /** The memory stops answering the unit. */
    SILENT(Moment.START),
    /**
     * Two bits of what was last copied to the device flip. Memory with ECC notices and cannot
     * correct that: units that read get SLVERR, and copies from there fail, until it is written
     * again.
     */
    ECC_ERROR(Moment.START);

    private final Moment moment;

    Kind(Moment moment) {
      this.moment = moment;
    }

    Moment moment() {
      return moment;
    }

    /** {@return the name in text} */
    String text() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  Fault {
    if (skip < 0 || millis < 0 || millis > MAX_MILLIS) {
      throw new IllegalArgumentException(
          "skip=%d millis=%d: neither is negative, and the time at most %d"
              .formatted(skip, millis, MAX_MILLIS));
    }
    if (api.isPresent() && kind.moment() == Moment.START) {
      throw new IllegalArgumentException(kind.text() + " happens at a start, not at a call");
    }
  }

  /** {@return a fault at the first moment that fits; a late reply is half a second late} */
  static Fault of(Kind kind) {
    return new Fault(kind, 0, OptionalInt.empty(), 500);
  }

  /** {@return the same after a number of moments that fit} */
  Fault afterSkipping(int moments) {
    return new Fault(kind, moments, api, millis);
  }

  /** {@return the same at one call alone} */
  Fault at(int call) {
    return new Fault(kind, skip, OptionalInt.of(call), millis);
  }

  /** {@return the same by another time} */
  Fault lateBy(int time) {
    return new Fault(kind, skip, api, time);
  }

  /**
   * {@return the fault that a text describes}
   *
   * @throws IllegalArgumentException if it describes none
   */
  static Fault parse(String text) {
    String[] words = text.strip().split("\\s+", -1);
    Fault fault = of(kind(words[0]));
    for (int i = 1; i < words.length; i++) {
      String[] sides = words[i].split("=", 2);
      int value = number(words[i], sides);
      fault =
          switch (sides[0]) {
            case "skip" -> fault.afterSkipping(value);
            case "api" -> fault.at(value);
            case "millis" -> fault.lateBy(value);
            default -> throw unknown(words[i]);
          };
    }
    return fault;
  }

  private static Kind kind(String word) {
    for (Kind kind : Kind.values()) {
      if (kind.text().equals(word)) {
        return kind;
      }
    }
    throw unknown(word);
  }

  private static int number(String word, String[] sides) {
    try {
      return Integer.parseInt(sides[sides.length - 1]);
    } catch (NumberFormatException e) {
      throw unknown(word);
    }
  }

  private static IllegalArgumentException unknown(String word) {
    return new IllegalArgumentException(
        "a fault has the word '%s': give one of %s, then skip=N, api=N, millis=N"
            .formatted(word, kinds()));
  }

  private static String kinds() {
    return Arrays.stream(Kind.values()).map(Kind::text).collect(Collectors.joining(", "));
  }

  /** {@return the text that {@link #parse} reads} */
  String text() {
    StringBuilder text = new StringBuilder(kind.text()).append(" skip=").append(skip);
    api.ifPresent(call -> text.append(" api=").append(call));
    return text.append(" millis=").append(millis).toString();
  }
}
