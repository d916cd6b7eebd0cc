package dev.halyard.fpga.emulator;

import dev.halyard.PluginException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The board: its memory, and its units at their addresses. It begins with none of either. One
 * thread uses it.
 */
final class Device implements AutoCloseable {
  private final Path folder;
  private final UnitFactory factory;
  private final FaultInjector faults;
  private final Events events;
  private final List<UnitSlot> slots = new ArrayList<>();
  private BoardMemory memory = BoardMemory.none();
  private EccErrors ecc = new EccErrors();

  /**
   * Makes an empty board.
   *
   * @param folder for files that are gone at once
   * @param factory of the units
   * @param faults what is to go wrong
   * @param events told what is refused
   */
  Device(Path folder, UnitFactory factory, FaultInjector faults, Events events) {
    this.folder = folder;
    this.factory = factory;
    this.faults = faults;
    this.events = events;
  }

  /**
   * Becomes what an image says; what was there before, contents of the memory included, is gone.
   *
   * @throws InvalidImageException if a unit cannot be emulated; the board is empty then, as also
   *     after another exception
   */
  void load(EmulationImage image) throws IOException {
    close();
    memory = BoardMemory.map(folder, image.banks());
    try {
      for (UnitSpec spec : image.units()) {
        Unit unit = factory.open(spec);
        unit.timing(image.timing());
        memory.attachTo(unit);
        slots.add(new UnitSlot(spec, unit, events));
      }
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  /**
   * Checks that a buffer of the host is in the memory.
   *
   * @throws AddressException unless all of it is in one bank
   */
  void requireMemory(long address, long bytes) {
    memory.slice(address, bytes);
  }

  /**
   * {@return the bytes at an address of the memory, to be read}
   *
   * @throws AddressException unless they are in one bank, and free of errors
   */
  MemorySegment read(long address, long bytes) {
    MemorySegment slice = memory.slice(address, bytes);
    if (ecc.touch(address, bytes)) {
      throw new AddressException(
          "%d bytes at %#x hold an error that ECC cannot correct".formatted(bytes, address));
    }
    return slice;
  }

  /**
   * Writes to the memory.
   *
   * @throws AddressException unless all of it is in one bank; nothing was written then
   */
  void write(long address, ByteBuffer data) {
    MemorySegment source = MemorySegment.ofBuffer(data);
    memory.slice(address, source.byteSize()).copyFrom(source);
    ecc.wrote(address, source.byteSize());
  }

  /**
   * Writes registers, and starts the unit if the bytes say so.
   *
   * @throws AddressException unless they are whole words of one unit
   * @throws PluginException if the unit refuses one of them
   */
  void writeRegisters(long address, ByteBuffer data) {
    UnitSlot slot = slot(address, data.remaining());
    if (slot.write(offset(slot, address), data.order(ByteOrder.LITTLE_ENDIAN))) {
      start(slot);
    }
  }

  /**
   * {@return what registers hold}
   *
   * @throws AddressException unless they are whole words of one unit
   * @throws PluginException if the unit refuses one of them
   */
  byte[] readRegisters(long address, int bytes) {
    UnitSlot slot = slot(address, bytes);
    byte[] data = new byte[bytes];
    slot.read(offset(slot, address), ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN));
    return data;
  }

  private UnitSlot slot(long address, long bytes) {
    for (UnitSlot slot : slots) {
      if (slot.holds(address)
          && address % Integer.BYTES == 0
          && bytes % Integer.BYTES == 0
          && bytes <= slot.spec().address() + UnitSpec.RANGE - address) {
        return slot;
      }
    }
    throw new AddressException(
        "%d bytes at %#x are no registers of the units %s"
            .formatted(bytes, address, slots.stream().map(UnitSlot::spec).toList()));
  }

  private static int offset(UnitSlot slot, long address) {
    return (int) (address - slot.spec().address());
  }

  private void start(UnitSlot slot) {
    if (slot.isBusy()) {
      events.say(Event.REFUSED, slot.spec().name() + " is busy and cannot start");
      return;
    }
    Optional<Fault.Kind> fault =
        faults.take(Fault.Moment.START, Api.WRITE_REGISTERS).map(Fault::kind);
    if (fault.equals(Optional.of(Fault.Kind.STUCK_UNIT))) {
      slot.stick();
      return;
    }
    fault.ifPresent(kind -> strike(slot, kind));
    if (ecc.any()) {
      slot.fail(UnitFault.READ_SLVERR);
    }
    slot.start();
  }

  private void strike(UnitSlot slot, Fault.Kind kind) {
    switch (kind) {
      case ECC_ERROR -> ecc.strike(memory);
      case READ_SLVERR -> slot.fail(UnitFault.READ_SLVERR);
      case WRITE_SLVERR -> slot.fail(UnitFault.WRITE_SLVERR);
      case SILENT -> slot.fail(UnitFault.SILENT);
      default -> throw new IllegalStateException(kind + " is no fault of a start");
    }
  }

  /** Empties the board. */
  @Override
  public void close() {
    slots.forEach(UnitSlot::close);
    slots.clear();
    memory.close();
    memory = BoardMemory.none();
    ecc = new EccErrors();
  }
}
