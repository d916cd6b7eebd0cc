package dev.halyard.opencl;

import dev.halyard.opencl.code.Launch;
import dev.halyard.opencl.code.Location;
import dev.halyard.spi.Binding;
import dev.halyard.spi.MemorySlice;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jocl.CL;
import org.jocl.cl_kernel;
import org.jspecify.annotations.Nullable;

/**
 * Kernels with every argument set, and the sizes of their launches: a run only enqueues them. The
 * kernel objects belong to this binding, since arguments are set on them; so does a use of every
 * buffer that they read or write.
 */
final class OpenClBinding implements Binding {
  private final OpenClDriver driver;
  private final Arena arena = Arena.ofShared();
  private final List<cl_kernel> kernels = new ArrayList<>();
  private final List<OpenClBuffer> buffers = new ArrayList<>();
  private final List<Copy> copies = new ArrayList<>();
  private @Nullable OverwrittenInputs overwritten;
  private CommandBuffers.@Nullable Recording recording;
  private boolean opened;
  private volatile boolean closed;

  // What a run reads, resolved: handles and addresses.
  private long[] kernelHandles = {};
  private int[] axes = {};
  private long[] globals = {};
  private long[] locals = {};

  /** A copy at the end of a run. */
  private record Copy(long from, long to, long toOffset, long bytes) {}

  private OpenClBinding(OpenClDriver driver) {
    this.driver = driver;
  }

  static OpenClBinding of(
      OpenClDriver driver,
      BuiltSchedule schedule,
      List<MemorySlice> in,
      List<MemorySlice> out,
      MemorySlice workspace) {
    OpenClBinding binding = new OpenClBinding(driver);
    try {
      binding.bind(schedule, in, out, workspace);
      return binding;
    } catch (RuntimeException | Error e) {
      binding.free();
      throw e;
    }
  }

  private void bind(
      BuiltSchedule schedule, List<MemorySlice> in, List<MemorySlice> out, MemorySlice workspace) {
    overwritten = OverwrittenInputs.of(driver.context(), in, out);
    List<Launch> launches = schedule.schedule().launches();
    kernelHandles = new long[launches.size()];
    axes = new int[launches.size()];
    globals = new long[launches.size()];
    locals = new long[launches.size()];
    Objects.checkFromIndexSize(0, schedule.schedule().workspaceBytes(), workspace.bytes());
    for (int i = 0; i < launches.size(); i++) {
      Launch launch = launches.get(i);
      cl_kernel kernel =
          schedule.program().createKernel(launch.kernel(), 2 * launch.buffers().size());
      kernels.add(kernel);
      kernelHandles[i] = kernel.getNativePointer();
      axes[i] = launch.global().length;
      globals[i] = sizes(launch.global());
      locals[i] = sizes(launch.local());
      int argument = 0;
      for (Location location : launch.buffers()) {
        setArguments(
            kernelHandles[i], argument, place(location, schedule, in, out, workspace), launch);
        argument += 2;
      }
    }
    copyOverwritten(out);
    if (kernels.size() > 1 && copies.isEmpty()) {
      recording = driver.context().commandBuffers().flatMap(this::recorded).orElse(null);
    }
    driver.counters().handles.add(kernels.size() + 1L);
    opened = true;
  }

  /** {@return the launches as one command; empty if the driver will not, and they go one by one} */
  private Optional<CommandBuffers.Recording> recorded(CommandBuffers buffers) {
    CommandBuffers.Recording made = buffers.begin().orElse(null);
    if (made == null) {
      return Optional.empty();
    }
    int code = ClError.SUCCESS;
    for (int i = 0; i < kernelHandles.length && code == ClError.SUCCESS; i++) {
      code = made.launch(kernelHandles[i], axes[i], globals[i], locals[i]);
    }
    if (code != ClError.SUCCESS || made.finish() != ClError.SUCCESS) {
      made.release();
      return Optional.empty();
    }
    return Optional.of(made);
  }

  private long sizes(long[] sizes) {
    return arena.allocateFrom(ValueLayout.JAVA_LONG, sizes).address();
  }

  /** Where a tensor begins in a buffer. */
  private record Place(OpenClBuffer buffer, long offset) {}

  private Place place(
      Location location,
      BuiltSchedule schedule,
      List<MemorySlice> in,
      List<MemorySlice> out,
      MemorySlice workspace) {
    return switch (location.area()) {
      case INPUT -> within(in.get(location.index()), location);
      case WORKSPACE -> within(workspace, location);
      case OUTPUT -> {
        OpenClBuffer aside = Objects.requireNonNull(overwritten).aside(location.index());
        yield aside != null
            ? new Place(aside, location.offset())
            : within(out.get(location.index()), location);
      }
      case CONSTANT -> {
        ConstantBuffers.Constant constant = schedule.constant(location);
        yield new Place(constant.buffer, constant.base + location.offset());
      }
    };
  }

  private static Place within(MemorySlice slice, Location location) {
    Objects.checkFromIndexSize(location.offset(), location.bytes(), slice.bytes());
    return new Place(
        OpenClMemory.bufferOf(slice), OpenClMemory.offsetOf(slice) + location.offset());
  }

  private void setArguments(long kernel, int index, Place place, Launch launch) {
    buffers.add(place.buffer().retain());
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment handle = scratch.allocateFrom(ValueLayout.JAVA_LONG, place.buffer().handle());
      MemorySegment offset = scratch.allocateFrom(ValueLayout.JAVA_LONG, place.offset());
      String call = "clSetKernelArg of " + launch.kernel();
      ClError.check(ClCalls.setKernelArg(kernel, index, Long.BYTES, handle.address()), call);
      ClError.check(ClCalls.setKernelArg(kernel, index + 1, Long.BYTES, offset.address()), call);
    }
  }

  private void copyOverwritten(List<MemorySlice> out) {
    for (int i = 0; i < out.size(); i++) {
      OpenClBuffer aside = Objects.requireNonNull(overwritten).aside(i);
      if (aside != null) {
        MemorySlice slice = out.get(i);
        OpenClBuffer to = OpenClMemory.bufferOf(slice).retain();
        buffers.add(to);
        copies.add(
            new Copy(aside.handle(), to.handle(), OpenClMemory.offsetOf(slice), slice.bytes()));
      }
    }
  }

  /**
   * Enqueues the run.
   *
   * @param queue an in-order queue of the context
   * @param queues the address of its handle
   * @param first where the event of the first command goes, or 0
   * @param last where the event of the last command goes, or 0
   * @return the code of the first call that failed, with commands before it on their way; the
   *     number of commands says whether any event was made
   */
  int enqueue(long queue, long queues, long first, long last) {
    if (closed) {
      throw new IllegalStateException("this binding is closed");
    }
    CommandBuffers.Recording known = recording;
    if (known != null) {
      int code = known.enqueue(queues, last);
      return driver.context().madeRoom(code) ? known.enqueue(queues, last) : code;
    }
    int end = commands() - 1;
    int code = ClError.SUCCESS;
    for (int i = 0; i <= end && code == ClError.SUCCESS; i++) {
      long event = i == end ? last : i == 0 ? first : 0;
      code = enqueue(queue, i, event);
      if (driver.context().madeRoom(code)) {
        code = enqueue(queue, i, event);
      }
    }
    return code;
  }

  private int enqueue(long queue, int command, long event) {
    if (command < kernelHandles.length) {
      return ClCalls.enqueueKernel(
          queue, kernelHandles[command], axes[command], globals[command], locals[command], event);
    }
    Copy copy = copies.get(command - kernelHandles.length);
    return ClCalls.enqueueCopy(
        queue, copy.from(), copy.to(), 0, copy.toOffset(), copy.bytes(), event);
  }

  /** {@return how many commands a run enqueues} */
  int commands() {
    return recording != null ? 1 : kernelHandles.length + copies.size();
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      free();
    }
  }

  private void free() {
    if (recording != null) {
      recording.release();
    }
    kernels.forEach(CL::clReleaseKernel);
    buffers.forEach(OpenClBuffer::release);
    if (overwritten != null) {
      overwritten.release();
    }
    arena.close();
    if (opened) {
      driver.counters().handles.add(-(kernels.size() + 1L));
    }
  }
}
