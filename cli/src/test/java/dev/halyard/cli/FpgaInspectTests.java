package dev.halyard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.fpga.emulator.xclbin.EmulationXclbin;
import dev.halyard.fpga.xrt.xclbin.ArgumentQualifier;
import dev.halyard.fpga.xrt.xclbin.KernelArgument;
import dev.halyard.fpga.xrt.xclbin.KernelInstance;
import dev.halyard.fpga.xrt.xclbin.MemoryBank;
import dev.halyard.fpga.xrt.xclbin.MemoryType;
import dev.halyard.fpga.xrt.xclbin.XclbinKernel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The XRT plugin's command, as ./halyard has it. */
class FpgaInspectTests {
  @TempDir Path folder;

  private Path xclbin() {
    Path file = folder.resolve("copy.xclbin");
    EmulationXclbin.of("halyard:emulated:copy:1.0")
        .bank(new MemoryBank("bank0", MemoryType.DDR4, true, 16 << 20, 0))
        .kernel(
            new XclbinKernel(
                "copy",
                "ap_ctrl_hs",
                List.of(
                    new KernelArgument(
                        "from", 0, ArgumentQualifier.GLOBAL, "m_axi_gmem", 8, 0x10, "int*")),
                List.of(new KernelInstance("copy_1", 0x180_0000))))
        .kernelClock(250)
        .image(new byte[] {1})
        .build()
        .write(file);
    return file;
  }

  @Test
  void designIsPrinted() {
    Cli.Result result = Cli.run("fpga", "inspect", xclbin());

    assertEquals(0, result.code(), result.err());
    for (String part : List.of("halyard:emulated:copy:1.0", "kernel copy", "bank0", "250")) {
      assertTrue(result.out().contains(part), result.out());
    }
    assertEquals("", result.err());
  }

  @Test
  void jsonIsForPrograms() {
    Map<String, Object> object = Cli.run("fpga", "inspect", xclbin(), "--json").object();

    assertEquals("SW_EMU", object.get("mode"));
    assertEquals(
        List.of(Map.of("name", "KERNEL_CLK", "type", "KERNEL", "megahertz", 250.0)),
        object.get("clocks"));
  }

  @Test
  void badFileIsOneLineAndExitCode1() throws IOException {
    Path file = Files.writeString(folder.resolve("text.xclbin"), "this is no design");

    Cli.Result result = Cli.run("fpga", "inspect", file);

    assertEquals(1, result.code());
    assertTrue(result.err().startsWith("halyard fpga: " + file + ", offset 0: "), result.err());
    assertEquals(1, result.err().lines().count(), result.err());
  }
}
