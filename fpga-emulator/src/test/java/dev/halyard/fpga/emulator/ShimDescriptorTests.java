package dev.halyard.fpga.emulator;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Label;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.halyard.fpga.emulator.proto.AckReply;
import dev.halyard.fpga.emulator.proto.AllocCall;
import dev.halyard.fpga.emulator.proto.AllocReply;
import dev.halyard.fpga.emulator.proto.CallHeader;
import dev.halyard.fpga.emulator.proto.CloseCall;
import dev.halyard.fpga.emulator.proto.CloseReply;
import dev.halyard.fpga.emulator.proto.CopyFromDeviceCall;
import dev.halyard.fpga.emulator.proto.CopyFromDeviceReply;
import dev.halyard.fpga.emulator.proto.CopyToDeviceCall;
import dev.halyard.fpga.emulator.proto.CopyToDeviceReply;
import dev.halyard.fpga.emulator.proto.CountersReply;
import dev.halyard.fpga.emulator.proto.DebugMessagesReply;
import dev.halyard.fpga.emulator.proto.FreeCall;
import dev.halyard.fpga.emulator.proto.FreeReply;
import dev.halyard.fpga.emulator.proto.LoadBitstreamCall;
import dev.halyard.fpga.emulator.proto.LoadBitstreamReply;
import dev.halyard.fpga.emulator.proto.ReadCall;
import dev.halyard.fpga.emulator.proto.ReadReply;
import dev.halyard.fpga.emulator.proto.RegisterReadCall;
import dev.halyard.fpga.emulator.proto.RegisterWriteCall;
import dev.halyard.fpga.emulator.proto.ResponseHeader;
import dev.halyard.fpga.emulator.proto.TimestampReply;
import dev.halyard.fpga.emulator.proto.WriteCall;
import dev.halyard.fpga.emulator.proto.WriteReply;
import dev.halyard.fpga.xrt.XrtFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares our messages with the descriptor that protoc has put into the shim's library. */
class ShimDescriptorTests {
  private static final String FILE = "rpc_messages.proto";
  private static final Map<String, DescriptorProto> THEIRS = new HashMap<>();

  @BeforeAll
  static void readLibrary() throws IOException {
    Lanes.require("xrt");
    Path libraries =
        XrtFolder.libraries(name -> Optional.ofNullable(System.getenv(name))).orElseThrow();
    byte[] library = Files.readAllBytes(libraries.resolve("libxrt_swemu.so.2"));
    descriptor(library)
        .getMessageTypeList()
        .forEach(message -> THEIRS.putIfAbsent(message.getName(), message));
  }

  /** The descriptor begins with its first field, the file's name; its length is nowhere. */
  private static FileDescriptorProto descriptor(byte[] library) throws IOException {
    String firstField = "\n" + (char) FILE.length() + FILE;
    int start = new String(library, ISO_8859_1).indexOf(firstField);
    assertTrue(start >= 0, "the library has no descriptor of " + FILE);
    FileDescriptorProto.Builder file = FileDescriptorProto.newBuilder();
    try {
      file.mergeFrom(CodedInputStream.newInstance(library, start, library.length - start));
    } catch (InvalidProtocolBufferException behindTheEnd) {
      // What lies behind the descriptor is no field of it.
    }
    return file.buildPartial();
  }

  static Stream<Arguments> messages() {
    return Stream.of(
        Arguments.of("call_packet_info", CallHeader.getDescriptor()),
        Arguments.of("response_packet_info", ResponseHeader.getDescriptor()),
        Arguments.of("xclClose_call", CloseCall.getDescriptor()),
        Arguments.of("xclClose_response", CloseReply.getDescriptor()),
        Arguments.of("xclLoadBitstream_call", LoadBitstreamCall.getDescriptor()),
        Arguments.of("xclLoadBitstream_response", LoadBitstreamReply.getDescriptor()),
        Arguments.of("xclAllocDeviceBuffer_call", AllocCall.getDescriptor()),
        Arguments.of("xclAllocDeviceBuffer_response", AllocReply.getDescriptor()),
        Arguments.of("xclFreeDeviceBuffer_call", FreeCall.getDescriptor()),
        Arguments.of("xclFreeDeviceBuffer_response", FreeReply.getDescriptor()),
        Arguments.of("xclCopyBufferHost2Device_call", CopyToDeviceCall.getDescriptor()),
        Arguments.of("xclCopyBufferHost2Device_response", CopyToDeviceReply.getDescriptor()),
        Arguments.of("xclCopyBufferDevice2Host_call", CopyFromDeviceCall.getDescriptor()),
        Arguments.of("xclCopyBufferDevice2Host_response", CopyFromDeviceReply.getDescriptor()),
        Arguments.of("xclWriteAddrKernelCtrl_call", WriteCall.getDescriptor()),
        Arguments.of("xclWriteAddrKernelCtrl_response", WriteReply.getDescriptor()),
        Arguments.of("xclWriteAddrSpaceDeviceRam_response", WriteReply.getDescriptor()),
        Arguments.of("xclReadAddrKernelCtrl_call", ReadCall.getDescriptor()),
        Arguments.of("xclReadAddrKernelCtrl_response", ReadReply.getDescriptor()),
        Arguments.of("xclReadAddrSpaceDeviceRam_call", ReadCall.getDescriptor()),
        Arguments.of("xclReadAddrSpaceDeviceRam_response", ReadReply.getDescriptor()),
        Arguments.of("xclRegWrite_call", RegisterWriteCall.getDescriptor()),
        Arguments.of("xclRegWrite_response", WriteReply.getDescriptor()),
        Arguments.of("xclRegRead_call", RegisterReadCall.getDescriptor()),
        Arguments.of("xclRegRead_response", ReadReply.getDescriptor()),
        Arguments.of("xclGetDeviceTimestamp_response", TimestampReply.getDescriptor()),
        Arguments.of("xclGetDebugMessages_response", DebugMessagesReply.getDescriptor()),
        Arguments.of("xclSetEnvironment_response", AckReply.getDescriptor()),
        Arguments.of("xclSetupInstance_response", AckReply.getDescriptor()),
        Arguments.of("xclPerfMonReadCounters_response", CountersReply.getDescriptor()),
        Arguments.of("xclPerfMonReadCounters_Streaming_response", CountersReply.getDescriptor()),
        Arguments.of("xclPerfMonGetTraceCount_response", CountersReply.getDescriptor()),
        Arguments.of("xclPerfMonReadTrace_response", CountersReply.getDescriptor()),
        Arguments.of("xclPerfMonReadTrace_Streaming_response", CountersReply.getDescriptor()),
        Arguments.of("xclReadBusStatus_response", CountersReply.getDescriptor()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("messages")
  void ourFieldsAreTheShims(String name, Descriptor ours) {
    DescriptorProto theirs = THEIRS.get(name);
    assertNotNull(theirs, () -> "none of " + THEIRS.keySet());
    assertFields(theirs, ours.toProto());
  }

  private static void assertFields(DescriptorProto theirs, DescriptorProto ours) {
    for (FieldDescriptorProto field : ours.getFieldList()) {
      FieldDescriptorProto same = field(theirs, field.getNumber());
      assertEquals(wireType(same), wireType(field), () -> same + " and " + field);
      assertEquals(
          same.getLabel() == Label.LABEL_REPEATED,
          field.getLabel() == Label.LABEL_REPEATED,
          () -> same + " and " + field);
    }
    for (int i = 0; i < ours.getNestedTypeCount(); i++) {
      assertFields(theirs.getNestedType(i), ours.getNestedType(i));
    }
  }

  private static Stream<Arguments> replies() {
    return messages().filter(message -> ((String) message.get()[0]).endsWith("_response"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("replies")
  void whatTheShimRequiresOfAReplyIsRequiredHereToo(String name, Descriptor ours) {
    for (FieldDescriptorProto field : THEIRS.get(name).getFieldList()) {
      if (field.getLabel() == Label.LABEL_REQUIRED) {
        assertEquals(
            Label.LABEL_REQUIRED, field(ours.toProto(), field.getNumber()).getLabel(), name);
      }
    }
  }

  private static FieldDescriptorProto field(DescriptorProto message, int number) {
    return message.getFieldList().stream()
        .filter(field -> field.getNumber() == number)
        .findFirst()
        .orElseThrow(() -> new AssertionError("no field " + number + " in " + message));
  }

  private static FieldDescriptorProto.Type wireType(FieldDescriptorProto field) {
    return field.getType() == FieldDescriptorProto.Type.TYPE_STRING
        ? FieldDescriptorProto.Type.TYPE_BYTES
        : field.getType();
  }
}
