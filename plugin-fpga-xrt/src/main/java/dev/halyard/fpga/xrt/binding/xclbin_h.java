package dev.halyard.fpga.xrt.binding;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;

/**
 * The parts of an xclbin file as {@code xclbin.h} lays them out, in the byte order of x86-64 and
 * ARM. The offset of a field is {@code LAYOUT.byteOffset(groupElement(name))}.
 */
@SuppressWarnings("MemberName") // names are those of C
public final class xclbin_h {
  /** {@code BITSTREAM}: what the board is configured with; for an emulator, any payload. */
  public static final int BITSTREAM = 0;

  /** {@code EMBEDDED_METADATA}: the kernels and their arguments, in XML. */
  public static final int EMBEDDED_METADATA = 2;

  /** {@code MEM_TOPOLOGY}: the memories. */
  public static final int MEM_TOPOLOGY = 6;

  /** {@code CONNECTIVITY}: which argument reaches which memory. */
  public static final int CONNECTIVITY = 7;

  /** {@code IP_LAYOUT}: the compute units and their addresses. */
  public static final int IP_LAYOUT = 8;

  /** {@code XCLBIN_SW_EMU}: the mode of a file for sw_emu. */
  public static final int XCLBIN_SW_EMU = 5;

  /** {@code IP_KERNEL}: the type of a compute unit. */
  public static final int IP_KERNEL = 1;

  /** {@code MEM_DDR4}: the type of a memory. */
  public static final int MEM_DDR4 = 1;

  private xclbin_h() {}

  /** The head of a file. */
  public static final class axlf {
    /** {@code struct axlf}. */
    public static final StructLayout LAYOUT =
        MemoryLayout.structLayout(
                bytes(8, "m_magic"),
                ValueLayout.JAVA_INT.withName("m_signature_length"),
                bytes(28, "reserved"),
                bytes(256, "m_keyBlock"),
                ValueLayout.JAVA_LONG.withName("m_uniqueId"),
                axlf_header.LAYOUT.withName("m_header"),
                MemoryLayout.sequenceLayout(1, axlf_section_header.LAYOUT).withName("m_sections"))
            .withName("axlf");

    private axlf() {}
  }

  /** What a file says of itself. */
  public static final class axlf_header {
    /** {@code struct axlf_header}. */
    public static final StructLayout LAYOUT =
        MemoryLayout.structLayout(
                ValueLayout.JAVA_LONG.withName("m_length"),
                ValueLayout.JAVA_LONG.withName("m_timeStamp"),
                ValueLayout.JAVA_LONG.withName("m_featureRomTimeStamp"),
                ValueLayout.JAVA_SHORT.withName("m_versionPatch"),
                ValueLayout.JAVA_BYTE.withName("m_versionMajor"),
                ValueLayout.JAVA_BYTE.withName("m_versionMinor"),
                ValueLayout.JAVA_SHORT.withName("m_mode"),
                ValueLayout.JAVA_SHORT.withName("m_actionMask"),
                bytes(16, "rom_uuid"),
                bytes(64, "m_platformVBNV"),
                bytes(16, "uuid"),
                bytes(16, "m_debug_bin"),
                ValueLayout.JAVA_INT.withName("m_numSections"),
                MemoryLayout.paddingLayout(4))
            .withName("axlf_header");

    private axlf_header() {}
  }

  /** Where a section is. */
  public static final class axlf_section_header {
    /** {@code struct axlf_section_header}. */
    public static final StructLayout LAYOUT =
        MemoryLayout.structLayout(
                ValueLayout.JAVA_INT.withName("m_sectionKind"),
                bytes(16, "m_sectionName"),
                MemoryLayout.paddingLayout(4),
                ValueLayout.JAVA_LONG.withName("m_sectionOffset"),
                ValueLayout.JAVA_LONG.withName("m_sectionSize"))
            .withName("axlf_section_header");

    private axlf_section_header() {}
  }

  /** A memory; in its section the first lies 8 bytes after the count. */
  public static final class mem_data {
    /** {@code struct mem_data}; {@code m_size} is in KiB. */
    public static final StructLayout LAYOUT =
        MemoryLayout.structLayout(
                ValueLayout.JAVA_BYTE.withName("m_type"),
                ValueLayout.JAVA_BYTE.withName("m_used"),
                MemoryLayout.paddingLayout(6),
                ValueLayout.JAVA_LONG.withName("m_size"),
                ValueLayout.JAVA_LONG.withName("m_base_address"),
                bytes(16, "m_tag"))
            .withName("mem_data");

    private mem_data() {}
  }

  /** That an argument of a unit reaches a memory. */
  public static final class connection {
    /** {@code struct connection}. */
    public static final StructLayout LAYOUT =
        MemoryLayout.structLayout(
                ValueLayout.JAVA_INT.withName("arg_index"),
                ValueLayout.JAVA_INT.withName("m_ip_layout_index"),
                ValueLayout.JAVA_INT.withName("mem_data_index"))
            .withName("connection");

    private connection() {}
  }

  /** A compute unit. */
  public static final class ip_data {
    /** {@code struct ip_data}. */
    public static final StructLayout LAYOUT =
        MemoryLayout.structLayout(
                ValueLayout.JAVA_INT.withName("m_type"),
                ValueLayout.JAVA_INT.withName("properties"),
                ValueLayout.JAVA_LONG.withName("m_base_address"),
                bytes(64, "m_name"))
            .withName("ip_data");

    private ip_data() {}
  }

  private static MemoryLayout bytes(int count, String name) {
    return MemoryLayout.sequenceLayout(count, ValueLayout.JAVA_BYTE).withName(name);
  }
}
