package dev.halyard.fpga.emulator;

import static dev.halyard.fpga.emulator.ShimClient.UNIT;
import static dev.halyard.fpga.emulator.ShimClient.ints;
import static dev.halyard.fpga.emulator.TestDevice.HIGH;
import static dev.halyard.fpga.emulator.TestDevice.LOW;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.halyard.fpga.emulator.proto.AckReply;
import dev.halyard.fpga.emulator.proto.AllocCall;
import dev.halyard.fpga.emulator.proto.AllocReply;
import dev.halyard.fpga.emulator.proto.CloseCall;
import dev.halyard.fpga.emulator.proto.CloseReply;
import dev.halyard.fpga.emulator.proto.CopyFromDeviceCall;
import dev.halyard.fpga.emulator.proto.CopyFromDeviceReply;
import dev.halyard.fpga.emulator.proto.CopyToDeviceCall;
import dev.halyard.fpga.emulator.proto.CopyToDeviceReply;
import dev.halyard.fpga.emulator.proto.DebugMessagesReply;
import dev.halyard.fpga.emulator.proto.FreeCall;
import dev.halyard.fpga.emulator.proto.FreeReply;
import dev.halyard.fpga.emulator.proto.LoadBitstreamCall;
import dev.halyard.fpga.emulator.proto.ReadCall;
import dev.halyard.fpga.emulator.proto.ReadReply;
import dev.halyard.fpga.emulator.proto.RegisterReadCall;
import dev.halyard.fpga.emulator.proto.RegisterWriteCall;
import dev.halyard.fpga.emulator.proto.TimestampReply;
import dev.halyard.fpga.emulator.proto.WriteCall;
import dev.halyard.fpga.emulator.proto.WriteReply;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShimCallsTests {
  @TempDir Path folder;
  private TestDevice device;

  @BeforeEach
  void load() throws IOException {
    device = TestDevice.loaded(folder);
  }

  @AfterEach
  void close() throws IOException {
    device.close();
  }

  private void assertSaid(String part) {
    assertTrue(
        device.said().stream().anyMatch(line -> line.contains(part)),
        () -> "nobody says '" + part + "': " + device.said());
  }

  @Nested
  class Lifecycle {
    @Test
    void aCloseOfOneHandleLeavesTheDeviceServing() throws Exception {
      CloseCall one = CloseCall.newBuilder().setCloseall(false).build();
      assertTrue(device.shim().call(Api.CLOSE, one, CloseReply.parser()).getValid());
      assertEquals(4, device.readRegister(UNIT));
    }

    @Test
    void aCloseOfAllHandlesEndsItAfterTheReply() throws Exception {
      CloseCall all = CloseCall.newBuilder().setCloseall(true).build();
      assertTrue(device.shim().call(Api.CLOSE, all, CloseReply.parser()).getValid());
      assertEquals("the shim has closed the device", device.end());
    }

    @Test
    void aShimThatGoesEndsIt() throws Exception {
      device.shim().close();
      assertEquals("the shim is gone without a close", device.end());
    }

    @Test
    void itSaysWhichUnitsAreModels() {
      assertSaid("unit vadd:vadd_1 model it has no RTL");
    }

    @Test
    void loadingAgainClearsTheMemory() throws Exception {
      device.copyTo(LOW.address(), ints(7));
      assertTrue(device.load(TestDevice.IMAGE.toBytes()));
      assertEquals(ints(0), device.copyFrom(LOW.address(), 4).getDest());
    }

    @Test
    void aPayloadOfSomebodyElseIsRefused() throws Exception {
      assertFalse(device.load(new byte[] {0x7F, 'E', 'L', 'F', (byte) 0xFF}));
      assertSaid("was not made for the emulator");
    }

    @Test
    void aPayloadThatIsNotThereIsRefused() throws Exception {
      assertFalse(device.load(ByteString.copyFromUtf8(folder + "/absent")));
      assertFalse(device.load(ByteString.copyFrom(new byte[] {0, 1, 2})));
    }

    @Test
    void aModelThatIsNotThereIsRefusedAndLeavesNothing() throws Exception {
      String image =
          new String(TestDevice.IMAGE.toBytes(), UTF_8).replace(VectorAdd.MODEL, "nothing");
      assertFalse(device.load(image.getBytes(UTF_8)));
      assertSaid("of its model nothing there is none among [vector-add]");
      assertFalse(device.readRegisters(UNIT, 4).getValid());
      assertEquals(0, device.copyTo(LOW.address(), ints(1)));
    }
  }

  @Nested
  class Memory {
    @Test
    void whatIsCopiedToTheDeviceIsThereToCopyBack() throws Exception {
      byte[] bytes = new byte[3_000_001];
      new Random(5).nextBytes(bytes);
      for (Bank bank : new Bank[] {LOW, HIGH}) {
        long address = bank.end() - bytes.length;
        assertEquals(bytes.length, device.copyTo(address, ByteString.copyFrom(bytes)));
        CopyFromDeviceReply reply = device.copyFrom(address, bytes.length);
        assertEquals(bytes.length, reply.getSize());
        assertArrayEquals(bytes, reply.getDest().toByteArray());
      }
    }

    @Test
    void memoryThatNobodyWroteIsZero() throws Exception {
      assertEquals(ints(0, 0), device.copyFrom(HIGH.address() + 12_345, 8).getDest());
    }

    @Test
    void onlyAsManyBytesAreWrittenAsTheCallSays() throws Exception {
      CopyToDeviceCall call =
          CopyToDeviceCall.newBuilder().setDest(0).setSrc(ints(1, 2)).setSize(4).build();
      assertEquals(
          4, device.shim().call(Api.COPY_TO_DEVICE, call, CopyToDeviceReply.parser()).getSize());
      assertEquals(ints(1, 0), device.copyFrom(0, 8).getDest());
    }

    @Test
    void aCopyLongerThanItsBytesIsRefused() throws Exception {
      CopyToDeviceCall call =
          CopyToDeviceCall.newBuilder().setDest(0).setSrc(ints(1)).setSize(5).build();
      assertEquals(
          0, device.shim().call(Api.COPY_TO_DEVICE, call, CopyToDeviceReply.parser()).getSize());
      assertSaid("it says 5 bytes and holds 4");
      assertEquals(ints(0), device.copyFrom(0, 4).getDest());
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, -4096, (1L << 34) - 2, 1L << 34, Long.MAX_VALUE, Long.MIN_VALUE})
    void noByteOutsideTheBanksIsWrittenOrRead(long address) throws Exception {
      assertEquals(0, device.copyTo(address, ints(1)));
      CopyFromDeviceReply reply = device.copyFrom(address, 4);
      assertEquals(0, reply.getSize());
      assertEquals(ints(0), reply.getDest(), "the shim copies what it asked for");
      assertSaid("are in none of the memory banks");
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, (1L << 30) + 1, Long.MIN_VALUE, Long.MAX_VALUE})
    void aReadOfAnAbsurdSizeIsRefused(long size) throws Exception {
      CopyFromDeviceCall call = CopyFromDeviceCall.newBuilder().setSrc(0).setSize(size).build();
      byte[] reply = device.shim().call(Api.COPY_FROM_DEVICE, call.toByteArray());
      assertFalse(AckReply.parseFrom(reply).getAck());
      assertSaid("it asks for " + Long.toUnsignedString(size) + " bytes");
    }

    @Test
    void buffersAreGrantedWhereThereIsMemory() throws Exception {
      AllocCall in = AllocCall.newBuilder().setDdraddress(4096).setSize(1 << 20).build();
      AllocReply granted = device.shim().call(Api.ALLOC, in, AllocReply.parser());
      assertTrue(granted.getAck());
      assertEquals(ByteString.EMPTY, granted.getFilename(), "contents are copied, not shared");
      AllocCall out = AllocCall.newBuilder().setDdraddress(LOW.end()).setSize(1).build();
      assertFalse(device.shim().call(Api.ALLOC, out, AllocReply.parser()).getAck());
      FreeCall free = FreeCall.newBuilder().setDdraddress(4096).build();
      assertTrue(device.shim().call(Api.FREE, free, FreeReply.parser()).getAck());
    }

    @Test
    void memoryIsAlsoReadAndWrittenByAddress() throws Exception {
      WriteCall write = WriteCall.newBuilder().setAddr(64).setSize(8).setData(ints(3, 4)).build();
      assertTrue(device.shim().call(Api.WRITE_MEMORY, write, WriteReply.parser()).getValid());
      ReadCall read = ReadCall.newBuilder().setAddr(68).setSize(4).build();
      ReadReply reply = device.shim().call(Api.READ_MEMORY, read, ReadReply.parser());
      assertTrue(reply.getValid());
      assertEquals(ints(4), reply.getData());
    }
  }

  @Nested
  class Registers {
    @Test
    void argumentsHoldWhatWasWritten() throws Exception {
      assertTrue(device.writeRegisters(UNIT + VectorAdd.A, 0xCAFE, -1));
      assertEquals(0xCAFE, device.readRegister(UNIT + VectorAdd.A));
      assertEquals(ints(0xCAFE, -1), device.readRegisters(UNIT + VectorAdd.A, 8).getData());
    }

    @Test
    void aWordThatTheUnitRefusesIsRefused() throws Exception {
      assertFalse(device.writeRegisters(UNIT + VectorAdd.FORBIDDEN, 1));
      ReadReply reply = device.readRegisters(UNIT + VectorAdd.FORBIDDEN, 4);
      assertFalse(reply.getValid());
      assertEquals(ints(0), reply.getData());
      assertSaid("register 0x44 answers SLVERR");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, UNIT - 4, UNIT + 2, UNIT + UnitSpec.RANGE, -4, Long.MAX_VALUE})
    void whereNoUnitIsNothingIsWrittenOrRead(long address) throws Exception {
      assertFalse(device.writeRegisters(address, 1));
      assertFalse(device.readRegisters(address, 4).getValid());
      assertSaid("are no registers of the units");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, UnitSpec.RANGE + 4, -4})
    void aSizeThatIsNotWholeWordsOfTheUnitIsRefused(int bytes) throws Exception {
      ReadCall call = ReadCall.newBuilder().setAddr(UNIT).setSize(bytes).build();
      byte[] reply = device.shim().call(Api.READ_REGISTERS, call.toByteArray());
      assertFalse(ReadReply.parseFrom(reply).getValid());
    }

    @Test
    void aSingleRegisterIsReachedByItsOffset() throws Exception {
      RegisterWriteCall write =
          RegisterWriteCall.newBuilder()
              .setBaseaddress((int) UNIT)
              .setOffset(VectorAdd.N)
              .setData(ints(77))
              .build();
      assertTrue(device.shim().call(Api.REGISTER_WRITE, write, WriteReply.parser()).getValid());
      RegisterReadCall read =
          RegisterReadCall.newBuilder()
              .setBaseaddress((int) UNIT)
              .setOffset(VectorAdd.N)
              .setSize(4)
              .build();
      ReadReply reply = device.shim().call(Api.REGISTER_READ, read, ReadReply.parser());
      assertTrue(reply.getValid());
      assertEquals(ints(77), reply.getData());
    }
  }

  @Nested
  class Others {
    @ParameterizedTest
    @ValueSource(
        ints = {
          Api.READ_COUNTERS,
          Api.TRACE_COUNT,
          Api.READ_TRACE,
          Api.BUS_STATUS,
          Api.READ_STREAMING_COUNTERS,
          Api.READ_STREAMING_TRACE
        })
    void countersAndTracesAreEmpty(int api) throws Exception {
      assertEquals(0, device.shim().call(api, new byte[0]).length);
    }

    @Test
    void theTimestampIsZero() throws Exception {
      TimestampReply reply =
          device.shim().call(Api.TIMESTAMP, AckReply.getDefaultInstance(), TimestampReply.parser());
      assertEquals(0, reply.getDeviceTimestamp());
    }

    @Test
    void thereAreNoDebugMessages() throws Exception {
      DebugMessagesReply reply =
          device
              .shim()
              .call(Api.DEBUG_MESSAGES, AckReply.getDefaultInstance(), DebugMessagesReply.parser());
      assertTrue(reply.hasDisplayMsgs() && reply.hasLogMsgs() && reply.hasStopMsgs());
      assertEquals(0, reply.getDisplayMsgs().size());
    }

    @ParameterizedTest
    @ValueSource(ints = {Api.SET_ENVIRONMENT, Api.SETUP_INSTANCE})
    void setupsAreAcknowledged(int api) throws Exception {
      byte[] reply = device.shim().call(api, new byte[] {0x08, 0x00});
      assertTrue(AckReply.parseFrom(reply).getAck());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2, 22, 99, -1})
    void aCallThatNobodyKnowsIsRefused(int api) throws Exception {
      byte[] reply = device.shim().call(api, new byte[] {1, 2, 3});
      assertFalse(AckReply.parseFrom(reply).getAck());
      assertSaid("call " + api + ": the emulator does not know this call");
    }

    @ParameterizedTest
    @ValueSource(
        ints = {Api.CLOSE, Api.LOAD_BITSTREAM, Api.ALLOC, Api.COPY_TO_DEVICE, Api.WRITE_REGISTERS})
    void bytesThatAreNoMessageAreRefused(int api) throws Exception {
      byte[] reply = device.shim().call(api, new byte[] {0x0A, 0x7F, 1});
      assertFalse(AckReply.parseFrom(reply).getAck());
      assertSaid("its bytes are no such message");
    }

    @Test
    void fieldsThatNobodyKnowsAreSkipped() throws Exception {
      byte[] call = LoadBitstreamCall.newBuilder().setVerbose(true).build().toByteArray();
      byte[] unknown = {(byte) 0xF2, 0x01, 3, 'a', 'b', 'c'};
      byte[] both = ByteString.copyFrom(call).concat(ByteString.copyFrom(unknown)).toByteArray();
      assertFalse(AckReply.parseFrom(device.shim().call(Api.LOAD_BITSTREAM, both)).getAck());
      assertSaid("no payload");
    }
  }
}
