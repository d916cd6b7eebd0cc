package dev.halyard.cpu;

import dev.halyard.DeviceLostException;
import dev.halyard.spi.ClaimContext;
import dev.halyard.spi.ClaimSink;
import dev.halyard.spi.CompileContext;
import dev.halyard.spi.DeviceDriver;
import dev.halyard.spi.DeviceMemory;
import dev.halyard.spi.DriverContext;
import dev.halyard.spi.GraphView;
import dev.halyard.spi.MemoryKind;
import dev.halyard.spi.NodeView;
import dev.halyard.spi.Partition;
import dev.halyard.spi.Program;
import dev.halyard.spi.Stream;
import dev.halyard.spi.TestHooks;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** The open CPU: host memory, claims, compilation, streams and the worker team they share. */
final class CpuDriver implements DeviceDriver, TestHooks {
  private static final MemoryKind HOST =
      MemoryKind.builder("host").alignment(CpuMemory.ALIGNMENT).build();

  private final Kernels kernels;
  private final DriverContext context;
  private final CpuCounters counters = new CpuCounters();
  private final WorkerTeam team;
  private final Set<CpuStream> streams = ConcurrentHashMap.newKeySet();
  // Submissions left until the device fails on purpose; negative: never.
  private final AtomicLong untilLoss = new AtomicLong(-1);
  private volatile boolean lost;

  CpuDriver(CpuConfiguration configuration, Kernels kernels, DriverContext context) {
    this.kernels = kernels;
    this.context = context;
    team = new WorkerTeam(configuration.threads(), configuration.spinMicros(), counters);
  }

  WorkerTeam team() {
    return team;
  }

  Kernels kernels() {
    return kernels;
  }

  CpuCounters counters() {
    return counters;
  }

  @Override
  public List<MemoryKind> memoryKinds() {
    return List.of(HOST);
  }

  @Override
  public DeviceMemory allocate(MemoryKind kind, long bytes) {
    requireAlive();
    return CpuMemory.allocate(bytes, counters);
  }

  @Override
  public Optional<DeviceMemory> importHost(MemorySegment nativeSegment) {
    requireAlive();
    return Optional.of(CpuMemory.imported(nativeSegment, counters));
  }

  @Override
  public void claim(GraphView graph, ClaimContext claim, ClaimSink sink) {
    requireAlive();
    for (NodeView node : graph.nodes()) {
      Claims.claim(node, sink);
    }
  }

  @Override
  public Program compile(Partition partition, CompileContext compile) {
    requireAlive();
    counters.compiles.increment();
    return new CpuProgram(partition, kernels, team.size(), counters);
  }

  @Override
  public Stream openStream() {
    requireAlive();
    CpuStream stream = new CpuStream(this);
    streams.add(stream);
    counters.handles.increment();
    return stream;
  }

  void forget(CpuStream stream) {
    if (streams.remove(stream)) {
      counters.handles.decrement();
    }
  }

  boolean isLost() {
    return lost;
  }

  void requireAlive() {
    if (lost) {
      throw new DeviceLostException(
          "the CPU device is lost, as a test asked; reopen it with Halyard.reopen");
    }
  }

  /** {@return whether the device fails at this submission, as {@link #loseAt} has asked} */
  boolean countSubmission() {
    return untilLoss.get() > 0 && untilLoss.decrementAndGet() == 0;
  }

  /** Fails as if the device were gone. */
  void lose() {
    lost = true;
    context.lost("a test asked the CPU device to fail");
    streams.forEach(CpuStream::wakeAll);
  }

  @Override
  public Optional<TestHooks> testHooks() {
    return Optional.of(this);
  }

  @Override
  public void loseAt(long ticket) {
    untilLoss.set(ticket);
  }

  @Override
  public long nativeBytes() {
    return counters.nativeBytes.sum();
  }

  @Override
  public long handles() {
    return counters.handles.sum();
  }

  @Override
  public long threads() {
    return counters.threads.sum();
  }

  @Override
  public long compiles() {
    return counters.compiles.sum();
  }

  @Override
  public void close() {
    // The runtime has closed them; should one be left, its kernels end before the team does.
    streams.forEach(CpuStream::close);
    team.close();
  }
}
