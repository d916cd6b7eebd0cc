package dev.halyard.tck.wrap;

import dev.halyard.runtime.isolate.FrontDriver;
import dev.halyard.spi.ClaimContext;
import dev.halyard.spi.ClaimSink;
import dev.halyard.spi.CompileContext;
import dev.halyard.spi.DeviceDriver;
import dev.halyard.spi.DeviceMemory;
import dev.halyard.spi.GraphView;
import dev.halyard.spi.MemoryKind;
import dev.halyard.spi.Partition;
import dev.halyard.spi.Program;
import dev.halyard.spi.Stream;
import dev.halyard.spi.TestHooks;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;

/** A driver in front of another that changes nothing; subclasses change one thing. */
public class WrappedDriver implements FrontDriver {
  /** The driver behind this one. */
  protected final DeviceDriver driver;

  /**
   * Wraps a driver.
   *
   * @param driver the driver behind this one
   */
  public WrappedDriver(DeviceDriver driver) {
    this.driver = driver;
  }

  @Override
  public final DeviceDriver behind() {
    return driver;
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
    return driver.compile(partition, context);
  }

  @Override
  public Stream openStream() {
    return driver.openStream();
  }

  @Override
  public Optional<TestHooks> testHooks() {
    return driver.testHooks();
  }

  @Override
  public void close() {
    driver.close();
  }
}
