package dev.halyard.fpga.xrt.xclbin;

import java.util.Optional;

/**
 * Where a section lies in its file.
 *
 * @param code the number of its kind
 * @param name what tells it from others of its kind; mostly empty
 * @param offset its first byte, from the start of the file
 * @param bytes its length
 */
public record Section(int code, String name, long offset, long bytes) {
  /** {@return its kind, empty if XRT 2.13 does not know the code} */
  public Optional<SectionKind> kind() {
    return SectionKind.of(code);
  }

  /** {@return the name of its kind, {@code KIND_<code>} if it has none} */
  public String label() {
    return kind().map(SectionKind::name).orElse("KIND_" + Integer.toUnsignedString(code));
  }
}
