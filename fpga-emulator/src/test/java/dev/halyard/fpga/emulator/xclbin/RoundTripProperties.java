package dev.halyard.fpga.emulator.xclbin;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.halyard.fpga.xrt.xclbin.ArgumentQualifier;
import dev.halyard.fpga.xrt.xclbin.Clock;
import dev.halyard.fpga.xrt.xclbin.ClockType;
import dev.halyard.fpga.xrt.xclbin.ComputeUnit;
import dev.halyard.fpga.xrt.xclbin.IpType;
import dev.halyard.fpga.xrt.xclbin.KernelArgument;
import dev.halyard.fpga.xrt.xclbin.KernelInstance;
import dev.halyard.fpga.xrt.xclbin.MemoryBank;
import dev.halyard.fpga.xrt.xclbin.MemoryType;
import dev.halyard.fpga.xrt.xclbin.Section;
import dev.halyard.fpga.xrt.xclbin.Xclbin;
import dev.halyard.fpga.xrt.xclbin.XclbinKernel;
import dev.halyard.fpga.xrt.xclbin.XclbinMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Whatever the writer writes, the reader reads back equal. */
class RoundTripProperties {
  private static final List<ClockType> CLOCK_TYPES =
      List.of(ClockType.UNUSED, ClockType.DATA, ClockType.KERNEL, ClockType.SYSTEM);

  private static final String[] TYPES = {"int", "short*", "ap_int<8>*", "a&b\"c'", "", "  x "};

  /** A design drawn from a seed, which tells more than jqwik's parts of one would. */
  private static final class Drawn {
    final Random random;
    final XclbinMode mode;
    final List<MemoryBank> banks = new ArrayList<>();
    final List<XclbinKernel> kernels = new ArrayList<>();
    final List<Clock> clocks = new ArrayList<>();
    final Set<String> connected = new HashSet<>();
    final byte[] image;
    private long nextAddress;

    Drawn(long seed) {
      random = new Random(seed);
      mode = random.nextBoolean() ? XclbinMode.SW_EMU : XclbinMode.HW_EMU;
      image = new byte[1 + random.nextInt(100)];
      random.nextBytes(image);
      long address = 0;
      for (int i = 0; i <= random.nextInt(5); i++) {
        long kibibytes = 1L + random.nextInt(1 << 24);
        MemoryType[] types = {MemoryType.DDR4, MemoryType.HBM, MemoryType.URAM};
        boolean used = i == 0 || random.nextBoolean();
        banks.add(new MemoryBank("m[" + i + "]", types[i % 3], used, kibibytes, address));
        address += kibibytes * 1024 + random.nextInt(1 << 20);
      }
      for (int i = 0; i <= random.nextInt(4); i++) {
        kernels.add(kernel("kernel_" + i));
      }
      for (int i = 0; i < random.nextInt(4); i++) {
        ClockType type = CLOCK_TYPES.get(random.nextInt(CLOCK_TYPES.size()));
        clocks.add(new Clock("clock." + i, type, 1 + random.nextInt(0xffff)));
      }
    }

    private XclbinKernel kernel(String name) {
      List<KernelArgument> arguments = new ArrayList<>();
      long offset = 0x10;
      for (int i = 0; i < random.nextInt(12); i++) {
        boolean buffer = random.nextBoolean();
        int bytes = buffer ? 8 : 1 + random.nextInt(16);
        arguments.add(
            new KernelArgument(
                "arg" + i,
                i,
                buffer ? ArgumentQualifier.GLOBAL : ArgumentQualifier.SCALAR,
                buffer ? "gmem" + random.nextInt(3) : "control",
                bytes,
                offset,
                TYPES[random.nextInt(TYPES.length)]));
        offset += (bytes + 3L) / 4 * 4 + 4L * random.nextInt(3);
      }
      List<KernelInstance> instances = new ArrayList<>();
      for (int i = 0; i <= random.nextInt(3); i++) {
        nextAddress += 0x10000L * (1 + random.nextInt(50));
        instances.add(new KernelInstance(name + "_" + i, nextAddress));
      }
      String[] protocols = {"ap_ctrl_hs", "ap_ctrl_chain", "ap_ctrl_none"};
      return new XclbinKernel(name, protocols[random.nextInt(3)], arguments, instances);
    }

    EmulationXclbin build() {
      EmulationXclbin.Builder builder = EmulationXclbin.of("a:b-1:c_2:1.22").mode(mode);
      banks.forEach(builder::bank);
      kernels.forEach(builder::kernel);
      clocks.forEach(builder::clock);
      for (XclbinKernel kernel : kernels) {
        for (KernelArgument argument : kernel.arguments()) {
          if (argument.qualifier() == ArgumentQualifier.GLOBAL && random.nextBoolean()) {
            MemoryBank bank = banks.get(random.nextInt(banks.size()));
            String instance = kernel.instances().getFirst().name();
            builder.connect(kernel.name(), instance, argument.name(), bank.tag());
            connected.add(kernel.name() + ":" + instance + " " + argument.index() + " " + bank);
          } else if (argument.qualifier() == ArgumentQualifier.GLOBAL) {
            String instance = kernel.instances().getFirst().name();
            String bank = banks.getFirst().toString();
            connected.add(kernel.name() + ":" + instance + " " + argument.index() + " " + bank);
          }
        }
      }
      return builder.image(image).build();
    }

    List<ComputeUnit> units() {
      return kernels.stream()
          .flatMap(
              kernel ->
                  kernel.instances().stream()
                      .map(
                          instance ->
                              new ComputeUnit(
                                  kernel.name() + ":" + instance.name(),
                                  IpType.KERNEL,
                                  protocolCode(kernel.controlProtocol()) << 8,
                                  instance.baseAddress())))
          .sorted(Comparator.comparingLong(ComputeUnit::baseAddress))
          .toList();
    }

    private static int protocolCode(String protocol) {
      return List.of("ap_ctrl_hs", "ap_ctrl_chain", "ap_ctrl_none").indexOf(protocol);
    }
  }

  @Property(tries = 300)
  void readerReadsWhatTheWriterWrote(@ForAll long seed) throws IOException {
    Drawn drawn = new Drawn(seed);
    EmulationXclbin written = drawn.build();
    Path file = Files.createTempFile("trip", ".xclbin");
    try {
      written.write(file);
      Xclbin read = Xclbin.read(file);

      assertEquals(drawn.mode, read.header().mode());
      assertEquals("a:b-1:c_2:1.22", read.header().platform());
      assertEquals(written.uuid(), read.header().uuid());
      assertEquals(Files.size(file), read.header().bytes());
      assertEquals(drawn.banks, read.memories());
      assertEquals(drawn.kernels, read.kernels());
      assertEquals(drawn.units(), read.computeUnits());
      assertEquals(drawn.clocks, read.clocks());
      assertEquals(drawn.connected, connectionsOfFirstInstances(drawn, read));
      assertArrayEquals(drawn.image, image(read, Files.readAllBytes(file)));
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private static Set<String> connectionsOfFirstInstances(Drawn drawn, Xclbin read) {
    Set<String> firsts = new HashSet<>();
    drawn.kernels.forEach(k -> firsts.add(k.name() + ":" + k.instances().getFirst().name()));
    Set<String> found = new HashSet<>();
    read.connections()
        .forEach(
            connection -> {
              String unit = read.computeUnits().get(connection.computeUnit()).name();
              if (firsts.contains(unit)) {
                found.add(
                    unit
                        + " "
                        + connection.argument()
                        + " "
                        + read.memories().get(connection.memory()));
              }
            });
    return found;
  }

  private static byte[] image(Xclbin xclbin, byte[] file) {
    Section section = xclbin.sections().getFirst();
    return Arrays.copyOfRange(
        file, (int) section.offset(), (int) (section.offset() + section.bytes()));
  }
}
