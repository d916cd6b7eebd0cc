package dev.halyard.opencl;

import dev.halyard.ArtefactNeededException;
import dev.halyard.opencl.code.DeviceModel;
import dev.halyard.opencl.code.Schedule;
import dev.halyard.opencl.code.Tiles;
import dev.halyard.spi.Binding;
import dev.halyard.spi.CompileContext;
import dev.halyard.spi.CompileMode;
import dev.halyard.spi.MemorySlice;
import dev.halyard.spi.Partition;
import dev.halyard.spi.Permission;
import dev.halyard.spi.Program;
import dev.halyard.spi.TextSink;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A partition with its constants; schedules are generated and built per choice of dimensions. */
final class OpenClProgram implements Program {
  static final String PLAIN_OPTIONS = "-cl-std=CL1.2 -w";

  private static final int MAX_SCHEDULES = 8;

  private final Partition partition;
  private final OpenClDriver driver;
  private final CodeGenerator generator;
  private final String options;
  private final @Nullable BinaryCache cache;
  private final Tiles tiles;
  private final DeviceModel model;
  private final boolean loadOnly;
  private final ConstantBuffers constants;
  private final Map<List<Long>, BuiltSchedule> schedules = new LinkedHashMap<>(16, 0.75f, true);
  private boolean closed;

  OpenClProgram(
      Partition partition,
      OpenClDriver driver,
      CodeGenerator generator,
      CompileContext compile,
      boolean binaryCache) {
    this.partition = partition;
    this.driver = driver;
    this.generator = generator;
    options = options(partition);
    cache =
        binaryCache
            ? new BinaryCache(compile.artefacts(), driver.context().device().identity())
            : null;
    loadOnly = compile.mode() == CompileMode.LOAD_ONLY;
    model = driver.model(partition, compile.artefacts(), !loadOnly);
    tiles = driver.tuner().tiles(compile.artefacts(), !loadOnly);
    constants = new ConstantBuffers(driver.context());
    driver.counters().handles.increment();
    if (partition.symbols().isEmpty()) {
      try {
        compile.progress(0, "generating and building " + partition.name());
        workspaceBytes(new long[0]);
      } catch (RuntimeException | Error e) {
        close();
        throw e;
      }
    }
  }

  private static String options(Partition partition) {
    return partition.permissions().contains(Permission.FAST_MATH)
        ? PLAIN_OPTIONS + " -cl-finite-math-only -cl-no-signed-zeros"
        : PLAIN_OPTIONS;
  }

  /** {@return the schedule for a choice of dimensions; called under the lock} */
  private BuiltSchedule schedule(long[] dims) {
    if (closed) {
      throw new IllegalStateException("the program of " + partition.name() + " is closed");
    }
    List<Long> key = Arrays.stream(dims).boxed().toList();
    BuiltSchedule known = schedules.get(key);
    if (known == null) {
      known = build(dims);
      if (schedules.size() == MAX_SCHEDULES) {
        List<Long> oldest = schedules.keySet().iterator().next();
        BuiltSchedule dropped = schedules.remove(oldest);
        if (dropped != null) {
          dropped.release();
        }
      }
      schedules.put(key, known);
    }
    return known;
  }

  private BuiltSchedule build(long[] dims) {
    driver.requireAlive();
    driver.counters().compiles.increment();
    Schedule schedule = generator.lower(partition, dims, model, tiles);
    Launches.check(schedule, model);
    ClProgram program =
        schedule.source().isEmpty() ? null : driver.noticingLoss(() -> program(schedule.source()));
    BuiltSchedule built = new BuiltSchedule(schedule, program, constants);
    try {
      return driver.noticingLoss(
          () -> {
            built.placeConstants();
            return built;
          });
    } catch (RuntimeException | Error e) {
      built.release();
      throw e;
    }
  }

  private ClProgram program(String source) {
    return loadOnly
        ? ClProgram.load(driver.context(), source, options, cache)
            .orElseThrow(
                () ->
                    new ArtefactNeededException(
                        "the OpenCL binary of "
                            + partition.name()
                            + " is in no cache, and nothing may be built (LOAD_ONLY); the driver"
                            + " builds it in seconds where CompileMode.JIT allows it"))
        : ClProgram.build(driver.context(), source, options, cache);
  }

  @Override
  public synchronized long workspaceBytes(long[] dims) {
    return schedule(dims).schedule().workspaceBytes();
  }

  @Override
  public Binding bind(
      List<MemorySlice> in, List<MemorySlice> out, MemorySlice workspace, long[] dims) {
    driver.requireAlive();
    BuiltSchedule schedule;
    synchronized (this) {
      schedule = schedule(dims);
      schedule.retain();
    }
    try {
      return driver.noticingLoss(() -> OpenClBinding.of(driver, schedule, in, out, workspace));
    } finally {
      synchronized (this) {
        schedule.release();
      }
    }
  }

  @Override
  public void describe(TextSink out) {
    OpenClDevice device = driver.context().device();
    out.section("device", device.identity() + "\nbuild options " + options);
    synchronized (this) {
      schedules.forEach(
          (dims, schedule) -> {
            String suffix = dims.isEmpty() ? "" : " for " + dims;
            out.section("schedule" + suffix, schedule.text());
            out.section("source" + suffix, schedule.schedule().source());
            out.section(
                "memory" + suffix,
                "workspace "
                    + schedule.schedule().workspaceBytes()
                    + " bytes; constants "
                    + constants.bytes()
                    + " bytes"
                    + (driver.context().hostVisible() ? ", all in the host's memory" : ""));
          });
    }
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      schedules.values().forEach(BuiltSchedule::release);
      schedules.clear();
      driver.counters().handles.decrement();
    }
  }
}
