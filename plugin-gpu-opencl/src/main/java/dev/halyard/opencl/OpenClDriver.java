package dev.halyard.opencl;

import dev.halyard.DType;
import dev.halyard.DeviceLostException;
import dev.halyard.HalyardException;
import dev.halyard.opencl.code.Claims;
import dev.halyard.opencl.code.DeviceModel;
import dev.halyard.spi.ArtefactStore;
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
import dev.halyard.spi.Permission;
import dev.halyard.spi.Program;
import dev.halyard.spi.Stream;
import dev.halyard.spi.TestHooks;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** An open OpenCL device: a context with its memory, programs and streams. */
final class OpenClDriver implements DeviceDriver, TestHooks {
  private static final long DEVICE_ALIGNMENT = 128;

  private final OpenClConfiguration configuration;
  private final DriverContext runtime;
  private final CodeGenerator generator;
  private final OpenClCounters counters = new OpenClCounters();
  private final OpenClContext context;
  private final MemoryKind memoryKind;
  private final Tuner tuner;
  private final TensorProbe tensorProbe = new TensorProbe(this);
  private final Set<OpenClStream> streams = ConcurrentHashMap.newKeySet();
  // Submissions left until the device fails on purpose; negative: never.
  private final AtomicLong untilLoss = new AtomicLong(-1);
  private volatile @Nullable String lost;

  OpenClDriver(
      OpenClDevice device,
      OpenClConfiguration configuration,
      DriverContext runtime,
      CodeGenerator generator) {
    this.configuration = configuration;
    this.runtime = runtime;
    this.generator = generator;
    context = new OpenClContext(device, configuration, counters);
    tuner = new Tuner(this, configuration.tune());
    memoryKind =
        MemoryKind.builder(context.hostVisible() ? "host" : "device")
            .alignment(context.hostVisible() ? OpenClContext.HOST_ALIGNMENT : DEVICE_ALIGNMENT)
            .maxBytes(device.maxBlockBytes())
            .hostVisible(context.hostVisible())
            .build();
  }

  /**
   * {@return what the generator needs to know of the device}
   *
   * @param partition what is to be compiled
   * @param store keeps what is found out of the device
   * @param mayBuild whether trials may be made
   */
  DeviceModel model(Partition partition, ArtefactStore store, boolean mayBuild) {
    DeviceModel model = context.device().model();
    return model.family() == DeviceModel.Family.GPU && permitsTensorCores(partition)
        ? model.withTensorCores(
            configuration.tensorCores().orElseGet(() -> tensorProbe.find(store, mayBuild)))
        : model;
  }

  private static boolean permitsTensorCores(Partition partition) {
    return (partition.permissions().contains(Permission.F16_ACCUMULATE)
            || partition.permissions().contains(Permission.FAST_MATH))
        && partition.graph().nodes().stream().anyMatch(OpenClDriver::multipliesIn16Bits);
  }

  private static boolean multipliesIn16Bits(NodeView node) {
    if (!node.op().equals("matmul/1") && !node.op().equals("conv/1")) {
      return false;
    }
    DType dtype = node.inputs().getFirst().dtype();
    return dtype == DType.F16 || dtype == DType.BF16;
  }

  Tuner tuner() {
    return tuner;
  }

  OpenClContext context() {
    return context;
  }

  System.Logger log() {
    return runtime.log();
  }

  OpenClCounters counters() {
    return counters;
  }

  String name() {
    return context.device().name();
  }

  @Override
  public List<MemoryKind> memoryKinds() {
    return List.of(memoryKind);
  }

  @Override
  public DeviceMemory allocate(MemoryKind kind, long bytes) {
    requireAlive();
    return noticingLoss(() -> new OpenClMemory(context.allocate(bytes), 0, bytes));
  }

  @Override
  public Optional<DeviceMemory> importHost(MemorySegment nativeSegment) {
    requireAlive();
    if (!context.hostVisible() || nativeSegment.byteSize() == 0) {
      return Optional.empty();
    }
    return noticingLoss(() -> context.over(nativeSegment, false).map(memory -> memory));
  }

  @Override
  public void claim(GraphView graph, ClaimContext claim, ClaimSink sink) {
    requireAlive();
    for (NodeView node : graph.nodes()) {
      Claims.claim(node, context.device().model(), sink);
    }
  }

  @Override
  public Program compile(Partition partition, CompileContext compile) {
    requireAlive();
    return new OpenClProgram(partition, this, generator, compile, configuration.binaryCache());
  }

  @Override
  public Stream openStream() {
    requireAlive();
    OpenClStream stream = noticingLoss(() -> new OpenClStream(this));
    streams.add(stream);
    counters.handles.increment();
    return stream;
  }

  void forget(OpenClStream stream) {
    if (streams.remove(stream)) {
      counters.handles.decrement();
    }
  }

  /** {@return what an action gives; a loss that it meets is the loss of the device} */
  <T> T noticingLoss(Supplier<T> action) {
    try {
      return action.get();
    } catch (DeviceLostException e) {
      if (lost == null) {
        lose(String.valueOf(e.getMessage()));
      }
      throw e;
    }
  }

  /** {@return the exception for a code, after what it says of the device has been learnt} */
  HalyardException failed(int code, String call) {
    HalyardException exception = ClError.exception(code, call + " on " + name());
    if (ClError.isLoss(code)) {
      lose(String.valueOf(exception.getMessage()));
    }
    return exception;
  }

  boolean isLost() {
    return lost != null;
  }

  /** {@return whether the device is lost other than on purpose, so that its calls may hang} */
  boolean isGone() {
    return context.isGone();
  }

  void requireAlive() {
    String reason = lost;
    if (reason != null) {
      throw new DeviceLostException(reason);
    }
  }

  /** {@return whether the device fails at this submission, as {@link #loseAt} has asked} */
  boolean countSubmission() {
    return untilLoss.get() > 0 && untilLoss.decrementAndGet() == 0;
  }

  /** Fails as if the device were gone. */
  void loseOnPurpose() {
    declareLost("the OpenCL device is lost, as a test asked; reopen it with Halyard.reopen");
  }

  /** The device is gone. */
  void lose(String reason) {
    context.markGone();
    declareLost(reason);
  }

  private void declareLost(String reason) {
    synchronized (this) {
      lost = lost == null ? reason : lost;
    }
    runtime.lost(reason);
    streams.forEach(OpenClStream::wakeAll);
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
    // The runtime has closed them; should one be left, its queue ends before the context does.
    streams.forEach(OpenClStream::close);
    context.close();
  }
}
