package dev.halyard.fpga.emulator;

import dev.halyard.PluginException;
import dev.halyard.fpga.emulator.xclbin.EmulationXclbin;
import dev.halyard.fpga.xrt.dense.DenseArgument;
import dev.halyard.fpga.xrt.dense.DenseDesign;
import dev.halyard.fpga.xrt.xclbin.ArgumentQualifier;
import dev.halyard.fpga.xrt.xclbin.KernelArgument;
import dev.halyard.fpga.xrt.xclbin.KernelInstance;
import dev.halyard.fpga.xrt.xclbin.MemoryBank;
import dev.halyard.fpga.xrt.xclbin.MemoryType;
import dev.halyard.fpga.xrt.xclbin.XclbinKernel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The xclbin of the emulated board: one compute unit of the kernel {@code dense}, one memory. */
final class DenseXclbin {
  private static final String PLATFORM = "halyard:emulated:dense:1.0";
  private static final Bank BANK = new Bank("bank0", 0, 16L << 30);
  private static final String INSTANCE = DenseDesign.TOP + "_1";
  private static final long ADDRESS = 0x180_0000;
  private static final int MEGAHERTZ = 300;

  private DenseXclbin() {}

  /**
   * {@return the xclbin}
   *
   * @param timing of the memory
   */
  static EmulationXclbin of(UnitTiming timing) {
    UnitSpec unit =
        new UnitSpec(
            DenseDesign.TOP + ":" + INSTANCE,
            ADDRESS,
            Optional.of(DenseDesign.verilogHash()),
            Optional.of(DenseDesign.TOP));
    return EmulationXclbin.of(PLATFORM)
        .bank(
            new MemoryBank(BANK.name(), MemoryType.DDR4, true, BANK.bytes() / 1024, BANK.address()))
        .kernel(
            new XclbinKernel(
                DenseDesign.TOP,
                "ap_ctrl_hs",
                Arrays.stream(DenseArgument.values()).map(DenseXclbin::argument).toList(),
                List.of(new KernelInstance(INSTANCE, ADDRESS))))
        .kernelClock(MEGAHERTZ)
        .image(new EmulationImage(List.of(BANK), List.of(unit), timing).toBytes())
        .build();
  }

  private static KernelArgument argument(DenseArgument argument) {
    boolean address = argument.isAddress();
    return new KernelArgument(
        argument.name().toLowerCase(Locale.ROOT),
        argument.index(),
        address ? ArgumentQualifier.GLOBAL : ArgumentQualifier.SCALAR,
        address ? "m_axi_gmem" : "s_axi_control",
        argument.bytes(),
        argument.offset(),
        address ? "char*" : "unsigned int");
  }

  /**
   * {@return the file of the xclbin, which is written unless it is there}
   *
   * @param timing of the memory
   * @param folder to keep it in; made if absent
   * @throws PluginException if it cannot be written
   */
  static Path file(UnitTiming timing, Path folder) {
    EmulationXclbin xclbin = of(timing);
    Path file = folder.resolve(DenseDesign.TOP + "-" + xclbin.uuid() + ".xclbin");
    try {
      if (!Files.isRegularFile(file) || !Arrays.equals(Files.readAllBytes(file), xclbin.bytes())) {
        Files.createDirectories(folder);
        xclbin.write(file);
      }
    } catch (IOException | UncheckedIOException e) {
      throw new PluginException("the xclbin cannot be kept at " + file + ": " + e, e);
    }
    return file;
  }
}
