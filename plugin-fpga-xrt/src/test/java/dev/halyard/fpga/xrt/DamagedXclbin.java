package dev.halyard.fpga.xrt;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Consumer;

/** Files that are {@link TestXclbin} but for one thing. */
@SuppressWarnings("ImmutableEnumChecker") // what changes a buffer has nothing of its own
enum DamagedXclbin {
  /** Another magic. */
  MAGIC("the magic", file -> file.put(0, (byte) 'X')),
  /** The end is missing. */
  CUT("a length from", file -> file.limit(file.limit() / 2)),
  /** The first section is beyond the end. */
  SECTION("BITSTREAM within the bytes", file -> file.putLong(456 + 24, 1L << 40)),
  /** More sections than there can be. */
  TABLE("sections", file -> file.putInt(448, Integer.MAX_VALUE)),
  /** Made for a card. */
  MODE("a file for emulation, found the mode PR", file -> file.putShort(332, (short) 1)),
  /** No platform. */
  PLATFORM("the name of a platform, found none", file -> file.put(352, new byte[64])),
  /** No UUID. */
  ID("a UUID, found none", file -> file.put(416, new byte[16]));

  private final String reason;
  private final Consumer<ByteBuffer> damage;

  DamagedXclbin(String reason, Consumer<ByteBuffer> damage) {
    this.reason = reason;
    this.damage = damage;
  }

  /** {@return a part of the message that says so} */
  String reason() {
    return reason;
  }

  /** Writes the file. */
  Path write(Path folder) throws IOException {
    Path path = TestXclbin.write(folder.resolve(name() + ".xclbin"));
    byte[] bytes = Files.readAllBytes(path);
    ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    damage.accept(file);
    return Files.write(path, Arrays.copyOf(bytes, file.limit()));
  }
}
