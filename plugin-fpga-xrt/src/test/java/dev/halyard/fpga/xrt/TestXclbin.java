package dev.halyard.fpga.xrt;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.halyard.fpga.xrt.binding.xclbin_h;
import dev.halyard.fpga.xrt.binding.xclbin_h.axlf;
import dev.halyard.fpga.xrt.binding.xclbin_h.axlf_header;
import dev.halyard.fpga.xrt.binding.xclbin_h.axlf_section_header;
import dev.halyard.fpga.xrt.binding.xclbin_h.connection;
import dev.halyard.fpga.xrt.binding.xclbin_h.ip_data;
import dev.halyard.fpga.xrt.binding.xclbin_h.mem_data;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/**
 * The least xclbin that XRT loads: one kernel {@code add(a, b, c, n)} with three buffers and a
 * scalar, one unit, one memory.
 */
final class TestXclbin {
  static final UUID ID = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");
  static final String KERNEL = "add";
  static final int[] OFFSETS = {0x10, 0x1c, 0x28, 0x34};

  private static final long UNIT_ADDRESS = 0x1800000;
  private static final int MEMORY_KIB = 1 << 20;
  private static final String METADATA =
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <project name="test"><platform vendor="xilinx" boardid="test" name="test" featureRomTime="0">
      <version major="1" minor="0"/>
      <device name="fpga0" fpgaDevice="virtexuplus:xcu200:fsgd2104:-2:e" addrWidth="0">
      <core name="OCL_REGION_0" target="csim" type="clc_region" clockFreq="300MHz" numComputeUnits="1">
      <kernelClocks><clock port="KERNEL_CLK" frequency="300.0MHz"/></kernelClocks>
      <kernel name="add" language="c" vlnv="rt:hls:add:1.0" type="pl" hwControlProtocol="ap_ctrl_hs">
      <port name="gmem" mode="master" range="0xFFFFFFFFFFFFFFFF" dataWidth="512" portType="addressable" base="0x0"/>
      <port name="control" mode="slave" range="0x10000" dataWidth="32" portType="addressable" base="0x0"/>
      <arg name="a" addressQualifier="1" id="0" port="gmem" size="0x8" offset="0x10" hostOffset="0x0" hostSize="0x8" type="int*"/>
      <arg name="b" addressQualifier="1" id="1" port="gmem" size="0x8" offset="0x1c" hostOffset="0x0" hostSize="0x8" type="int*"/>
      <arg name="c" addressQualifier="1" id="2" port="gmem" size="0x8" offset="0x28" hostOffset="0x0" hostSize="0x8" type="int*"/>
      <arg name="n" addressQualifier="0" id="3" port="control" size="0x4" offset="0x34" hostOffset="0x0" hostSize="0x4" type="int"/>
      <instance name="add_1"><addrRemap base="0x1800000" range="0x10000" port="control"/></instance>
      </kernel></core></device></platform></project>
      """;

  private final MemorySegment file;
  private long end;
  private int sections;

  private TestXclbin(Arena arena) {
    file = arena.allocate(1 << 16, 8);
  }

  /** Writes the file. */
  static Path write(Path path) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      TestXclbin xclbin = new TestXclbin(arena);
      xclbin.fill(arena);
      byte[] content = xclbin.file.asSlice(0, xclbin.end).toArray(ValueLayout.JAVA_BYTE);
      return Files.write(path, content);
    }
  }

  private void fill(Arena arena) {
    end = offset(axlf.LAYOUT, "m_sections") + 5 * axlf_section_header.LAYOUT.byteSize();
    text(file, axlf.LAYOUT, "m_magic", "xclbin2");
    integer(file, axlf.LAYOUT, "m_signature_length", -1);
    file.asSlice(offset(axlf.LAYOUT, "reserved"), 28).fill((byte) 0xff);

    addSection(xclbin_h.BITSTREAM, arena.allocateFrom("nothing"));
    addSection(xclbin_h.EMBEDDED_METADATA, MemorySegment.ofArray(METADATA.getBytes(UTF_8)));
    addSection(xclbin_h.MEM_TOPOLOGY, memories(arena));
    addSection(xclbin_h.CONNECTIVITY, connections(arena));
    addSection(xclbin_h.IP_LAYOUT, units(arena));

    MemorySegment header = file.asSlice(offset(axlf.LAYOUT, "m_header"));
    number(header, axlf_header.LAYOUT, "m_length", end);
    header.set(ValueLayout.JAVA_BYTE, offset(axlf_header.LAYOUT, "m_versionMajor"), (byte) 2);
    header.set(
        ValueLayout.JAVA_SHORT,
        offset(axlf_header.LAYOUT, "m_mode"),
        (short) xclbin_h.XCLBIN_SW_EMU);
    text(header, axlf_header.LAYOUT, "m_platformVBNV", "test_platform_1");
    long uuid = offset(axlf_header.LAYOUT, "uuid");
    ValueLayout.OfLong bigEndian = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    header.set(bigEndian, uuid, ID.getMostSignificantBits());
    header.set(bigEndian, uuid + Long.BYTES, ID.getLeastSignificantBits());
    integer(header, axlf_header.LAYOUT, "m_numSections", sections);
  }

  private static MemorySegment memories(Arena arena) {
    MemorySegment section = arena.allocate(Long.BYTES + mem_data.LAYOUT.byteSize(), 8);
    section.set(ValueLayout.JAVA_INT, 0, 1);
    MemorySegment memory = section.asSlice(Long.BYTES);
    memory.set(ValueLayout.JAVA_BYTE, offset(mem_data.LAYOUT, "m_type"), (byte) xclbin_h.MEM_DDR4);
    memory.set(ValueLayout.JAVA_BYTE, offset(mem_data.LAYOUT, "m_used"), (byte) 1);
    number(memory, mem_data.LAYOUT, "m_size", MEMORY_KIB);
    text(memory, mem_data.LAYOUT, "m_tag", "bank0");
    return section;
  }

  private static MemorySegment connections(Arena arena) {
    long size = connection.LAYOUT.byteSize();
    MemorySegment section = arena.allocate(Integer.BYTES + 3 * size, 8);
    section.set(ValueLayout.JAVA_INT, 0, 3);
    for (int argument = 0; argument < 3; argument++) {
      MemorySegment entry = section.asSlice(Integer.BYTES + argument * size, size);
      integer(entry, connection.LAYOUT, "arg_index", argument);
    }
    return section;
  }

  private static MemorySegment units(Arena arena) {
    MemorySegment section = arena.allocate(Long.BYTES + ip_data.LAYOUT.byteSize(), 8);
    section.set(ValueLayout.JAVA_INT, 0, 1);
    MemorySegment unit = section.asSlice(Long.BYTES);
    integer(unit, ip_data.LAYOUT, "m_type", xclbin_h.IP_KERNEL);
    number(unit, ip_data.LAYOUT, "m_base_address", UNIT_ADDRESS);
    text(unit, ip_data.LAYOUT, "m_name", "add:add_1");
    return section;
  }

  private void addSection(int kind, MemorySegment content) {
    StructLayout layout = axlf_section_header.LAYOUT;
    MemorySegment header =
        file.asSlice(offset(axlf.LAYOUT, "m_sections") + sections * layout.byteSize());
    integer(header, layout, "m_sectionKind", kind);
    number(header, layout, "m_sectionOffset", end);
    number(header, layout, "m_sectionSize", content.byteSize());
    MemorySegment.copy(content, 0, file, end, content.byteSize());
    end += (content.byteSize() + 7) / 8 * 8;
    sections++;
  }

  private static long offset(MemoryLayout struct, String field) {
    return struct.byteOffset(PathElement.groupElement(field));
  }

  private static void integer(MemorySegment at, StructLayout struct, String field, int value) {
    at.set(ValueLayout.JAVA_INT, offset(struct, field), value);
  }

  private static void number(MemorySegment at, StructLayout struct, String field, long value) {
    at.set(ValueLayout.JAVA_LONG, offset(struct, field), value);
  }

  private static void text(MemorySegment at, StructLayout struct, String field, String value) {
    at.setString(offset(struct, field), value);
  }
}
