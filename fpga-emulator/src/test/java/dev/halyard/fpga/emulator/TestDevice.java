package dev.halyard.fpga.emulator;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** A device on a thread of the test's process, and a shim that it is connected to. */
final class TestDevice extends ShimClient {
  static final Bank LOW = new Bank("bank0", 0, 1L << 34);
  static final Bank HIGH = new Bank("bank1", 0x4_0000_0000L + (1L << 34), 1L << 34);
  static final EmulationImage IMAGE =
      new EmulationImage(
          List.of(LOW, HIGH),
          List.of(
              new UnitSpec(
                  "vadd:vadd_1", ShimClient.UNIT, Optional.empty(), Optional.of(VectorAdd.MODEL))),
          UnitTiming.fixed(1, 1));

  private final FaultInjector faults;
  private final List<String> said;
  private final CompletableFuture<String> end = new CompletableFuture<>();

  private TestDevice(
      Path folder, FakeShim shim, SocketChannel socket, Map<String, Supplier<Unit>> models) {
    super(folder, shim);
    said = new CopyOnWriteArrayList<>();
    Events events = (event, text) -> said.add(event.line(text));
    faults = new FaultInjector(events);
    UnitFactory factory = new UnitFactory(hash -> Optional.empty(), models, events);
    Thread.ofPlatform().daemon().name("device").start(() -> serve(socket, factory, events));
  }

  private void serve(SocketChannel socket, UnitFactory factory, Events events) {
    try {
      end.complete(served(socket, factory, events));
    } catch (IOException | RuntimeException | Error e) {
      end.completeExceptionally(e);
    }
  }

  private String served(SocketChannel socket, UnitFactory factory, Events events)
      throws IOException {
    try (ShimChannel channel = new ShimChannel(socket);
        Device device = new Device(folder(), factory, faults, events)) {
      return new DeviceServer(channel, new ShimCalls(device, events), faults).serve();
    }
  }

  /** {@return an empty device with a folder of its own} */
  static TestDevice start(Path folder, Supplier<Unit> vectorAdd) throws IOException {
    Path own = Files.createTempDirectory(folder, "d");
    FakeShim shim = FakeShim.listen(own.resolve("s"));
    SocketChannel socket = SocketChannel.open(StandardProtocolFamily.UNIX);
    socket.connect(UnixDomainSocketAddress.of(own.resolve("s")));
    shim.accept();
    return new TestDevice(own, shim, socket, Map.of(VectorAdd.MODEL, vectorAdd));
  }

  /** {@return a device with two banks and a unit that adds vectors} */
  static TestDevice loaded(Path folder, Supplier<Unit> vectorAdd) throws IOException {
    TestDevice device = start(folder, vectorAdd);
    assertTrue(device.load(IMAGE.toBytes()), () -> "not loaded: " + device.said());
    return device;
  }

  static TestDevice loaded(Path folder) throws IOException {
    return loaded(folder, VectorAdd::new);
  }

  /** {@return what the device has said} */
  List<String> said() {
    return said;
  }

  void inject(Fault fault) {
    faults.arm(fault);
  }

  /** {@return why the device has ended serving} */
  String end() throws InterruptedException {
    try {
      return end.get(20, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new AssertionError("the device failed", e.getCause());
    } catch (TimeoutException e) {
      throw new AssertionError("the device hangs; it said " + said, e);
    }
  }

  @Override
  public void close() throws IOException {
    shim().close();
    try {
      end.handle((reason, failure) -> true).get(20, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError("the device did not end with its shim", e);
    }
  }
}
