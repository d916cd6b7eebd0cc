package dev.halyard.fpga.emulator;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.SPARSE;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The memory of the board: a sparse file for each bank, mapped and at once deleted, so that only
 * what is written takes room and nothing is left however the process ends.
 */
final class BoardMemory implements AutoCloseable {
  private final Arena arena = Arena.ofShared();
  private final Map<Bank, MemorySegment> banks = new LinkedHashMap<>();

  private BoardMemory() {}

  /** {@return no memory at all} */
  static BoardMemory none() {
    return new BoardMemory();
  }

  /**
   * {@return new memory, all zeros}
   *
   * @param folder where the files may be, for a moment
   * @param banks none of which overlap
   */
  static BoardMemory map(Path folder, List<Bank> banks) throws IOException {
    BoardMemory memory = new BoardMemory();
    try {
      for (Bank bank : banks) {
        memory.banks.put(bank, memory.map(folder, bank.bytes()));
      }
      return memory;
    } catch (IOException | RuntimeException | Error e) {
      memory.close();
      throw e;
    }
  }

  private MemorySegment map(Path folder, long bytes) throws IOException {
    Path file = Files.createTempDirectory(folder, "memory").resolve("bank");
    try (FileChannel channel = FileChannel.open(file, CREATE_NEW, SPARSE, READ, WRITE)) {
      return channel.map(MapMode.READ_WRITE, 0, bytes, arena);
    } finally {
      Files.deleteIfExists(file);
      Files.delete(file.getParent());
    }
  }

  /**
   * {@return the bytes at an address}
   *
   * @throws AddressException unless all of them are in one bank
   */
  MemorySegment slice(long address, long bytes) {
    for (Map.Entry<Bank, MemorySegment> entry : banks.entrySet()) {
      Bank bank = entry.getKey();
      if (bank.holds(address, bytes)) {
        return entry.getValue().asSlice(address - bank.address(), bytes);
      }
    }
    throw new AddressException(
        "%d bytes at %#x are in none of the memory banks %s"
            .formatted(bytes, address, banks.keySet()));
  }

  /** Lets a unit reach all of the memory. */
  void attachTo(Unit unit) {
    banks.forEach((bank, segment) -> unit.attach(segment, bank.address()));
  }

  /** Frees the memory. Whatever uses it, in units above all, must have ended. */
  @Override
  public void close() {
    arena.close();
  }
}
