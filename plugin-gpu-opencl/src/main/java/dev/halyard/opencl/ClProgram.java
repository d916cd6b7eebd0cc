package dev.halyard.opencl;

import static org.jocl.CL.CL_BUILD_PROGRAM_FAILURE;
import static org.jocl.CL.CL_KERNEL_NUM_ARGS;
import static org.jocl.CL.CL_PROGRAM_BINARIES;
import static org.jocl.CL.CL_PROGRAM_BINARY_SIZES;
import static org.jocl.CL.CL_PROGRAM_BUILD_LOG;
import static org.jocl.CL.clBuildProgram;
import static org.jocl.CL.clCreateKernel;
import static org.jocl.CL.clCreateProgramWithBinary;
import static org.jocl.CL.clCreateProgramWithSource;
import static org.jocl.CL.clGetKernelInfo;
import static org.jocl.CL.clGetProgramBuildInfo;
import static org.jocl.CL.clGetProgramInfo;
import static org.jocl.CL.clReleaseKernel;
import static org.jocl.CL.clReleaseProgram;

import dev.halyard.CompileException;
import dev.halyard.HalyardException;
import dev.halyard.PluginException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.jocl.Pointer;
import org.jocl.Sizeof;
import org.jocl.cl_device_id;
import org.jocl.cl_kernel;
import org.jocl.cl_program;
import org.jspecify.annotations.Nullable;

/** A program that the driver has built. */
final class ClProgram implements AutoCloseable {
  /** What clang says of a temporary file that is gone. */
  static final String LOST_FILE = "unable to rename temporary";

  static final int MOST_REPEATS = 8;

  /**
   * Held through every build: PoCL's compiler names temporary files without regard to other builds
   * under way (pocl/pocl#1480). It takes one at a time in any case, as other drivers do.
   */
  private static final ReentrantLock BUILDING = new ReentrantLock();

  private static final long BUILD_STACK_BYTES = 64L << 20;

  private final cl_program program;

  private ClProgram(cl_program program) {
    this.program = program;
  }

  /**
   * {@return a program, from the cache where it is there}
   *
   * @param context of the device
   * @param source OpenCL C
   * @param options of the build
   * @param cache of binaries, if they are kept
   * @throws CompileException with the driver's log
   * @throws dev.halyard.OutOfDeviceMemoryException if the driver had no memory for the build
   */
  static ClProgram build(
      OpenClContext context, String source, String options, @Nullable BinaryCache cache) {
    Optional<ClProgram> known = load(context, source, options, cache);
    if (known.isPresent()) {
      return known.get();
    }
    ClProgram built = ofSource(context, source, options);
    if (cache != null) {
      String key = cache.key(source, options);
      built.binary().ifPresent(binary -> cache.put(key, binary));
    }
    return built;
  }

  /** {@return a program from the cache; empty if it is not there, or there is no cache} */
  static Optional<ClProgram> load(
      OpenClContext context, String source, String options, @Nullable BinaryCache cache) {
    return cache == null
        ? Optional.empty()
        : cache
            .get(cache.key(source, options))
            .flatMap(binary -> ofBinary(context, binary, options));
  }

  private static ClProgram ofSource(OpenClContext context, String source, String options) {
    int[] code = new int[1];
    cl_program program =
        clCreateProgramWithSource(context.handle(), 1, new String[] {source}, null, code);
    ClError.check(code[0], "clCreateProgramWithSource");
    Built built =
        builtOrRepeated(
            () -> build(program, options), () -> log(program, context.device().device()));
    if (built.code() == ClError.SUCCESS) {
      return new ClProgram(program);
    }
    clReleaseProgram(program);
    throw refused(built, context.device().name());
  }

  /**
   * How a build ended.
   *
   * @param code what the call returned
   * @param log of the driver, if it does not compile the program
   */
  record Built(int code, String log) {
    /**
     * {@return whether to build again} PoCL now and then misses the temporary file of its own
     * build; builds of other processes meet in the same folder, and no lock of ours is there. Twice
     * in a row was seen.
     */
    boolean hasLostFile() {
      return code == CL_BUILD_PROGRAM_FAILURE && log.contains(LOST_FILE);
    }
  }

  /** {@return how the last build ended, of up to {@link #MOST_REPEATS} after the first} */
  static Built builtOrRepeated(IntSupplier build, Supplier<String> log) {
    Built built = built(build, log);
    for (int i = 0; i < MOST_REPEATS && built.hasLostFile(); i++) {
      built = built(build, log);
    }
    return built;
  }

  private static Built built(IntSupplier build, Supplier<String> log) {
    int code = build.getAsInt();
    return new Built(code, code == CL_BUILD_PROGRAM_FAILURE ? log.get() : "");
  }

  /**
   * {@return the exception for a build that failed: for want of memory, no fault of the program}
   */
  static HalyardException refused(Built built, String device) {
    return ClError.isLoss(built.code()) || ClError.isOutOfMemory(built.code())
        ? ClError.exception(built.code(), "clBuildProgram")
        : new CompileException(
            "the OpenCL driver of "
                + device
                + " does not compile a program: "
                + ClError.name(built.code())
                + "; report it with its log:\n"
                + built.log());
  }

  /** {@return a program of a binary that this driver has made; empty if it takes it no more} */
  private static Optional<ClProgram> ofBinary(
      OpenClContext context, byte[] binary, String options) {
    int[] code = new int[1];
    int[] status = new int[1];
    cl_program program =
        clCreateProgramWithBinary(
            context.handle(),
            1,
            new cl_device_id[] {context.device().device()},
            new long[] {binary.length},
            new byte[][] {binary},
            status,
            code);
    if (code[0] != ClError.SUCCESS || program == null) {
      return Optional.empty();
    }
    if (status[0] != ClError.SUCCESS || build(program, options) != ClError.SUCCESS) {
      clReleaseProgram(program);
      return Optional.empty();
    }
    return Optional.of(new ClProgram(program));
  }

  /**
   * Builds on a thread with a large stack. The compiler within a driver recurses as deep as the
   * program asks for; past the end of a Java thread's megabyte the process ends without a word.
   */
  private static int build(cl_program program, String options) {
    BUILDING.lock();
    try {
      return CompletableFuture.supplyAsync(
              () -> clBuildProgram(program, 0, null, options, null, null),
              ClProgram::withLargeStack)
          .join();
    } finally {
      BUILDING.unlock();
    }
  }

  private static void withLargeStack(Runnable task) {
    Thread.ofPlatform().name("halyard-opencl-build").stackSize(BUILD_STACK_BYTES).start(task);
  }

  private static String log(cl_program program, cl_device_id device) {
    long[] size = new long[1];
    clGetProgramBuildInfo(program, device, CL_PROGRAM_BUILD_LOG, 0, null, size);
    if (size[0] <= 0 || size[0] > Integer.MAX_VALUE) {
      return "(the driver gives no log)";
    }
    byte[] bytes = new byte[(int) size[0]];
    int code =
        clGetProgramBuildInfo(
            program, device, CL_PROGRAM_BUILD_LOG, bytes.length, Pointer.to(bytes), null);
    return code == ClError.SUCCESS ? ClInfo.text(bytes) : "(the driver gives no log)";
  }

  private Optional<byte[]> binary() {
    long[] size = new long[1];
    int code =
        clGetProgramInfo(program, CL_PROGRAM_BINARY_SIZES, Sizeof.size_t, Pointer.to(size), null);
    if (code != ClError.SUCCESS || size[0] <= 0 || size[0] > Integer.MAX_VALUE) {
      return Optional.empty();
    }
    byte[] bytes = new byte[(int) size[0]];
    Pointer pointers = Pointer.to(Pointer.to(bytes));
    code = clGetProgramInfo(program, CL_PROGRAM_BINARIES, Sizeof.POINTER, pointers, null);
    return code == ClError.SUCCESS ? Optional.of(bytes) : Optional.empty();
  }

  /**
   * {@return a new kernel object, which is for one thread at a time}
   *
   * @param name of the kernel
   * @param arguments how many it must have
   */
  cl_kernel createKernel(String name, int arguments) {
    int[] code = new int[1];
    cl_kernel kernel = clCreateKernel(program, name, code);
    ClError.check(code[0], "clCreateKernel of " + name);
    int[] count = new int[1];
    code[0] = clGetKernelInfo(kernel, CL_KERNEL_NUM_ARGS, Sizeof.cl_uint, Pointer.to(count), null);
    if (code[0] != ClError.SUCCESS || count[0] != arguments) {
      clReleaseKernel(kernel);
      ClError.check(code[0], "clGetKernelInfo of " + name);
      throw new PluginException(
          "the kernel " + name + " has " + count[0] + " parameters, its launch " + arguments);
    }
    return kernel;
  }

  @Override
  public void close() {
    clReleaseProgram(program);
  }
}
