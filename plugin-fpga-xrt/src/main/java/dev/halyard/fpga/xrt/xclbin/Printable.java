package dev.halyard.fpga.xrt.xclbin;

/** Text of a file that may hold anything, made fit for messages. */
final class Printable {
  private static final int LONGEST = 60;

  private Printable() {}

  /** {@return the text in quotes, shortened, with a point for what is no printable ASCII} */
  static String quoted(String text) {
    String shown = text.length() > LONGEST ? text.substring(0, LONGEST) + "..." : text;
    return '"' + shown.replaceAll("[^ -~]", ".") + '"';
  }
}
