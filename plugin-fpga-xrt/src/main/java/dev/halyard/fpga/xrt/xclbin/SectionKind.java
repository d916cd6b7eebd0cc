package dev.halyard.fpga.xrt.xclbin;

import java.util.Optional;

/** What a section holds: {@code axlf_section_kind} of XRT 2.13, in the order of its codes. */
public enum SectionKind {
  /** The image of the device; of an emulated one, whatever its emulator wants. */
  BITSTREAM,
  /** An image that clears a region before another one is loaded. */
  CLEARING_BITSTREAM,
  /** The description of kernels and clocks, in XML. */
  EMBEDDED_METADATA,
  /** Firmware. */
  FIRMWARE,
  /** Data for debuggers. */
  DEBUG_DATA,
  /** Firmware of the scheduler. */
  SCHED_FIRMWARE,
  /** The memories. */
  MEM_TOPOLOGY,
  /** Which argument of which compute unit reaches which memory. */
  CONNECTIVITY,
  /** The compute units and other blocks, with their addresses. */
  IP_LAYOUT,
  /** The blocks that watch the design. */
  DEBUG_IP_LAYOUT,
  /** A design checkpoint. */
  DESIGN_CHECK_POINT,
  /** The clocks. */
  CLOCK_FREQ_TOPOLOGY,
  /** Images for the card's flash memory. */
  MCS,
  /** Firmware of the board's controller. */
  BMC,
  /** How the file was built, in JSON. */
  BUILD_METADATA,
  /** Keys and values, in JSON. */
  KEYVALUE_METADATA,
  /** What a user put there. */
  USER_METADATA,
  /** A certificate for one device. */
  DNA_CERTIFICATE,
  /** A programmable device image. */
  PDI,
  /** A partial programmable device image. */
  BITSTREAM_PARTIAL_PDI,
  /** The partitions of the device. */
  PARTITION_METADATA,
  /** What emulation needs. */
  EMULATION_DATA,
  /** The system, in JSON. */
  SYSTEM_METADATA,
  /** A kernel for a processor of the card. */
  SOFT_KERNEL,
  /** An image for flash memory. */
  ASK_FLASH,
  /** The AI engines. */
  AIE_METADATA,
  /** The memories, with their groups. */
  ASK_GROUP_TOPOLOGY,
  /** The connections, with their groups. */
  ASK_GROUP_CONNECTIVITY,
  /** What a network card needs. */
  SMARTNIC,
  /** Resources of the AI engines. */
  AIE_RESOURCES,
  /** An overlay of the device tree. */
  OVERLAY,
  /** What a vendor put there; XRT spells it so. */
  VENDER_METADATA;

  private static final SectionKind[] BY_CODE = values();

  static Optional<SectionKind> of(int code) {
    return code >= 0 && code < BY_CODE.length ? Optional.of(BY_CODE[code]) : Optional.empty();
  }

  /** {@return the number that stands for it in a file} */
  @SuppressWarnings("EnumOrdinal") // declared in the order of the codes
  public int code() {
    return ordinal();
  }
}
