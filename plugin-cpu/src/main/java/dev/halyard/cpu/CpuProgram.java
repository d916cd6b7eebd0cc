package dev.halyard.cpu;

import dev.halyard.spi.Binding;
import dev.halyard.spi.MemorySlice;
import dev.halyard.spi.Partition;
import dev.halyard.spi.Program;
import dev.halyard.spi.TextSink;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A partition with its prepared constants; schedules are made per choice of dimensions. */
final class CpuProgram implements Program {
  private static final int MAX_SCHEDULES = 8;

  private final Partition partition;
  private final Kernels kernels;
  private final int workers;
  private final CpuCounters counters;
  private final PreparedConstants constants;
  private final Map<List<Long>, Schedule> schedules = new LinkedHashMap<>(16, 0.75f, true);

  CpuProgram(Partition partition, Kernels kernels, int workers, CpuCounters counters) {
    this.partition = partition;
    this.kernels = kernels;
    this.workers = workers;
    this.counters = counters;
    constants = new PreparedConstants(counters);
    counters.handles.increment();
    if (partition.symbols().isEmpty()) {
      try {
        schedule(new long[0]);
      } catch (RuntimeException | Error e) {
        close();
        throw e;
      }
    }
  }

  private synchronized Schedule schedule(long[] dims) {
    List<Long> key = Arrays.stream(dims).boxed().toList();
    Schedule known = schedules.get(key);
    if (known == null) {
      known = Lowering.lower(partition, dims, constants, kernels, workers);
      if (schedules.size() == MAX_SCHEDULES) {
        schedules.remove(schedules.keySet().iterator().next());
      }
      schedules.put(key, known);
    }
    return known;
  }

  @Override
  public long workspaceBytes(long[] dims) {
    return schedule(dims).workspaceBytes();
  }

  @Override
  public Binding bind(
      List<MemorySlice> in, List<MemorySlice> out, MemorySlice workspace, long[] dims) {
    Schedule schedule = schedule(dims);
    List<MemorySegment> inputs = in.stream().map(CpuMemory::bytesOf).toList();
    List<MemorySegment> outputs = out.stream().map(CpuMemory::bytesOf).toList();
    OverwrittenInputs overwritten = OverwrittenInputs.of(inputs, outputs, counters);
    Memory memory =
        new Memory(
            inputs,
            overwritten.outputs(),
            CpuMemory.bytesOf(workspace),
            schedule.scratchAt(),
            schedule.scratchBytes(),
            schedule.workers());
    List<Step> steps = new ArrayList<>();
    schedule.steps().forEach(plan -> steps.add(plan.bind(memory)));
    steps.addAll(overwritten.copies());
    steps.removeIf(step -> step.tasks() == 0);
    return new CpuBinding(steps.toArray(Step[]::new), overwritten);
  }

  @Override
  public void describe(TextSink out) {
    out.section("kernels", kernels.text() + ", " + workers + " threads");
    synchronized (this) {
      schedules.forEach(
          (dims, schedule) -> {
            String title = "schedule" + (dims.isEmpty() ? "" : " for " + dims);
            out.section(title, schedule.toString());
            out.section(
                "memory" + (dims.isEmpty() ? "" : " for " + dims),
                "workspace "
                    + schedule.workspaceBytes()
                    + " bytes, of these "
                    + schedule.scratchBytes()
                    + " scratch for each of "
                    + schedule.workers()
                    + " threads; prepared constants "
                    + constants.bytes()
                    + " bytes");
          });
    }
  }

  @Override
  public void close() {
    counters.handles.decrement();
    constants.close();
  }
}
