package dev.halyard.runtime.isolate;

import dev.halyard.runtime.compile.PartitionOutline;
import dev.halyard.spi.Binding;
import dev.halyard.spi.ClaimContext;
import dev.halyard.spi.ClaimSink;
import dev.halyard.spi.Cost;
import dev.halyard.spi.DeviceDriver;
import dev.halyard.spi.MemorySlice;
import dev.halyard.spi.NodeView;
import dev.halyard.spi.Permission;
import dev.halyard.spi.Program;
import dev.halyard.spi.Stream;
import dev.halyard.spi.TestHooks;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The open device in the child: carries out what {@link IsolatedDriver} asks. */
final class HostedDevice {
  private final DeviceDriver driver;
  private final HostedContext context;
  private final Path folder;
  private final Peer peer;
  private final Bell bell;
  private final long spinNanos;
  private final HostedMemory memory;
  private final Table<Program> programs = new Table<>("program");
  private final Table<Binding> bindings = new Table<>("binding");
  private final Map<Integer, HostedStream> streams = new ConcurrentHashMap<>();
  private final AtomicInteger lastStream = new AtomicInteger();

  HostedDevice(
      DeviceDriver driver,
      HostedContext context,
      Path folder,
      Peer peer,
      Bell bell,
      long spinNanos) {
    this.driver = driver;
    this.context = context;
    this.folder = folder;
    this.peer = peer;
    this.bell = bell;
    this.spinNanos = spinNanos;
    memory = new HostedMemory(driver, folder);
  }

  void wake(int stream) {
    HostedStream parked = streams.get(stream);
    if (parked != null) {
      parked.wake();
    }
  }

  boolean isLost() {
    return context.isLost();
  }

  HostedMemory memory() {
    return memory;
  }

  Binding binding(long number) {
    return bindings.get((int) number);
  }

  void handle(long id, Request request, MessageReader in, MessageWriter out) {
    switch (request) {
      case ALLOCATE -> memory.allocate(in);
      case SHARE -> out.flag(memory.share(in));
      case MAP -> memory.map(in);
      case FREE -> memory.free(in.number());
      case CLAIM -> claim(in, out);
      case COMPILE -> out.count(programs.add(compile(id, in)));
      case DESCRIBE -> describe(in, out);
      case WORKSPACE -> {
        Program program = programs.get(in.count());
        out.number(program.workspaceBytes(in.numbers()));
      }
      case BIND -> out.count(bindings.add(bind(in)));
      case UNBIND -> bindings.remove(in.count()).close();
      case CLOSE_PROGRAM -> programs.remove(in.count()).close();
      case OPEN_STREAM -> openStream(in);
      case CANCEL -> {
        HostedStream stream = stream(in.count());
        out.flag(stream.cancel(in.number()));
      }
      case TIMING -> {
        HostedStream stream = stream(in.count());
        out.each(stream.timing(in.number()), TimingPart::write);
      }
      case CLOSE_STREAM -> {
        int number = in.count();
        HostedStream stream = stream(number);
        stream.close();
        // One that failed stays, for streams that wait for what it will never complete.
        if (!stream.hasFailed()) {
          streams.remove(number);
        }
      }
      case LOSE_AT -> hooks().loseAt(in.number());
      case COUNTERS -> out.numbers(IsolatedHooks.counters(hooks()));
      case CLOSE -> driver.close();
      default -> throw new ProtocolException("the application asks for " + request);
    }
  }

  private TestHooks hooks() {
    return driver.testHooks().orElseThrow(() -> new ProtocolException("there are no test hooks"));
  }

  private GraphMessage.Received graph(MessageReader in) {
    try {
      return GraphMessage.read(in, folder);
    } catch (IOException e) {
      throw new IllegalStateException("the constants of a graph cannot be mapped: " + e, e);
    }
  }

  private record Conditions(Set<Permission> permissions, boolean fusion) implements ClaimContext {}

  private void claim(MessageReader in, MessageWriter out) {
    Set<Permission> permissions = Descriptions.permissions(in);
    boolean fusion = in.flag();
    GraphMessage.Received received = graph(in);
    Lines lines = new Lines(received);
    driver.claim(received.graph(), new Conditions(permissions, fusion), lines);
    out.each(lines.all, ClaimLine::write);
  }

  /** Writes the claims down. */
  private static final class Lines implements ClaimSink {
    private final Map<NodeView, Integer> positions = new HashMap<>();
    private final List<ClaimLine> all = new ArrayList<>();

    Lines(GraphMessage.Received received) {
      received.order().forEach(node -> positions.put(node, positions.size()));
    }

    private List<Integer> positions(List<? extends NodeView> nodes) {
      return nodes.stream().map(this::position).toList();
    }

    private int position(NodeView node) {
      Integer position = positions.get(node);
      if (position == null) {
        throw new IllegalArgumentException(
            "a claim on node '" + node.name() + "', which was not offered");
      }
      return position;
    }

    @Override
    public void whole(List<? extends NodeView> nodes, Cost cost) {
      add(ClaimLine.WHOLE, positions(nodes), cost, "");
    }

    @Override
    public void fusable(NodeView node, Cost cost) {
      add(ClaimLine.FUSABLE, List.of(position(node)), cost, "");
    }

    @Override
    public void refuse(NodeView node, String reason) {
      add(ClaimLine.REFUSED, List.of(position(node)), Cost.ready(), reason);
    }

    private void add(int kind, List<Integer> nodes, Cost cost, String reason) {
      all.add(new ClaimLine(kind, nodes, cost.build().orElse(null), reason));
    }
  }

  private Program compile(long call, MessageReader in) {
    HostedCompilation conditions = HostedCompilation.read(peer, call, in);
    GraphMessage.Received received = graph(in);
    PartitionOutline outline = PartitionMessage.read(in);
    return driver.compile(outline.on(received.graph(), received.order()), conditions);
  }

  private Binding bind(MessageReader in) {
    Program program = programs.get(in.count());
    List<MemorySlice> inputs = in.each(memory::slice);
    List<MemorySlice> outputs = in.each(memory::slice);
    MemorySlice workspace = memory.slice(in);
    return program.bind(inputs, outputs, workspace, in.numbers());
  }

  private void describe(MessageReader in, MessageWriter out) {
    List<String[]> sections = new ArrayList<>();
    programs.get(in.count()).describe((title, text) -> sections.add(new String[] {title, text}));
    out.each(sections, (to, section) -> to.text(section[0]).text(section[1]));
  }

  HostedStream stream(int number) {
    HostedStream stream = streams.get(number);
    if (stream == null) {
      throw new ProtocolException("there is no stream of number " + number);
    }
    return stream;
  }

  /** {@return a stream that another waits for; null if it was closed, with its work done} */
  @Nullable HostedStream streamToWaitFor(int number) {
    HostedStream stream = streams.get(number);
    if (stream == null && number > lastStream.get()) {
      throw new ProtocolException("there is no stream of number " + number);
    }
    return stream;
  }

  private void openStream(MessageReader in) {
    int number = in.count();
    Path file = SharedFolder.file(folder, in.text());
    Stream stream = driver.openStream();
    boolean started = false;
    try {
      HostedStream hosted = new HostedStream(number, file, stream, this, peer, bell, spinNanos);
      streams.put(number, hosted);
      lastStream.accumulateAndGet(number, Math::max);
      hosted.start();
      started = true;
    } finally {
      if (!started) {
        stream.close();
      }
    }
  }
}
