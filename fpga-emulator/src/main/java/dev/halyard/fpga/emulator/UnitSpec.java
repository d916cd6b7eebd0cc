package dev.halyard.fpga.emulator;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A compute unit as the payload of an xclbin names it.
 *
 * @param name as IP_LAYOUT has it, {@code kernel:instance}
 * @param address of its registers, a multiple of {@link #RANGE}
 * @param design the SHA-256 of the RTL, in hex; empty where there is only a model
 * @param model the name of the Java model; empty where there is only RTL
 */
record UnitSpec(String name, long address, Optional<String> design, Optional<String> model) {
  /** The bytes of address space that each unit takes. */
  static final int RANGE = 0x10000;

  private static final Pattern NAME = Pattern.compile("[\\w.-]+:[\\w.-]+");
  private static final Pattern DESIGN = Pattern.compile("[0-9a-f]{64}");
  private static final Pattern MODEL = Pattern.compile("[\\w.-]+");

  UnitSpec {
    if (!NAME.matcher(name).matches()) {
      throw new InvalidImageException("'" + name + "' names no compute unit: give kernel:instance");
    }
    // XRT addresses registers by 32 bits in places.
    if (address < 0 || address % RANGE != 0 || address > 0xFFFF_0000L) {
      throw new InvalidImageException(
          "unit %s is at %#x: give a multiple of %#x below 2^32".formatted(name, address, RANGE));
    }
    if (design.isEmpty() && model.isEmpty()) {
      throw new InvalidImageException("unit " + name + " has neither a design nor a model");
    }
    design.ifPresent(
        hash -> require(DESIGN, hash, name, "design", "the SHA-256 of the RTL in lower-case hex"));
    model.ifPresent(id -> require(MODEL, id, name, "model", "letters, digits, . - _"));
  }

  private static void require(Pattern form, String value, String name, String what, String wanted) {
    if (!form.matcher(value).matches()) {
      throw new InvalidImageException(
          "unit %s has the %s '%s': give %s".formatted(name, what, value, wanted));
    }
  }
}
