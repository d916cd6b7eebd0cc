package dev.halyard.runtime.isolate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.halyard.ArtefactNeededException;
import dev.halyard.DType;
import dev.halyard.DeviceLostException;
import dev.halyard.spi.DeviceDescriptor;
import dev.halyard.spi.DeviceKind;
import dev.halyard.spi.MemoryKind;
import dev.halyard.spi.Permission;
import dev.halyard.spi.Profile;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MessageTests {
  private static MessageReader read(MessageWriter written) {
    return new MessageReader(written.toBytes());
  }

  @Test
  void everyKindOfFieldComesBack() {
    MessageReader in =
        read(
            new MessageWriter()
                .flag(true)
                .count(7)
                .number(-1L)
                .real(0.5)
                .text("größer")
                .numbers(1, 2)
                .texts(Map.of("a", "b"))
                .each(List.of("x", "y"), MessageWriter::text));
    assertEquals(true, in.flag());
    assertEquals(7, in.count());
    assertEquals(-1L, in.number());
    assertEquals(0.5, in.real());
    assertEquals("größer", in.text());
    assertArrayEquals(new long[] {1, 2}, in.numbers());
    assertEquals(Map.of("a", "b"), in.texts());
    assertEquals(List.of("x", "y"), in.each(MessageReader::text));
  }

  @Test
  void bytesThatNobodyWroteAreAProtocolError() {
    byte[] huge = new MessageWriter().count(Integer.MAX_VALUE).toBytes();
    byte[] negative = new MessageWriter().count(-1).toBytes();
    assertThrows(ProtocolException.class, () -> new MessageReader(huge).text());
    assertThrows(ProtocolException.class, () -> new MessageReader(huge).numbers());
    assertThrows(ProtocolException.class, () -> new MessageReader(negative).count());
    assertThrows(ProtocolException.class, () -> new MessageReader(new byte[3]).number());
    assertThrows(ProtocolException.class, () -> Request.of(200));
  }

  private static RuntimeException sent(Throwable failure) {
    return Failures.read(read(Failures.write(failure, new MessageWriter())));
  }

  @Test
  void failuresKeepTypeMessageAndWhereTheyCameFrom() {
    DeviceLostException original = new DeviceLostException("gone");
    RuntimeException arrived = sent(original);
    assertEquals(DeviceLostException.class, arrived.getClass());
    assertEquals("gone", arrived.getMessage());
    assertEquals(original.getStackTrace()[0].toString(), arrived.getStackTrace()[0].toString());
    assertEquals(ArtefactNeededException.class, sent(new ArtefactNeededException("x")).getClass());
    assertNull(sent(new IllegalStateException()).getMessage());
  }

  @Test
  void aSubclassOfOursArrivesAsOursAndAForeignTypeByItsText() {
    DeviceLostException special = new DeviceLostException("melted") {};
    assertEquals(DeviceLostException.class, sent(special).getClass());
    assertEquals(
        "java.lang.NumberFormatException: x", sent(new NumberFormatException("x")).toString());
    assertEquals(
        "java.lang.NoClassDefFoundError: y", sent(new NoClassDefFoundError("y")).toString());
  }

  @Test
  void descriptorsComeBackWhole() {
    DeviceDescriptor device =
        DeviceDescriptor.builder("serial", DeviceKind.FPGA, "Card")
            .vendor("Maker")
            .driver("1.2")
            .emulated(true)
            .memoryBytes(1L << 40)
            .residentPrograms(3)
            .profiles(Profile.INT8)
            .dtypes(DType.I8, DType.I32)
            .properties("lanes", "16")
            .build();
    MessageWriter out = new MessageWriter();
    Descriptions.write(device, out);
    DeviceDescriptor back = Descriptions.device(read(out)).build();
    assertEquals(
        List.of("serial", "Card", "Maker", "1.2"),
        List.of(back.stableId(), back.name(), back.vendor(), back.driver()));
    assertEquals(DeviceKind.FPGA, back.kind());
    assertEquals(true, back.emulated());
    assertEquals(1L << 40, back.memoryBytes());
    assertEquals(3, back.residentPrograms());
    assertEquals(device.profiles(), back.profiles());
    assertEquals(device.dtypes(), back.dtypes());
    assertEquals(device.properties(), back.properties());
  }

  @Test
  void memoryKindsPermissionsAndTimesComeBack() {
    MessageWriter out = new MessageWriter();
    Descriptions.write(
        MemoryKind.builder("bank").alignment(4096).maxBytes(77).hostVisible(false).build(), out);
    Descriptions.write(Set.of(Permission.FAST_MATH), out);
    List<TimingPart> parts = new ArrayList<>();
    TimingPart.Collector collector = parts::add;
    collector.measured("upload", 1);
    collector.simulated("kernel", 2);
    collector.assumed("launch", 3, "data sheet");
    out.each(parts, TimingPart::write);
    MessageReader in = read(out);
    MemoryKind kind = Descriptions.memoryKind(in);
    assertEquals(
        List.of("bank", 4096L, 77L), List.of(kind.name(), kind.alignment(), kind.maxBytes()));
    assertEquals(Set.of(Permission.FAST_MATH), Descriptions.permissions(in));
    List<TimingPart> again = new ArrayList<>();
    TimingPart.Collector repeated = again::add;
    in.each(TimingPart::read).forEach(part -> part.report(repeated));
    assertEquals(parts, again);
  }
}
