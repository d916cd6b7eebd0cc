package dev.halyard.fpga.emulator;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import com.google.protobuf.UnsafeByteOperations;

/** One call of the shim. Its bytes are valid until the next call is read. */
final class ShimCall {
  private final int api;
  private final byte[] buffer;
  private final int length;

  ShimCall(int api, byte[] buffer, int length) {
    this.api = api;
    this.buffer = buffer;
    this.length = length;
  }

  /** {@return which call: one of {@link Api}, or a number that it does not know} */
  int api() {
    return api;
  }

  /**
   * {@return the message, whose byte strings share the call's bytes}
   *
   * @param parser of the message that the call carries
   * @throws InvalidProtocolBufferException if the bytes are no such message
   */
  <T extends MessageLite> T as(Parser<T> parser) throws InvalidProtocolBufferException {
    CodedInputStream in = UnsafeByteOperations.unsafeWrap(buffer, 0, length).newCodedInput();
    in.enableAliasing(true);
    return parser.parsePartialFrom(in);
  }
}
