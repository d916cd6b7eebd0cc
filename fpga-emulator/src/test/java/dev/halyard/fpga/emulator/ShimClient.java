package dev.halyard.fpga.emulator;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.halyard.fpga.emulator.proto.CopyFromDeviceCall;
import dev.halyard.fpga.emulator.proto.CopyFromDeviceReply;
import dev.halyard.fpga.emulator.proto.CopyToDeviceCall;
import dev.halyard.fpga.emulator.proto.CopyToDeviceReply;
import dev.halyard.fpga.emulator.proto.LoadBitstreamCall;
import dev.halyard.fpga.emulator.proto.LoadBitstreamReply;
import dev.halyard.fpga.emulator.proto.ReadCall;
import dev.halyard.fpga.emulator.proto.ReadReply;
import dev.halyard.fpga.emulator.proto.WriteCall;
import dev.halyard.fpga.emulator.proto.WriteReply;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** What a host asks of a board, in the calls that the shim makes of it. */
class ShimClient implements AutoCloseable {
  /** Where the one unit is. */
  static final long UNIT = 0x180_0000;

  private final Path folder;
  private final FakeShim shim;

  /** Makes a client that keeps its payloads in a folder. */
  ShimClient(Path folder, FakeShim shim) {
    this.folder = folder;
    this.shim = shim;
  }

  final FakeShim shim() {
    return shim;
  }

  final Path folder() {
    return folder;
  }

  /** {@return whether the device takes a payload} */
  final boolean load(byte[] payload) throws IOException {
    Path file = Files.write(folder.resolve("payload"), payload);
    return load(ByteString.copyFromUtf8(file.toString()));
  }

  final boolean load(ByteString path) throws IOException {
    LoadBitstreamCall call = LoadBitstreamCall.newBuilder().setDlopenfilename(path).build();
    return shim.call(Api.LOAD_BITSTREAM, call, LoadBitstreamReply.parser()).getAck();
  }

  /** {@return how many bytes the device says it has copied} */
  final long copyTo(long address, ByteString bytes) throws IOException {
    CopyToDeviceCall call =
        CopyToDeviceCall.newBuilder()
            .setDeviceHandle(ByteString.copyFrom(new byte[] {0x6C, 0x0C, (byte) 0xFF}))
            .setDest(address)
            .setSrc(bytes)
            .setSize(bytes.size())
            .setSeek(0)
            .build();
    return shim.call(Api.COPY_TO_DEVICE, call, CopyToDeviceReply.parser()).getSize();
  }

  final CopyFromDeviceReply copyFrom(long address, int size) throws IOException {
    CopyFromDeviceCall call =
        CopyFromDeviceCall.newBuilder()
            .setSrc(address)
            .setDest(ByteString.copyFrom(new byte[size]))
            .setSize(size)
            .build();
    return shim.call(Api.COPY_FROM_DEVICE, call, CopyFromDeviceReply.parser());
  }

  /** {@return whether the device takes the words} */
  final boolean writeRegisters(long address, int... words) throws IOException {
    WriteCall call =
        WriteCall.newBuilder()
            .setAddr(address)
            .setSize(4 * words.length)
            .setData(ints(words))
            .build();
    return shim.call(Api.WRITE_REGISTERS, call, WriteReply.parser()).getValid();
  }

  /** {@return the word in a register} */
  final int readRegister(long address) throws IOException {
    ReadReply reply = readRegisters(address, 4);
    assertTrue(reply.getValid());
    return reply.getData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN).getInt();
  }

  final ReadReply readRegisters(long address, int bytes) throws IOException {
    ReadCall call = ReadCall.newBuilder().setAddr(address).setSize(bytes).build();
    return shim.call(Api.READ_REGISTERS, call, ReadReply.parser());
  }

  /** Starts the unit as the shim does: all registers without and then with the start bit. */
  final void startVectorAdd(long a, long b, long c, int n) throws IOException {
    for (int start = 0; start < 2; start++) {
      assertTrue(
          writeRegisters(
              UNIT,
              start,
              0,
              0,
              0,
              (int) a,
              (int) (a >> 32),
              0,
              (int) b,
              (int) (b >> 32),
              0,
              (int) c,
              (int) (c >> 32),
              0,
              n));
    }
  }

  /** {@return what the control register reads as when it no longer reads as busy} */
  final int awaitEndOfRun() throws IOException {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    int control = readRegister(UNIT);
    while (control == 1 && System.nanoTime() < until) {
      control = readRegister(UNIT);
    }
    return control;
  }

  static ByteString ints(int... words) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Integer.BYTES * words.length).order(ByteOrder.LITTLE_ENDIAN);
    for (int word : words) {
      bytes.putInt(word);
    }
    return ByteString.copyFrom(bytes.flip());
  }

  @Override
  public void close() throws IOException {
    shim.close();
  }
}
