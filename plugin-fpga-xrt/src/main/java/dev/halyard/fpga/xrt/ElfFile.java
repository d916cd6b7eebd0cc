package dev.halyard.fpga.xrt;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * What a shared library says of itself: ELF, 64 bits, little-endian (System V ABI, chapters 4, 5).
 */
final class ElfFile {
  private static final int MAGIC = 0x464c457f;
  private static final int CLASS_64_LITTLE = 0x0102;
  private static final int PT_LOAD = 1;
  private static final int PT_DYNAMIC = 2;
  private static final long DT_NULL = 0;
  private static final long DT_STRTAB = 5;
  private static final long DT_SONAME = 14;

  private final ByteBuffer file;

  private ElfFile(byte[] content) {
    file = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** {@return the name under which the library wants to be loaded; empty if it has none} */
  static Optional<String> soname(byte[] content) {
    try {
      return new ElfFile(content).soname();
    } catch (IndexOutOfBoundsException | BufferUnderflowException | ArithmeticException cutShort) {
      return Optional.empty();
    }
  }

  private Optional<String> soname() {
    if (file.getInt(0) != MAGIC || file.getShort(4) != CLASS_64_LITTLE) {
      return Optional.empty();
    }
    long name = -1;
    long strings = -1;
    int dynamic = programHeader(PT_DYNAMIC, -1);
    if (dynamic < 0) {
      return Optional.empty();
    }
    int entry = Math.toIntExact(file.getLong(dynamic + 8));
    for (long tag; (tag = file.getLong(entry)) != DT_NULL; entry += 16) {
      if (tag == DT_SONAME) {
        name = file.getLong(entry + 8);
      } else if (tag == DT_STRTAB) {
        strings = file.getLong(entry + 8);
      }
    }
    return name < 0 || strings < 0
        ? Optional.empty()
        : Optional.of(text(Math.toIntExact(offsetOf(strings) + name)));
  }

  /** {@return where the first program header of a type is that spans an address; -1 if none} */
  private int programHeader(int type, long address) {
    int header = Math.toIntExact(file.getLong(32));
    for (int left = file.getShort(56) & 0xffff; left > 0; left--) {
      long start = file.getLong(header + 16);
      boolean spans = address >= start && address - start < file.getLong(header + 32);
      if (file.getInt(header) == type && (address < 0 || spans)) {
        return header;
      }
      header += file.getShort(54) & 0xffff;
    }
    return -1;
  }

  private long offsetOf(long address) {
    int segment = programHeader(PT_LOAD, address);
    if (segment < 0) {
      throw new IndexOutOfBoundsException("address " + address);
    }
    return address - file.getLong(segment + 16) + file.getLong(segment + 8);
  }

  private String text(int start) {
    int end = start;
    while (file.get(end) != 0) {
      end++;
    }
    byte[] bytes = new byte[end - start];
    file.get(start, bytes);
    return new String(bytes, UTF_8);
  }
}
