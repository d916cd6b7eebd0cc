package dev.halyard.runtime.isolate;

import dev.halyard.DeviceLostException;
import dev.halyard.OutOfDeviceMemoryException;
import dev.halyard.internal.LeasedArena;
import dev.halyard.runtime.compile.PartitionOutline;
import dev.halyard.spi.ArtefactStore;
import dev.halyard.spi.ClaimContext;
import dev.halyard.spi.ClaimSink;
import dev.halyard.spi.CompileContext;
import dev.halyard.spi.DeviceDescriptor;
import dev.halyard.spi.DeviceDriver;
import dev.halyard.spi.DeviceMemory;
import dev.halyard.spi.DriverContext;
import dev.halyard.spi.GraphView;
import dev.halyard.spi.MemoryKind;
import dev.halyard.spi.Partition;
import dev.halyard.spi.Program;
import dev.halyard.spi.Stream;
import dev.halyard.spi.TestHooks;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A driver whose device is open in a child. It is also where arenas of the device's kernels get
 * memory that the child sees, so that their tensors need no copy.
 */
final class IsolatedDriver implements DeviceDriver, LeasedArena.Backing, Child.Events {
  private static final Duration OPEN_LIMIT = Duration.ofMinutes(2);

  /** How far past its deadline a compilation may go before its process is given up. */
  private static final Duration COMPILE_GRACE = Duration.ofSeconds(30);

  /** What a deadline without end stands for. */
  private static final Duration LONGEST_COMPILE = Duration.ofDays(365);

  /** How long the driver in the child may take to close; its process ends then in any case. */
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

  /** How long a child whose device is lost may take to give something back. */
  static final Duration LOST_LIMIT = Duration.ofSeconds(2);

  /** What mapped files are aligned to everywhere. */
  private static final long PAGE = 4096;

  private final DriverContext context;
  private final Map<Integer, IsolatedStream> streams = new ConcurrentHashMap<>();
  private final AtomicInteger streamIds = new AtomicInteger();
  private final AtomicLong memoryIds = new AtomicLong();
  private final SharedAreas areas = new SharedAreas();
  private final Object freeing = new Object();
  private final Child child;
  private List<MemoryKind> kinds = List.of();
  private boolean hasHooks;
  private boolean sharesMemory;

  /** The store of the compilation begun last; all of a driver's go to its plugin's. */
  private volatile @Nullable ArtefactStore artefacts;

  /** Why the device is lost; set before anybody is told. */
  private volatile @Nullable String lossReason;

  private volatile boolean closed;

  private IsolatedDriver(Child.Launch launch, DriverContext context) {
    this.context = context;
    this.child = Child.start(launch, this);
  }

  /**
   * Opens a device in a new child.
   *
   * @throws DeviceLostException if the child dies or hangs meanwhile, or does not find the device
   */
  static IsolatedDriver open(Child.Launch launch, DeviceDescriptor device, DriverContext context) {
    IsolatedDriver driver = new IsolatedDriver(launch, context);
    boolean opened = false;
    try {
      driver.open(device);
      opened = true;
      return driver;
    } finally {
      if (!opened) {
        driver.child.close();
      }
    }
  }

  private void open(DeviceDescriptor device) {
    MessageWriter out = new MessageWriter();
    out.text(device.stableId()).text(context.cacheFolder().toString());
    Opened opened = child.call(Request.OPEN, out, OPEN_LIMIT, Opened::read);
    hasHooks = opened.hasHooks;
    sharesMemory = isOfOneKind(opened.kinds) && canShareMemory();
    kinds = opened.kinds.stream().map(this::seenFromHere).toList();
  }

  private record Opened(List<MemoryKind> kinds, boolean hasHooks) {
    static Opened read(MessageReader in) {
      return new Opened(in.each(Descriptions::memoryKind), in.flag());
    }
  }

  /** Memory that is shared has no kind: a device with several is given none. */
  private static boolean isOfOneKind(List<MemoryKind> kinds) {
    List<MemoryKind> visible = kinds.stream().filter(MemoryKind::hostVisible).toList();
    return visible.isEmpty() || (visible.size() == 1 && visible.getFirst().alignment() <= PAGE);
  }

  /** Whether the device reaches memory of the host is seen by giving it some. */
  private boolean canShareMemory() {
    try (Arena arena = Arena.ofShared()) {
      long id = memoryIds.incrementAndGet();
      if (!share(id, child.folder().allocate(PAGE, arena))) {
        return false;
      }
      free(id);
      return true;
    }
  }

  private MemoryKind seenFromHere(MemoryKind kind) {
    return MemoryKind.builder(kind.name())
        .alignment(kind.alignment())
        .maxBytes(kind.maxBytes())
        .hostVisible(kind.hostVisible() && sharesMemory)
        .build();
  }

  /** {@return whether the device can use shared memory, which it has from now on if so} */
  private boolean share(long id, SharedFolder.Shared shared) {
    try {
      return child.call(
          Request.SHARE,
          new MessageWriter().number(id).text(shared.file()).number(shared.memory().byteSize()),
          MessageReader::flag);
    } finally {
      child.folder().discard(shared.file());
    }
  }

  Child child() {
    return child;
  }

  /** Throws if the device is lost. */
  void requireAlive() {
    String reason = lossReason;
    if (reason != null) {
      throw new DeviceLostException(reason);
    }
  }

  boolean isLost() {
    return lossReason != null;
  }

  @Override
  public List<MemoryKind> memoryKinds() {
    return kinds;
  }

  @Override
  public DeviceMemory allocate(MemoryKind kind, long bytes) {
    requireAlive();
    int index = kinds.indexOf(kind);
    if (index < 0) {
      throw new IllegalArgumentException("memory kind " + kind.name() + " is of another driver");
    }
    long id = memoryIds.incrementAndGet();
    if (kind.hostVisible()) {
      return allocateShared(id, bytes);
    }
    child.call(Request.ALLOCATE, new MessageWriter().number(id).count(index).number(bytes));
    return IsolatedMemory.remote(this, id, bytes);
  }

  private DeviceMemory allocateShared(long id, long bytes) {
    Arena arena = Arena.ofShared();
    boolean kept = false;
    try {
      SharedFolder.Shared shared = child.folder().allocate(bytes, arena);
      kept = share(id, shared);
      if (!kept) {
        throw new OutOfDeviceMemoryException(
            "the device took shared memory before, and does not take " + bytes + " bytes now");
      }
      return IsolatedMemory.shared(this, id, shared.memory(), arena);
    } finally {
      if (!kept) {
        arena.close();
      }
    }
  }

  void free(long id) {
    release(Request.FREE, new MessageWriter().number(id));
  }

  /** Has the child give something back; one whose device is lost is not waited for long. */
  void release(Request request, MessageWriter body) {
    child.release(request, body, isLost() ? LOST_LIMIT : Child.ANSWER_LIMIT);
  }

  /**
   * {@inheritDoc} Memory of this process that the child does not see is not made visible: the
   * runtime copies it.
   */
  @Override
  public Optional<DeviceMemory> importHost(MemorySegment nativeSegment) {
    requireAlive();
    return areas
        .find(nativeSegment)
        .map(
            area ->
                IsolatedMemory.view(
                    this,
                    area.id(),
                    nativeSegment.address() - area.memory().address(),
                    nativeSegment));
  }

  /** {@inheritDoc} Shared with the child where the device reaches such memory. */
  @Override
  public MemorySegment allocate(Arena owner, long bytes, long alignment) {
    if (!sharesMemory || bytes == 0 || alignment > PAGE || isLost() || closed) {
      return owner.allocate(bytes, alignment);
    }
    long id = memoryIds.incrementAndGet();
    SharedFolder.Shared shared = child.folder().allocate(bytes, owner);
    if (share(id, shared)) {
      areas.add(new SharedAreas.Area(id, shared.memory()));
    }
    return shared.memory();
  }

  @Override
  public void claim(GraphView graph, ClaimContext claim, ClaimSink sink) {
    requireAlive();
    MessageWriter out = new MessageWriter();
    Descriptions.write(claim.permissions(), out);
    out.flag(claim.fusion());
    try (GraphMessage.Sent sent = GraphMessage.write(graph, child.folder(), out)) {
      int nodes = sent.order().size();
      child
          .call(Request.CLAIM, out, in -> in.each(from -> ClaimLine.read(from, nodes)))
          .forEach(line -> line.repeat(sent.order(), sink));
    }
  }

  @Override
  public Program compile(Partition partition, CompileContext compile) {
    requireAlive();
    artefacts = compile.artefacts();
    Instant now = Instant.now();
    Instant deadline = earlier(compile.deadline(), now.plus(LONGEST_COMPILE));
    MessageWriter out = new MessageWriter();
    out.text(compile.mode().name()).number(deadline.toEpochMilli());
    out.text(compile.artefacts().folder().toString());
    try (GraphMessage.Sent sent = GraphMessage.write(partition.graph(), child.folder(), out)) {
      PartitionMessage.write(PartitionOutline.of(partition, sent.order()), out);
      Duration limit = Duration.between(now, deadline).plus(COMPILE_GRACE);
      int program =
          child.call(
              Request.COMPILE,
              out,
              limit,
              (id, request, asked, answer) -> progress(compile, request, asked),
              MessageReader::count);
      return new IsolatedProgram(this, program);
    }
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }

  private static void progress(CompileContext compile, Request request, MessageReader asked) {
    if (request != Request.PROGRESS) {
      throw new ProtocolException("within a compilation, the child asks for " + request);
    }
    double fraction = asked.real();
    compile.progress(fraction, asked.text());
  }

  @Override
  public Stream openStream() {
    requireAlive();
    int id = streamIds.incrementAndGet();
    IsolatedStream stream = new IsolatedStream(this, id);
    streams.put(id, stream);
    boolean opened = false;
    try {
      stream.open();
      opened = true;
      return stream;
    } finally {
      if (!opened) {
        streams.remove(id);
      }
    }
  }

  void forget(int stream) {
    streams.remove(stream);
  }

  long newMemoryId() {
    return memoryIds.incrementAndGet();
  }

  @Override
  public Optional<TestHooks> testHooks() {
    return hasHooks ? Optional.of(new IsolatedHooks(this)) : Optional.empty();
  }

  @Override
  public void close() {
    closed = true;
    streams.values().forEach(IsolatedStream::close);
    child.release(Request.CLOSE, new MessageWriter(), isLost() ? LOST_LIMIT : CLOSE_LIMIT);
    child.close();
  }

  // --- What the child reports ---------------------------------------------------------------

  @Override
  public void handle(Request request, MessageReader in, MessageWriter out) {
    switch (request) {
      case LOST -> {
        String reason = in.text();
        child.loseDevice(reason, LOST_LIMIT);
        reportLoss(reason);
      }
      case LOG -> log(in);
      case STREAM_FAILED -> failStream(in);
      case ARTEFACT_GET -> {
        Optional<byte[]> content = store().get(in.text());
        out.flag(content.isPresent()).bytes(content.orElse(new byte[0]));
      }
      case ARTEFACT_PUT -> {
        String key = in.text();
        store().put(key, in.bytes());
      }
      default -> throw new ProtocolException("the child asks for " + request);
    }
  }

  private ArtefactStore store() {
    ArtefactStore store = artefacts;
    if (store == null) {
      throw new IllegalStateException("artefacts are there from the first compilation on");
    }
    return store;
  }

  private void log(MessageReader in) {
    System.Logger.Level level = System.Logger.Level.valueOf(in.text());
    context.log().log(level, in.text());
  }

  private void failStream(MessageReader in) {
    IsolatedStream stream = streams.get(in.count());
    if (stream != null) {
      stream.fail(Failures.read(in));
    }
  }

  private void reportLoss(String reason) {
    lossReason = reason;
    context.lost(reason);
    streams.values().forEach(IsolatedStream::wakeAll);
  }

  @Override
  public void lost(String reason) {
    if (!isLost()) {
      reportLoss(reason);
    }
    streams.values().forEach(IsolatedStream::wakeAll);
  }

  @Override
  public void wake(int stream) {
    IsolatedStream parked = streams.get(stream);
    if (parked != null) {
      parked.wakeAll();
    }
  }

  @Override
  public void tick() {
    if (areas.anyGone()) {
      // Not on this thread, which watches over the child that this asks.
      Thread.ofPlatform().daemon().name("halyard-isolated-free").start(this::freeGone);
    }
  }

  /** Has the child give back the memory of arenas that are closed. */
  void freeGone() {
    synchronized (freeing) {
      areas.sweep().forEach(area -> free(area.id()));
    }
  }
}
