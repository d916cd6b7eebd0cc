package dev.halyard.fpga.emulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Whatever a shim sends, the device answers or ends with a reason, and does not hang. */
class HostileShimProperties {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static Path folder;

  @BeforeContainer
  static void makeFolder() throws IOException {
    folder = Files.createTempDirectory("hostile");
  }

  @AfterContainer
  static void deleteFolder() throws IOException {
    try (var files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  @Provide
  static Arbitrary<byte[]> bytes() {
    return Arbitraries.bytes().array(byte[].class).ofMaxSize(200);
  }

  /** Field numbers and types that messages have, with any contents. */
  @Provide
  static Arbitrary<byte[]> nearMessages() {
    Arbitrary<byte[]> field =
        Combinators.combine(
                Arbitraries.integers().between(1, 8),
                Arbitraries.integers().between(0, 7),
                Arbitraries.bytes().array(byte[].class).ofMaxSize(20))
            .as(
                (number, type, rest) -> {
                  byte[] all = new byte[rest.length + 1];
                  all[0] = (byte) ((number << 3) | type);
                  System.arraycopy(rest, 0, all, 1, rest.length);
                  return all;
                });
    return field.list().ofMaxSize(6).map(HostileShimProperties::concatenated);
  }

  private static byte[] concatenated(List<byte[]> parts) {
    byte[] all = new byte[parts.stream().mapToInt(part -> part.length).sum()];
    int at = 0;
    for (byte[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }

  @Provide
  static Arbitrary<Integer> apis() {
    return Arbitraries.oneOf(
        Arbitraries.integers().between(0, 60), Arbitraries.integers().between(-5, 200));
  }

  @Provide
  static Arbitrary<byte[]> messages() {
    return Arbitraries.oneOf(bytes(), nearMessages());
  }

  @Property(tries = 400)
  void aFramedCallOfAnyBytesIsAnswered(@ForAll("apis") int api, @ForAll("messages") byte[] message)
      throws IOException {
    try (TestDevice device = TestDevice.loaded(folder)) {
      device.shim().send(api, message);
      assertTrue(
          device.shim().reply(PATIENCE).isPresent(),
          () -> "no reply to " + api + " " + Arrays.toString(message) + ": " + device.said());
    }
  }

  @Property(tries = 200)
  void bytesThatAreNoCallEndItWithAReason(@ForAll("bytes") byte[] bytes)
      throws IOException, InterruptedException {
    try (TestDevice device = TestDevice.loaded(folder)) {
      device.shim().send(bytes);
      device.shim().close();
      String reason = device.end();
      assertTrue(
          reason.equals("the shim is gone without a close") == (bytes.length == 0)
              && (bytes.length == 0 || reason.startsWith("the stream of calls broke: ")),
          reason);
    }
  }

  @Property(tries = 100)
  void aSizeThatNeverComesCostsNothing(@ForAll long size) throws IOException, InterruptedException {
    try (TestDevice device = TestDevice.loaded(folder)) {
      byte[] header = new byte[14];
      header[0] = 0x09;
      for (int i = 0; i < 8; i++) {
        header[1 + i] = (byte) (size >>> (8 * i));
      }
      header[9] = 0x15;
      header[10] = Api.COPY_TO_DEVICE;
      device.shim().send(header);
      device.shim().close();
      String reason = device.end();
      if (size < 0 || size > ShimChannel.MAX_BYTES) {
        assertEquals(
            "the stream of calls broke: call 6 has %s bytes; at most 1073741824 are taken"
                .formatted(Long.toUnsignedString(size)),
            reason);
      } else if (size > 0) {
        assertEquals(
            "the stream of calls broke: the stream ended after 0 of the %d bytes of a call"
                .formatted(size),
            reason);
      }
    }
  }

  @Property(tries = 300)
  void anyPayloadIsAnImageOrRefused(@ForAll("bytes") byte[] bytes) {
    byte[] image = TestDevice.IMAGE.toBytes();
    for (int i = 0; i + 1 < bytes.length; i += 2) {
      image[Byte.toUnsignedInt(bytes[i]) % image.length] = bytes[i + 1];
    }
    try {
      EmulationImage read = EmulationImage.of(image);
      assertEquals(read, EmulationImage.of(read.toBytes()));
    } catch (InvalidImageException e) {
      assertTrue(String.valueOf(e.getMessage()).length() > 10, e.getMessage());
    }
  }
}
