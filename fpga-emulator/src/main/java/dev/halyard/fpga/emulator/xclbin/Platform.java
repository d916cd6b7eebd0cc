package dev.halyard.fpga.emulator.xclbin;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The name of a platform, in its parts. */
record Platform(String vendor, String board, String name, String major, String minor) {
  private static final int LONGEST = 63;
  private static final String PART = "([A-Za-z0-9_.-]+)";
  private static final Pattern FORM =
      Pattern.compile(PART + ":" + PART + ":" + PART + ":([0-9]+)\\.([0-9]+)");

  static Platform parse(String text) {
    Matcher parts = FORM.matcher(text);
    if (!parts.matches() || text.length() > LONGEST) {
      throw new IllegalArgumentException(
          "a platform is vendor:board:name:major.minor of at most %d characters, found '%s'"
              .formatted(LONGEST, text));
    }
    return new Platform(
        parts.group(1), parts.group(2), parts.group(3), parts.group(4), parts.group(5));
  }

  @Override
  public String toString() {
    return vendor + ":" + board + ":" + name + ":" + major + "." + minor;
  }
}
