package dev.halyard.fpga.emulator;

import java.lang.foreign.MemorySegment;

/**
 * A compute unit as software sees it: registers, memory that it reads and writes, an interrupt, and
 * a clock that the caller turns. {@link VerilatedUnit} is the hardware's RTL, {@link ModelUnit} a
 * model of it in Java.
 *
 * <p>A unit has one caller at a time, on any thread.
 */
public interface Unit extends AutoCloseable {
  /** {@return what computes: {@code rtl} or {@code model}, for reports} */
  String kind();

  /**
   * Clears the registers, the count of cycles and any fault; what is under way is forgotten. Memory
   * stays attached, timing stays as it is.
   */
  void reset();

  /**
   * Attaches memory; accesses elsewhere answer DECERR.
   *
   * @param memory native, of a multiple of 4096 bytes; it must outlive the unit
   * @param address its device address, a multiple of 4096
   * @throws dev.halyard.PluginException if it is empty, misaligned or meets other memory
   */
  void attach(MemorySegment memory, long address);

  /** Sets how fast memory is from now on. */
  void timing(UnitTiming timing);

  /**
   * Writes a register; the clock turns meanwhile.
   *
   * @param offset of the register in bytes, a multiple of 4
   * @param value of the register
   * @throws dev.halyard.PluginException if the unit answers by an error, or never
   */
  void write(int offset, int value);

  /**
   * {@return the value of a register; the clock turns meanwhile}
   *
   * @param offset of the register in bytes, a multiple of 4
   * @throws dev.halyard.PluginException if the unit answers by an error, or never
   */
  int read(int offset);

  /**
   * Turns the clock.
   *
   * @param cycles how often at most
   * @return how often: fewer where the interrupt rose
   */
  long step(long cycles);

  /** {@return how often the clock was turned since the reset} */
  long cycles();

  /** {@return whether the interrupt is raised} */
  boolean interrupt();

  /** Makes memory fail from now on. */
  void fault(UnitFault fault);

  /** {@return how many bursts memory has answered since the unit was opened; 0 for a model} */
  long transactions();

  /** {@return how often a protocol was violated since the unit was opened} */
  long violations();

  /** {@return the first violation; empty if there was none} */
  String firstViolation();

  /** Frees the unit; it can't be used afterwards. */
  @Override
  void close();
}
