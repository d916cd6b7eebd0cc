package dev.halyard.fpga.emulator.xclbin;

import static dev.halyard.fpga.emulator.xclbin.Examples.bank;
import static dev.halyard.fpga.emulator.xclbin.Examples.buffer;
import static dev.halyard.fpga.emulator.xclbin.Examples.documented;
import static dev.halyard.fpga.emulator.xclbin.Examples.scalar;
import static dev.halyard.fpga.emulator.xclbin.Examples.scale;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.fpga.xrt.xclbin.ArgumentQualifier;
import dev.halyard.fpga.xrt.xclbin.Clock;
import dev.halyard.fpga.xrt.xclbin.ClockType;
import dev.halyard.fpga.xrt.xclbin.Connection;
import dev.halyard.fpga.xrt.xclbin.KernelArgument;
import dev.halyard.fpga.xrt.xclbin.KernelInstance;
import dev.halyard.fpga.xrt.xclbin.MemoryBank;
import dev.halyard.fpga.xrt.xclbin.MemoryType;
import dev.halyard.fpga.xrt.xclbin.Xclbin;
import dev.halyard.fpga.xrt.xclbin.XclbinKernel;
import dev.halyard.fpga.xrt.xclbin.XclbinMode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmulationXclbinTests {
  @TempDir Path folder;

  private Xclbin reread(EmulationXclbin.Builder builder) {
    Path file = folder.resolve("design.xclbin");
    builder.build().write(file);
    return Xclbin.read(file);
  }

  @Nested
  class Bytes {
    @Test
    void equalContentGivesEqualBytes() {
      EmulationXclbin one = documented().build();
      EmulationXclbin other = documented().build();

      assertArrayEquals(one.bytes(), other.bytes());
      assertEquals(one.uuid(), other.uuid());
      assertEquals(8, one.uuid().version());
      assertEquals(2, one.uuid().variant());
    }

    @Test
    void otherImageGivesAnotherUuid() {
      assertNotEquals(
          documented().build().uuid(), documented().image(new byte[] {1}).build().uuid());
    }

    @Test
    void changingTheCallersImageLaterChangesNothing() {
      byte[] image = {1, 2, 3};
      EmulationXclbin.Builder builder = documented().image(image);
      image[0] = 9;

      assertArrayEquals(
          documented().image(new byte[] {1, 2, 3}).build().bytes(), builder.build().bytes());
    }
  }

  @Nested
  class Writing {
    @Test
    void fileHoldsTheBytesAndNothingLiesBeside() throws IOException {
      Path file = folder.resolve("design.xclbin");
      Files.writeString(file, "older");

      documented().build().write(file);

      assertArrayEquals(documented().build().bytes(), Files.readAllBytes(file));
      try (Stream<Path> files = Files.list(folder)) {
        assertEquals(List.of(file), files.toList());
      }
    }

    @Test
    void failureLeavesThePlaceAsItWas() throws IOException {
      Path occupied = Files.createDirectories(folder.resolve("occupied/inner")).getParent();

      assertThrows(UncheckedIOException.class, () -> documented().build().write(occupied));

      assertTrue(Files.isDirectory(occupied.resolve("inner")));
      try (Stream<Path> files = Files.list(folder)) {
        assertEquals(List.of(occupied), files.toList());
      }
    }
  }

  @Nested
  class Connections {
    @Test
    void buffersReachTheFirstBankUnlessToldOtherwise() {
      Xclbin xclbin = reread(documented());

      assertEquals(List.of(new Connection(0, 0, 0), new Connection(1, 0, 1)), xclbin.connections());
    }

    @Test
    void computeUnitsAreNumberedByAddress() {
      Xclbin xclbin =
          reread(
              EmulationXclbin.of("v:b:n:1.0")
                  .bank(bank("bank0", 1, 0))
                  .bank(bank("bank1", 1, 1 << 30))
                  .kernel(
                      scale(
                          new KernelInstance("high", 0x20_0000),
                          new KernelInstance("low", 0x10_0000)))
                  .connect("scale", "high", "from", "bank1")
                  .image(new byte[1]));

      assertEquals("scale:low", xclbin.computeUnits().getFirst().name());
      assertEquals(
          List.of(
              new Connection(0, 0, 0),
              new Connection(1, 0, 0),
              new Connection(0, 1, 1),
              new Connection(1, 1, 0)),
          xclbin.connections());
    }

    @Test
    void bufferMayReachSeveralBanks() {
      Xclbin xclbin = reread(documented().connect("scale", "scale_1", "to", "bank0"));

      assertEquals(xclbin.memories(), xclbin.memories("scale", 1));
    }

    @Test
    void endsThatAreNotThereAreNamed() {
      assertRefused(documented().connect("scale", "scale_1", "to", "bank7"), "to bank7", "no such");
      assertRefused(documented().connect("scale", "scale_1", "count", "bank0"), "scale_1.count");
      assertRefused(documented().connect("scale", "other", "to", "bank0"), "scale:other.to");
    }
  }

  private static void assertRefused(EmulationXclbin.Builder builder, String... parts) {
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class, builder::build);
    for (String part : parts) {
      assertTrue(e.getMessage().contains(part), () -> "no '" + part + "' in " + e.getMessage());
    }
  }

  @Nested
  class Refusals {
    private EmulationXclbin.Builder with(KernelArgument... arguments) {
      return EmulationXclbin.of("v:b:n:1.0")
          .bank(bank("bank0", 1, 0))
          .image(new byte[1])
          .kernel(
              new XclbinKernel(
                  "k", "ap_ctrl_hs", List.of(arguments), List.of(new KernelInstance("k_1", 0))));
    }

    private EmulationXclbin.Builder with(KernelInstance... instances) {
      return EmulationXclbin.of("v:b:n:1.0")
          .bank(bank("bank0", 1, 0))
          .image(new byte[1])
          .kernel(scale(instances));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a:b:c", "a:b:c:d", "a:b:c:1.0\n", "a b:c:d:1.0", "a:b:\":1.0"})
    void platformOfAnotherFormIsRefused(String platform) {
      assertThrows(IllegalArgumentException.class, () -> EmulationXclbin.of(platform));
    }

    @Test
    void missingPartsAreNamed() {
      assertRefused(EmulationXclbin.of("v:b:n:1.0"), "a memory bank, found none");
      assertRefused(EmulationXclbin.of("v:b:n:1.0").bank(bank("bank0", 1, 0)), "a kernel");
      assertRefused(with(new KernelInstance[0]), "an instance of scale");
      assertRefused(documented().image(new byte[0]), "an image");
    }

    @Test
    void modeOfHardwareIsRefused() {
      assertRefused(documented().mode(XclbinMode.FLAT), "SW_EMU or HW_EMU", "FLAT");
    }

    @Test
    void banksThatOverlapOrShareANameAreRefused() {
      assertRefused(documented().bank(bank("bank2", 1, 1 << 30)), "bank2 over bank0");
      assertRefused(documented().bank(bank("bank0", 1, 1L << 40)), "bank0 twice");
    }

    @Test
    void banksThatTheFormatCannotSayAreRefused() {
      assertRefused(documented().bank(bank("a name too long.", 1, 1L << 40)), "at most 15");
      assertRefused(documented().bank(bank("bank2", 0, 1L << 40)), "1 to");
      assertRefused(documented().bank(bank("bank2", 1, Long.MAX_VALUE)), "below 2^63");
      assertRefused(documented().bank(bank("bank2", 1, -1)), "below 2^63");
      assertRefused(
          documented().bank(new MemoryBank("s", MemoryType.STREAMING, true, 1, 1L << 40)),
          "a bank of");
    }

    @Test
    void registersThatOverlapAreRefused() {
      assertRefused(with(buffer(0, "a", 0x10, "int*"), scalar(1, "b", 0x14, "int")), "b over a");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 0xc, 0x12, 0xfffe, 0x10000, -4})
    void registerOutsideTheArgumentsIsRefused(long offset) {
      assertRefused(with(scalar(0, "a", offset, "int")), "argument 0 of k in whole words");
    }

    @Test
    void argumentsThatHostsWouldMisreadAreRefused() {
      assertRefused(with(scalar(1, "a", 0x10, "int")), "with index 0");
      assertRefused(with(scalar(0, "a b", 0x10, "int")), "the name of argument 0");
      assertRefused(
          with(scalar(0, "a", 0x10, "int"), scalar(1, "a", 0x18, "int")), "a name of its own");
      assertRefused(with(scalar(0, "a", 0x10, "int\u001b")), "the type of argument 0");
      assertRefused(
          with(
              new KernelArgument(
                  "a", 0, ArgumentQualifier.STREAM, "s_axi_control", 8, 0x10, "stream")),
          "as a scalar or a buffer");
      assertRefused(
          with(new KernelArgument("a", 0, ArgumentQualifier.GLOBAL, "m_axi_gmem", 4, 0x10, "int*")),
          "with an address of 8 bytes");
    }

    @Test
    void portsThatServeTwoPurposesAreRefused() {
      assertRefused(
          with(new KernelArgument("a", 0, ArgumentQualifier.GLOBAL, "s_axi_control", 8, 0x10, "")),
          "other ports for buffers");
      assertRefused(
          with(
              scalar(0, "a", 0x10, "int"),
              new KernelArgument("b", 1, ArgumentQualifier.SCALAR, "other", 4, 0x18, "int")),
          "one port for scalars");
    }

    @Test
    void unknownProtocolIsRefused() {
      assertRefused(
          documented()
              .kernel(
                  new XclbinKernel(
                      "k", "ap_magic", List.of(), List.of(new KernelInstance("i", 0)))),
          "[ap_ctrl_hs, ap_ctrl_chain, ap_ctrl_none]",
          "ap_magic");
    }

    @Test
    void kernelsOfOneNameAreRefused() {
      assertRefused(documented().kernel(scale(new KernelInstance("x", 0))), "scale twice");
    }

    @Test
    void instancesThatMeetAreRefused() {
      assertRefused(
          with(new KernelInstance("a", 0x10000), new KernelInstance("b", 0x10000)), "b over");
      assertRefused(
          with(new KernelInstance("c", 0), new KernelInstance("c", 0x10000)), "scale:c twice");
    }

    @ParameterizedTest
    @ValueSource(longs = {4096, -1, -0x10000})
    void instanceAtAnOddAddressIsRefused(long address) {
      assertRefused(with(new KernelInstance("a", address)), "at a multiple of 0x10000");
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.5, 299.5, 65536, Double.NaN, Double.POSITIVE_INFINITY, -1})
    void frequencyThatTheFormatCannotSayIsRefused(double megahertz) {
      assertRefused(
          documented().clock(new Clock("c", ClockType.DATA, megahertz)), "1 to 65535 whole MHz");
    }
  }
}
