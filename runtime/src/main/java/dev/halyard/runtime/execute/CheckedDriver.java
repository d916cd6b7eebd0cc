package dev.halyard.runtime.execute;

import dev.halyard.PluginException;
import dev.halyard.runtime.isolate.FrontDriver;
import dev.halyard.spi.ClaimContext;
import dev.halyard.spi.ClaimSink;
import dev.halyard.spi.CompileContext;
import dev.halyard.spi.Cost;
import dev.halyard.spi.DeviceDescriptor;
import dev.halyard.spi.DeviceDriver;
import dev.halyard.spi.DeviceMemory;
import dev.halyard.spi.GraphView;
import dev.halyard.spi.MemoryKind;
import dev.halyard.spi.NodeView;
import dev.halyard.spi.Partition;
import dev.halyard.spi.Program;
import dev.halyard.spi.Stream;
import dev.halyard.spi.TestHooks;
import java.lang.foreign.MemorySegment;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Watches both sides of the contract of {@code dev.halyard.spi}: what the plugin answers, and what
 * the runtime asks. Slower, and on only where {@code halyard.check} is true.
 *
 * <p>A breach by the plugin is a {@link PluginException}; a breach by the runtime is an {@link
 * IllegalStateException}, a bug of ours.
 */
public final class CheckedDriver implements FrontDriver {
  private final DeviceDriver driver;
  private final DeviceDescriptor descriptor;
  private final AtomicInteger open = new AtomicInteger();
  private volatile boolean closed;

  /**
   * Wraps a driver.
   *
   * @param driver the plugin's
   * @param descriptor of its device, for messages
   */
  public CheckedDriver(DeviceDriver driver, DeviceDescriptor descriptor) {
    this.driver = driver;
    this.descriptor = descriptor;
  }

  @Override
  public DeviceDriver behind() {
    return driver;
  }

  void breach(boolean broken, String what) {
    if (broken) {
      throw new PluginException(
          "the plugin of " + descriptor.name() + " broke the contract: " + what);
    }
  }

  static void misuse(boolean broken, String what) {
    if (broken) {
      throw new IllegalStateException("the runtime broke the contract with a plugin: " + what);
    }
  }

  void opened() {
    open.incrementAndGet();
  }

  void closedOne() {
    open.decrementAndGet();
  }

  private void requireOpen(String call) {
    misuse(closed, call + " after DeviceDriver.close()");
  }

  @Override
  public List<MemoryKind> memoryKinds() {
    List<MemoryKind> kinds = driver.memoryKinds();
    breach(kinds.isEmpty(), "memoryKinds() is empty");
    for (MemoryKind kind : kinds) {
      breach(
          Long.bitCount(kind.alignment()) != 1,
          "the alignment of memory kind "
              + kind.name()
              + " is "
              + kind.alignment()
              + ", no power of two");
    }
    return kinds;
  }

  @Override
  public DeviceMemory allocate(MemoryKind kind, long bytes) {
    requireOpen("allocate");
    misuse(bytes < 1 || bytes > kind.maxBytes(), "allocate of " + bytes + " bytes");
    DeviceMemory memory = driver.allocate(kind, bytes);
    breach(memory.bytes() < bytes, "allocate(" + bytes + ") gave " + memory.bytes() + " bytes");
    breach(
        kind.hostVisible() && memory.segment().isEmpty(),
        "memory of the host-visible kind " + kind.name() + " has no segment");
    memory
        .segment()
        .ifPresent(
            segment ->
                breach(
                    segment.address() % kind.alignment() != 0,
                    "memory is not aligned to " + kind.alignment()));
    return new CheckedMemory(this, memory);
  }

  @Override
  public Optional<DeviceMemory> importHost(MemorySegment nativeSegment) {
    requireOpen("importHost");
    misuse(!nativeSegment.isNative(), "importHost of heap memory");
    misuse(nativeSegment.byteSize() == 0, "importHost of nothing");
    return driver.importHost(nativeSegment).map(memory -> new CheckedMemory(this, memory));
  }

  @Override
  public void claim(GraphView graph, ClaimContext context, ClaimSink sink) {
    requireOpen("claim");
    Set<NodeView> offered = Collections.newSetFromMap(new IdentityHashMap<>());
    offered.addAll(graph.nodes());
    CheckedSink checked = new CheckedSink(offered, sink);
    driver.claim(graph, context, checked);
    checked.over = true;
  }

  private final class CheckedSink implements ClaimSink {
    private final Set<NodeView> offered;
    private final ClaimSink sink;
    private volatile boolean over;

    CheckedSink(Set<NodeView> offered, ClaimSink sink) {
      this.offered = offered;
      this.sink = sink;
    }

    private void check(NodeView node) {
      breach(over, "a claim after claim() had returned");
      breach(
          !offered.contains(node), "a claim on node '" + node.name() + "', which was not offered");
    }

    @Override
    public void whole(List<? extends NodeView> nodes, Cost cost) {
      breach(nodes.isEmpty(), "a whole claim on no nodes");
      nodes.forEach(this::check);
      sink.whole(nodes, cost);
    }

    @Override
    public void fusable(NodeView node, Cost cost) {
      check(node);
      sink.fusable(node, cost);
    }

    @Override
    public void refuse(NodeView node, String reason) {
      check(node);
      breach(reason.isBlank(), "node '" + node.name() + "' is refused without a reason");
      sink.refuse(node, reason);
    }
  }

  @Override
  public Program compile(Partition partition, CompileContext context) {
    requireOpen("compile");
    Program program = driver.compile(partition, context);
    opened();
    return new CheckedProgram(this, program, partition);
  }

  @Override
  public Stream openStream() {
    requireOpen("openStream");
    Stream stream = driver.openStream();
    breach(stream.completed() != 0, "a new stream has completed ticket " + stream.completed());
    opened();
    return new CheckedStream(this, stream);
  }

  @Override
  public Optional<TestHooks> testHooks() {
    return driver.testHooks();
  }

  @Override
  public void close() {
    misuse(closed, "DeviceDriver.close() twice");
    misuse(
        open.get() != 0,
        "DeviceDriver.close() with "
            + open.get()
            + " streams, programs, bindings or blocks of memory open");
    closed = true;
    driver.close();
  }
}
