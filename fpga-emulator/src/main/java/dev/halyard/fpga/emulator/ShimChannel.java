package dev.halyard.fpga.emulator;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;
import com.google.protobuf.WireFormat;
import dev.halyard.fpga.emulator.proto.CallHeader;
import dev.halyard.fpga.emulator.proto.ResponseHeader;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.Channels;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The stream of calls and replies. The shim reads a reply's header as exactly nine bytes and sends
 * its own as exactly fourteen, so both are fixed. One thread uses it.
 */
final class ShimChannel implements Closeable {
  /** The longest message that is taken, in bytes; a copy of a buffer is one message. */
  static final int MAX_BYTES = 1 << 30;

  private static final int CALL_HEADER_BYTES = 14;

  /** What the buffers keep between calls, and how much is read at a time. */
  private static final int KEPT_BYTES = 1 << 20;

  private final ByteChannel channel;
  private final byte[] header = new byte[CALL_HEADER_BYTES];
  private byte[] body = new byte[KEPT_BYTES];
  private final CodedOutputStream out;

  ShimChannel(ByteChannel channel) {
    this.channel = channel;
    out = CodedOutputStream.newInstance(Channels.newOutputStream(channel), KEPT_BYTES);
  }

  /**
   * {@return the next call; null if the shim has closed the stream between two calls}
   *
   * @throws ShimProtocolException if its bytes are no call, or too many
   */
  @Nullable ShimCall next() throws IOException {
    int first = readUpTo(header, 0, CALL_HEADER_BYTES);
    if (first == 0) {
      return null;
    }
    if (first < CALL_HEADER_BYTES) {
      throw new ShimProtocolException("the stream ended inside the header of a call");
    }
    CallHeader call = header();
    long size = call.getSize();
    if (size < 0 || size > MAX_BYTES) {
      throw new ShimProtocolException(
          "call %d has %s bytes; at most %d are taken"
              .formatted(call.getApi(), Long.toUnsignedString(size), MAX_BYTES));
    }
    readBody((int) size);
    return new ShimCall(call.getApi(), body, (int) size);
  }

  /** The header, with its two tags checked: without them the frame is lost. */
  private CallHeader header() throws ShimProtocolException {
    try {
      CodedInputStream in = CodedInputStream.newInstance(header);
      if (in.readTag() == tag(CallHeader.SIZE_FIELD_NUMBER, WireFormat.WIRETYPE_FIXED64)) {
        long size = in.readFixed64();
        if (in.readTag() == tag(CallHeader.API_FIELD_NUMBER, WireFormat.WIRETYPE_FIXED32)) {
          return CallHeader.newBuilder().setSize(size).setApi(in.readFixed32()).build();
        }
      }
    } catch (IOException malformed) {
      // Said below, with the bytes.
    }
    throw new ShimProtocolException("these bytes are no header of a call: " + hex(header));
  }

  private static int tag(int field, int type) {
    return (field << 3) | type;
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  /** Reads the body, with memory only for what has come: a size alone costs nothing. */
  private void readBody(int size) throws IOException {
    if (body.length > KEPT_BYTES) {
      body = new byte[KEPT_BYTES];
    }
    int got = 0;
    while (got < size) {
      if (got == body.length) {
        body = Arrays.copyOf(body, (int) Math.min(size, 4L * body.length));
      }
      int want = Math.min(size, body.length);
      int now = readUpTo(body, got, want);
      if (now < want) {
        throw new ShimProtocolException(
            "the stream ended after %d of the %d bytes of a call".formatted(now, size));
      }
      got = now;
    }
  }

  /** Fills bytes up to an end; {@return the end, or less where the stream ends} */
  private int readUpTo(byte[] bytes, int from, int to) throws IOException {
    int at = from;
    while (at < to) {
      // The channel copies through a direct buffer of this size, and keeps it.
      int got = channel.read(ByteBuffer.wrap(bytes, at, Math.min(to - at, KEPT_BYTES)));
      if (got < 0) {
        return at;
      }
      at += got;
    }
    return at;
  }

  /** Sends the first half of a reply. */
  void breakOff(MessageLite message) throws IOException {
    byte[] bytes = message.toByteArray();
    ResponseHeader.newBuilder().setSize(bytes.length).build().writeTo(out);
    out.writeRawBytes(bytes, 0, bytes.length / 2);
    out.flush();
  }

  /** Sends a reply; a long one passes through in pieces. */
  void reply(MessageLite message) throws IOException {
    ResponseHeader.newBuilder().setSize(message.getSerializedSize()).build().writeTo(out);
    message.writeTo(out);
    out.flush();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
