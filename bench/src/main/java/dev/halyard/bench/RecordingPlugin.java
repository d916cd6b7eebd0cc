package dev.halyard.bench;

import dev.halyard.spi.Binding;
import dev.halyard.spi.ClaimContext;
import dev.halyard.spi.ClaimSink;
import dev.halyard.spi.CompileContext;
import dev.halyard.spi.DeviceDescriptor;
import dev.halyard.spi.DeviceDriver;
import dev.halyard.spi.DeviceMemory;
import dev.halyard.spi.DevicePlugin;
import dev.halyard.spi.DriverContext;
import dev.halyard.spi.GraphView;
import dev.halyard.spi.MemoryKind;
import dev.halyard.spi.MemorySlice;
import dev.halyard.spi.Partition;
import dev.halyard.spi.PluginInfo;
import dev.halyard.spi.ProbeContext;
import dev.halyard.spi.ProbeSink;
import dev.halyard.spi.Program;
import dev.halyard.spi.Spi;
import dev.halyard.spi.Stream;
import dev.halyard.spi.TextSink;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A plugin in front of another that remembers the last binding and stream, and hands both on as
 * they are, so that a bare {@link Stream#execute} can be timed beside an invocation of the same
 * binding.
 */
final class RecordingPlugin implements DevicePlugin {
  private final DevicePlugin plugin;
  private @Nullable Binding binding;
  private @Nullable Stream stream;

  RecordingPlugin(DevicePlugin plugin) {
    this.plugin = plugin;
  }

  Binding binding() {
    return present(binding);
  }

  Stream stream() {
    return present(stream);
  }

  private static <T> T present(@Nullable T recorded) {
    if (recorded == null) {
      throw new IllegalStateException(
          "nothing was recorded; prepare an invocation on this plugin's device first");
    }
    return recorded;
  }

  @Override
  public PluginInfo info() {
    PluginInfo info = plugin.info();
    return PluginInfo.builder("recording", info.vendor(), info.version(), Spi.LEVEL).build();
  }

  @Override
  public void probe(ProbeContext context, ProbeSink found) {
    plugin.probe(context, found);
  }

  @Override
  public DeviceDriver open(DeviceDescriptor device, DriverContext context) {
    return new RecordingDriver(plugin.open(device, context));
  }

  private final class RecordingDriver implements DeviceDriver {
    private final DeviceDriver driver;

    RecordingDriver(DeviceDriver driver) {
      this.driver = driver;
    }

    @Override
    public List<MemoryKind> memoryKinds() {
      return driver.memoryKinds();
    }

    @Override
    public DeviceMemory allocate(MemoryKind kind, long bytes) {
      return driver.allocate(kind, bytes);
    }

    @Override
    public Optional<DeviceMemory> importHost(MemorySegment nativeSegment) {
      return driver.importHost(nativeSegment);
    }

    @Override
    public void claim(GraphView graph, ClaimContext context, ClaimSink sink) {
      driver.claim(graph, context, sink);
    }

    @Override
    public Program compile(Partition partition, CompileContext context) {
      return new RecordingProgram(driver.compile(partition, context));
    }

    @Override
    public Stream openStream() {
      Stream opened = driver.openStream();
      stream = opened;
      return opened;
    }

    @Override
    public void close() {
      driver.close();
    }
  }

  private final class RecordingProgram implements Program {
    private final Program program;

    RecordingProgram(Program program) {
      this.program = program;
    }

    @Override
    public long workspaceBytes(long[] dims) {
      return program.workspaceBytes(dims);
    }

    @Override
    public Binding bind(
        List<MemorySlice> in, List<MemorySlice> out, MemorySlice workspace, long[] dims) {
      Binding bound = program.bind(in, out, workspace, dims);
      binding = bound;
      return bound;
    }

    @Override
    public void describe(TextSink out) {
      program.describe(out);
    }

    @Override
    public void close() {
      program.close();
    }
  }
}
