package dev.halyard.fpga.emulator.xclbin;

import dev.halyard.fpga.xrt.xclbin.Clock;
import dev.halyard.fpga.xrt.xclbin.ClockType;
import dev.halyard.fpga.xrt.xclbin.MemoryBank;
import dev.halyard.fpga.xrt.xclbin.XclbinKernel;
import dev.halyard.fpga.xrt.xclbin.XclbinMode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * An xclbin for XRT's emulation: equal content gives equal bytes, and with them an equal UUID.
 *
 * <pre>{@code
 * EmulationXclbin.of("halyard:emulated:example:1.0")
 *     .bank(new MemoryBank("bank0", MemoryType.DDR4, true, 1 << 20, 0))
 *     .kernel(kernel)
 *     .kernelClock(300)
 *     .image(design)
 *     .build()
 *     .write(Path.of("example.xclbin"));
 * }</pre>
 */
public final class EmulationXclbin {
  private final XclbinImage image;

  private EmulationXclbin(XclbinImage image) {
    this.image = image;
  }

  /**
   * Starts an xclbin, for software emulation unless told otherwise.
   *
   * @param platform the name of the platform, {@code vendor:board:name:major.minor}, at most 63
   *     characters; letters, digits, {@code _ - .} in each part
   * @return a builder
   * @throws IllegalArgumentException if it has another form
   */
  public static Builder of(String platform) {
    return new Builder(Platform.parse(platform));
  }

  /** {@return the identity, made of all other bytes} */
  public UUID uuid() {
    return image.uuid();
  }

  /** {@return the file's bytes, a copy} */
  public byte[] bytes() {
    return image.bytes();
  }

  /**
   * Writes the file beside its place and moves it there, so that a reader sees all of it or none.
   *
   * @param file replaced if it is there
   * @throws UncheckedIOException if it can't be written; then the place is as before
   */
  public void write(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    try {
      Path aside = Files.createTempFile(folder, file.getFileName() + ".", ".part");
      try {
        Files.write(aside, image.bytes());
        Files.move(
            aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(aside);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Collects what an xclbin says; {@link #build} checks it. */
  public static final class Builder {
    private final Platform platform;
    private XclbinMode mode = XclbinMode.SW_EMU;
    private final List<MemoryBank> banks = new ArrayList<>();
    private final List<XclbinKernel> kernels = new ArrayList<>();
    private final List<Wire> wires = new ArrayList<>();
    private final List<Clock> clocks = new ArrayList<>();
    private byte[] image = {};

    private Builder(Platform platform) {
      this.platform = platform;
    }

    /**
     * Sets the kind of emulation.
     *
     * @param newMode {@link XclbinMode#SW_EMU} or {@link XclbinMode#HW_EMU}
     * @return this
     */
    public Builder mode(XclbinMode newMode) {
      mode = newMode;
      return this;
    }

    /**
     * Adds a memory.
     *
     * @param bank its name at most 15 characters, its kind no stream, its bytes apart from those of
     *     other banks
     * @return this
     */
    public Builder bank(MemoryBank bank) {
      banks.add(bank);
      return this;
    }

    /**
     * Adds a kernel with its compute units.
     *
     * @param kernel its arguments numbered from 0 in order, scalars or buffers, their registers
     *     apart and between {@code 0x10} and {@code 0xffff}; its instances at multiples of {@code
     *     0x10000}; its protocol {@code ap_ctrl_hs}, {@code ap_ctrl_chain} or {@code ap_ctrl_none}
     * @return this
     */
    public Builder kernel(XclbinKernel kernel) {
      kernels.add(kernel);
      return this;
    }

    /**
     * Connects a buffer to a bank. What is never connected reaches the first bank that was added.
     *
     * @param kernel the kernel's name
     * @param instance the compute unit's name
     * @param argument the argument's name
     * @param bank the bank's name
     * @return this
     */
    public Builder connect(String kernel, String instance, String argument, String bank) {
      wires.add(new Wire(kernel, instance, argument, bank));
      return this;
    }

    /**
     * Adds a clock that drives the kernels.
     *
     * @param megahertz its frequency, 1 to 65535
     * @return this
     */
    public Builder kernelClock(int megahertz) {
      return clock(new Clock("KERNEL_CLK", ClockType.KERNEL, megahertz));
    }

    /**
     * Adds a clock.
     *
     * @param clock its name at most 127 characters, its frequency a whole number, 1 to 65535
     * @return this
     */
    public Builder clock(Clock clock) {
      clocks.add(clock);
      return this;
    }

    /**
     * Sets what the section BITSTREAM holds: XRT hands it to the device process as it is.
     *
     * @param bytes at least one; copied
     * @return this
     */
    public Builder image(byte[] bytes) {
      image = bytes.clone();
      return this;
    }

    /**
     * Makes the xclbin.
     *
     * @return the xclbin
     * @throws IllegalArgumentException if it would contradict itself, or something does not fit the
     *     format; the message names it
     */
    public EmulationXclbin build() {
      Design design = new Design(platform, mode, banks, kernels, clocks);
      DesignChecks.check(design);
      if (image.length == 0) {
        throw new IllegalArgumentException(
            "an xclbin wants an image, found none; give what the device process shall load");
      }
      return new EmulationXclbin(XclbinImage.of(design, Wiring.of(design, wires), image));
    }
  }
}
