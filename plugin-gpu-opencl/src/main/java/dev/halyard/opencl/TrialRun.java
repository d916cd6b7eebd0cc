package dev.halyard.opencl;

import dev.halyard.opencl.code.Schedule;
import dev.halyard.opencl.code.TileBucket;
import dev.halyard.opencl.code.Trial;
import dev.halyard.spi.Binding;
import dev.halyard.spi.MemorySlice;
import dev.halyard.spi.Stream;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** A {@link Trial} that is built, with memory of its own. */
final class TrialRun implements AutoCloseable {
  private final List<MemorySlice> slices = new ArrayList<>();
  // What to do at the end, the last first.
  private final Deque<Runnable> ends = new ArrayDeque<>();
  private final Stream stream;
  private final Binding binding;

  /**
   * Builds.
   *
   * @param driver of the device
   * @param bucket the sizes of the product
   * @param schedule what computes it
   * @throws dev.halyard.HalyardException if the device will not run it, or has no memory for it
   */
  TrialRun(OpenClDriver driver, TileBucket bucket, Schedule schedule) {
    OpenClContext context = driver.context();
    Launches.check(schedule, context.device().model());
    try {
      BuiltSchedule built =
          new BuiltSchedule(
              schedule,
              ClProgram.build(context, schedule.source(), OpenClProgram.PLAIN_OPTIONS, null),
              new ConstantBuffers(context));
      ends.push(built::release);
      List<Long> sizes = new ArrayList<>(Trial.bytes(bucket));
      sizes.add(Math.max(1, schedule.workspaceBytes()));
      for (long bytes : sizes) {
        OpenClMemory memory = new OpenClMemory(context.allocate(bytes), 0, bytes);
        ends.push(memory::close);
        slices.add(MemorySlice.of(memory));
      }
      stream = driver.openStream();
      ends.push(stream::close);
      binding =
          OpenClBinding.of(
              driver, built, slices.subList(0, 2), slices.subList(2, 3), slices.getLast());
      ends.push(binding::close);
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  /** Fills an input: 0, the left matrices, or 1, the right ones. */
  void upload(int input, MemorySegment from) {
    await(stream.upload(from, slices.get(input)));
  }

  void execute() {
    stream.execute(binding);
  }

  /** Reads the result. */
  void download(MemorySegment to) {
    await(stream.download(slices.get(2), to));
  }

  /** The memory of the copy is freed after it: an interrupt is kept for later. */
  private void await(long ticket) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          stream.await(ticket, Long.MAX_VALUE);
          return;
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public void close() {
    Runnable end = ends.poll();
    if (end != null) {
      try {
        end.run();
      } finally {
        close();
      }
    }
  }
}
