package dev.halyard.fpga.emulator;

/** Where the device process says what happens to it: a line each. Any thread calls. */
interface Events {
  /** Says something; the text has no line breaks. */
  void say(Event event, String text);
}
