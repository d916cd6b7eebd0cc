package dev.halyard.runtime.isolate;

import dev.halyard.DeviceLostException;
import dev.halyard.runtime.isolate.IsolatedPlugin.Finding;
import dev.halyard.spi.DeviceDescriptor;
import dev.halyard.spi.DeviceDriver;
import dev.halyard.spi.DevicePlugin;
import dev.halyard.spi.ProbeContext;
import dev.halyard.spi.ProbeSink;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** The plugin in the child: made, probed and opened; what concerns the open device is passed on. */
final class Hosted implements Peer.Handler {
  private final Path folder;
  private final Bell bell;
  private @Nullable Peer peer;

  /** Set once by {@link Request#SETUP}, before anything else is asked. */
  private volatile @Nullable Setup setup;

  private volatile @Nullable HostedDevice device;

  private record Setup(DevicePlugin plugin, Map<String, String> configuration, long spinNanos) {}

  Hosted(Path folder, Bell bell) {
    this.folder = folder;
    this.bell = bell;
  }

  void connect(Peer to) {
    peer = to;
  }

  void wake(int stream) {
    HostedDevice open = device;
    if (open != null) {
      open.wake(stream);
    }
  }

  @Override
  public void handle(long id, Request request, MessageReader in, MessageWriter out) {
    switch (request) {
      case SETUP -> setUp(in);
      case PROBE -> out.each(probe(), Finding::write);
      case OPEN -> open(in, out);
      default -> requireDevice().handle(id, request, in, out);
    }
  }

  private HostedDevice requireDevice() {
    HostedDevice open = device;
    if (open == null) {
      throw new ProtocolException("no device is open");
    }
    return open;
  }

  private Setup requireSetup() {
    Setup made = setup;
    if (made == null) {
      throw new ProtocolException("the plugin is not made yet");
    }
    return made;
  }

  private void setUp(MessageReader in) {
    PluginOrigin origin = PluginOrigin.read(in);
    in.texts().forEach(System::setProperty);
    Map<String, String> configuration = in.texts();
    long spinNanos = in.number();
    beat(SharedFolder.file(folder, in.text()));
    setup = new Setup(origin.make(), configuration, spinNanos);
  }

  private static void beat(Path file) {
    Pulse pulse = new Pulse(map(file, Pulse.BYTES, Arena.global()));
    Thread.ofPlatform()
        .daemon()
        .name("halyard-isolated-heart")
        .start(
            () -> {
              while (true) {
                pulse.beat();
                LockSupport.parkNanos(Pulse.BEAT_MILLIS * 1_000_000);
              }
            });
  }

  static MemorySegment map(Path file, long bytes, Arena arena) {
    try {
      return SharedFolder.map(file, bytes, arena);
    } catch (IOException e) {
      throw new IllegalStateException("shared memory cannot be mapped: " + e, e);
    }
  }

  /** What the plugin has reported stays, whatever it throws then. */
  private List<Finding> probe() {
    Setup made = requireSetup();
    List<Finding> findings = new ArrayList<>();
    try {
      made.plugin.probe(new Context(made.configuration), new Sink(findings));
    } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
      findings.add(new Finding(null, e.toString(), true));
    }
    return findings;
  }

  private record Context(Map<String, String> configuration) implements ProbeContext {
    @Override
    public Optional<String> environment(String variable) {
      return Optional.ofNullable(System.getenv(variable));
    }
  }

  private record Sink(List<Finding> findings) implements ProbeSink {
    @Override
    public void device(DeviceDescriptor found) {
      findings.add(new Finding(found, "", false));
    }

    @Override
    public void nothing(String reason) {
      findings.add(new Finding(null, reason, false));
    }
  }

  /** The device is looked for again: the plugin of this process has not reported any yet. */
  private void open(MessageReader in, MessageWriter out) {
    Setup made = requireSetup();
    String stableId = in.text();
    Path cache = Path.of(in.text());
    List<Finding> findings = probe();
    DeviceDescriptor found =
        findings.stream()
            .map(Finding::device)
            .filter(Objects::nonNull)
            .map(Objects::requireNonNull)
            .filter(candidate -> candidate.stableId().equals(stableId))
            .findFirst()
            .orElseThrow(
                () ->
                    new DeviceLostException(
                        "device "
                            + stableId
                            + " is not found any more: "
                            + findings.stream().map(Finding::reason).toList()));
    Peer to = Objects.requireNonNull(peer);
    HostedContext context = new HostedContext(to, made.configuration, cache);
    DeviceDriver driver = made.plugin.open(found, context);
    device = new HostedDevice(driver, context, folder, to, bell, made.spinNanos);
    out.each(driver.memoryKinds(), (writer, kind) -> Descriptions.write(kind, writer));
    out.flag(driver.testHooks().isPresent());
  }
}
