package dev.halyard.fpga.emulator;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.UnsafeByteOperations;
import dev.halyard.HalyardException;
import dev.halyard.PluginException;
import dev.halyard.fpga.emulator.proto.AckReply;
import dev.halyard.fpga.emulator.proto.AllocCall;
import dev.halyard.fpga.emulator.proto.AllocReply;
import dev.halyard.fpga.emulator.proto.CloseCall;
import dev.halyard.fpga.emulator.proto.CloseReply;
import dev.halyard.fpga.emulator.proto.CopyFromDeviceCall;
import dev.halyard.fpga.emulator.proto.CopyFromDeviceReply;
import dev.halyard.fpga.emulator.proto.CopyToDeviceCall;
import dev.halyard.fpga.emulator.proto.CopyToDeviceReply;
import dev.halyard.fpga.emulator.proto.CountersReply;
import dev.halyard.fpga.emulator.proto.DebugMessagesReply;
import dev.halyard.fpga.emulator.proto.FreeReply;
import dev.halyard.fpga.emulator.proto.LoadBitstreamCall;
import dev.halyard.fpga.emulator.proto.LoadBitstreamReply;
import dev.halyard.fpga.emulator.proto.ReadCall;
import dev.halyard.fpga.emulator.proto.ReadReply;
import dev.halyard.fpga.emulator.proto.RegisterReadCall;
import dev.halyard.fpga.emulator.proto.RegisterWriteCall;
import dev.halyard.fpga.emulator.proto.TimestampReply;
import dev.halyard.fpga.emulator.proto.WriteCall;
import dev.halyard.fpga.emulator.proto.WriteReply;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the device does for each call. Whatever a call asks for, there is a reply: what cannot be
 * done is refused and said. One thread uses it.
 */
final class ShimCalls {
  /** Says no in every reply whose first field is a truth or a number, and has no other. */
  private static final MessageLite REFUSAL = AckReply.newBuilder().setAck(false).build();

  private static final ByteString ZEROS = ByteString.copyFrom(new byte[1 << 16]);

  private final Device device;
  private final Events events;
  private boolean closed;

  ShimCalls(Device device, Events events) {
    this.device = device;
    this.events = events;
  }

  /** {@return whether the shim has closed the device for good} */
  boolean isClosed() {
    return closed;
  }

  /** {@return the reply to a call} */
  MessageLite answer(ShimCall call) {
    try {
      return switch (call.api()) {
        case Api.CLOSE -> close(call.as(CloseCall.parser()));
        case Api.LOAD_BITSTREAM -> load(call.as(LoadBitstreamCall.parser()));
        case Api.ALLOC -> allocate(call.as(AllocCall.parser()));
        case Api.FREE -> FreeReply.newBuilder().setAck(true).build();
        case Api.COPY_TO_DEVICE -> copyToDevice(call.as(CopyToDeviceCall.parser()));
        case Api.COPY_FROM_DEVICE -> copyFromDevice(call.as(CopyFromDeviceCall.parser()));
        case Api.WRITE_MEMORY, Api.WRITE_REGISTERS -> write(call);
        case Api.READ_MEMORY, Api.READ_REGISTERS -> read(call);
        case Api.REGISTER_WRITE -> writeRegister(call.as(RegisterWriteCall.parser()));
        case Api.REGISTER_READ -> readRegister(call.as(RegisterReadCall.parser()));
        case Api.READ_COUNTERS,
            Api.TRACE_COUNT,
            Api.READ_TRACE,
            Api.BUS_STATUS,
            Api.READ_STREAMING_COUNTERS,
            Api.READ_STREAMING_TRACE ->
            CountersReply.getDefaultInstance();
        case Api.TIMESTAMP -> TimestampReply.newBuilder().setDeviceTimestamp(0).build();
        case Api.DEBUG_MESSAGES -> debugMessages();
        case Api.SET_ENVIRONMENT, Api.SETUP_INSTANCE -> AckReply.newBuilder().setAck(true).build();
        default -> refuse(call.api(), "the emulator does not know this call");
      };
    } catch (InvalidProtocolBufferException e) {
      return refuse(call.api(), "its bytes are no such message: " + e.getMessage());
    } catch (HalyardException e) {
      return refuse(call.api(), String.valueOf(e.getMessage()));
    }
  }

  private MessageLite close(CloseCall call) {
    closed = call.getCloseall();
    return CloseReply.newBuilder().setValid(true).build();
  }

  private MessageLite load(LoadBitstreamCall call) {
    Path payload = path(call.getDlopenfilename());
    try (InputStream in = Files.newInputStream(payload)) {
      device.load(EmulationImage.of(in.readNBytes(EmulationImage.MAX_BYTES + 1)));
    } catch (IOException e) {
      return refuse(Api.LOAD_BITSTREAM, "no payload or no memory for it: " + e);
    }
    return LoadBitstreamReply.newBuilder().setAck(true).build();
  }

  private static Path path(ByteString bytes) {
    try {
      return Path.of(bytes.toStringUtf8());
    } catch (InvalidPathException e) {
      throw new InvalidImageException("the path of the payload is no path: " + e.getMessage());
    }
  }

  /** The host has chosen the address: all there is to say is whether there is memory. */
  private MessageLite allocate(AllocCall call) {
    device.requireMemory(call.getDdraddress(), call.getSize());
    return AllocReply.newBuilder().setAck(true).setFilename(ByteString.EMPTY).build();
  }

  private MessageLite copyToDevice(CopyToDeviceCall call) {
    ByteBuffer data = prefix(call.getSrc(), call.getSize());
    device.write(call.getDest(), data);
    return CopyToDeviceReply.newBuilder().setSize(call.getSize()).build();
  }

  private MessageLite copyFromDevice(CopyFromDeviceCall call) {
    int size = length(call.getSize());
    @Nullable ByteString data = dataOrNull(Api.COPY_FROM_DEVICE, () -> memory(call.getSrc(), size));
    return data == null
        ? CopyFromDeviceReply.newBuilder().setSize(0).setDest(zeros(size)).build()
        : CopyFromDeviceReply.newBuilder().setSize(data.size()).setDest(data).build();
  }

  private MessageLite write(ShimCall call) throws InvalidProtocolBufferException {
    WriteCall write = call.as(WriteCall.parser());
    ByteBuffer data = prefix(write.getData(), Integer.toUnsignedLong(write.getSize()));
    if (call.api() == Api.WRITE_MEMORY) {
      device.write(write.getAddr(), data);
    } else {
      device.writeRegisters(write.getAddr(), data);
    }
    return WriteReply.newBuilder().setValid(true).build();
  }

  private MessageLite read(ShimCall call) throws InvalidProtocolBufferException {
    ReadCall read = call.as(ReadCall.parser());
    int size = length(Integer.toUnsignedLong(read.getSize()));
    return call.api() == Api.READ_MEMORY
        ? readReply(call.api(), size, () -> memory(read.getAddr(), size))
        : readReply(call.api(), size, () -> registers(read.getAddr(), size));
  }

  private MessageLite writeRegister(RegisterWriteCall call) {
    device.writeRegisters(
        sum(call.getBaseaddress(), call.getOffset()),
        prefix(call.getData(), call.getData().size()));
    return WriteReply.newBuilder().setValid(true).build();
  }

  private MessageLite readRegister(RegisterReadCall call) {
    int size = length(Integer.toUnsignedLong(call.getSize()));
    long address = sum(call.getBaseaddress(), call.getOffset());
    return readReply(Api.REGISTER_READ, size, () -> registers(address, size));
  }

  private static long sum(int base, int offset) {
    return Integer.toUnsignedLong(base) + Integer.toUnsignedLong(offset);
  }

  private ByteString memory(long address, int size) {
    // The bytes are sent before the next call can change them.
    return UnsafeByteOperations.unsafeWrap(device.read(address, size).asByteBuffer());
  }

  private ByteString registers(long address, int size) {
    return UnsafeByteOperations.unsafeWrap(device.readRegisters(address, size));
  }

  private MessageLite readReply(int api, int size, Supplier<ByteString> source) {
    @Nullable ByteString data = dataOrNull(api, source);
    return ReadReply.newBuilder()
        .setValid(data != null)
        .setData(data == null ? zeros(size) : data)
        .build();
  }

  /** {@return what is read; null if that is refused} */
  private @Nullable ByteString dataOrNull(int api, Supplier<ByteString> source) {
    try {
      return source.get();
    } catch (AddressException | PluginException e) {
      refuse(api, String.valueOf(e.getMessage()));
      return null;
    }
  }

  /** {@return as many of the first bytes as a call says it has} */
  private static ByteBuffer prefix(ByteString bytes, long size) {
    if (size < 0 || size > bytes.size()) {
      throw new AddressException(
          "it says %s bytes and holds %d".formatted(Long.toUnsignedString(size), bytes.size()));
    }
    return bytes.substring(0, (int) size).asReadOnlyByteBuffer();
  }

  private static int length(long size) {
    if (size < 0 || size > ShimChannel.MAX_BYTES) {
      throw new AddressException(
          "it asks for %s bytes; at most %d are given"
              .formatted(Long.toUnsignedString(size), ShimChannel.MAX_BYTES));
    }
    return (int) size;
  }

  /**
   * {@return zeros, which share their memory}
   *
   * <p>The shim takes as many bytes as it asked for out of a reply, also out of one that refuses.
   */
  private static ByteString zeros(int size) {
    ByteString zeros = ZEROS;
    while (zeros.size() < size) {
      zeros = zeros.concat(zeros);
    }
    return zeros.substring(0, size);
  }

  private static MessageLite debugMessages() {
    return DebugMessagesReply.newBuilder()
        .setDisplayMsgs(ByteString.EMPTY)
        .setLogMsgs(ByteString.EMPTY)
        .setStopMsgs(ByteString.EMPTY)
        .build();
  }

  private MessageLite refuse(int api, String why) {
    events.say(Event.REFUSED, "call " + api + ": " + why);
    return REFUSAL;
  }
}
