package dev.halyard.fpga.xrt.command;

import dev.halyard.fpga.xrt.xclbin.ComputeUnit;

/** Numbers as people read them; all are unsigned. */
final class Numbers {
  private static final String[] UNITS = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB"};

  private Numbers() {}

  static String hex(long number) {
    return "0x" + Long.toHexString(number);
  }

  /** {@return the address of registers; a dash where there are none} */
  static String address(long number) {
    return number == ComputeUnit.NO_ADDRESS ? "-" : hex(number);
  }

  /** {@return a size in the largest unit that divides it} */
  static String size(long kibibytes) {
    long number = kibibytes;
    int unit = 0;
    while (number != 0 && number % 1024 == 0 && unit < UNITS.length - 1) {
      number = Long.divideUnsigned(number, 1024);
      unit++;
    }
    return Long.toUnsignedString(number) + " " + UNITS[unit];
  }

  /** {@return a number without a fraction that is zero} */
  static String decimal(double number) {
    return number == Math.rint(number) ? String.valueOf((long) number) : String.valueOf(number);
  }
}
