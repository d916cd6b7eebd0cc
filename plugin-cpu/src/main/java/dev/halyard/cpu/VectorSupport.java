package dev.halyard.cpu;

import java.lang.invoke.MethodHandles;
import java.lang.reflect.InvocationTargetException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds the {@link Kernels} that run on vectors, without naming a type of the Vector API. */
final class VectorSupport {
  /** What makes the Vector API available, for messages. */
  static final String FLAG = "--add-modules jdk.incubator.vector";

  private static final String KERNELS = "dev.halyard.cpu.VectorKernels";

  /** An emulated fma takes a thousand times as long as a product and a sum, a real one ten. */
  private static final int EMULATED = 50;

  private static final int TRIALS = 8;
  private static final int FMAS = 256;

  private static @Nullable VectorSupport found;

  private final @Nullable Kernels kernels;
  private final String reason;

  private VectorSupport(@Nullable Kernels kernels, String reason) {
    this.kernels = kernels;
    this.reason = reason;
  }

  /** {@return what this JVM offers, looked for once} */
  static synchronized VectorSupport get() {
    VectorSupport support = found;
    if (support == null) {
      support = find();
      found = support;
    }
    return support;
  }

  /** {@return the vector kernels; empty where {@link #reason} tells why} */
  Optional<Kernels> kernels() {
    return Optional.ofNullable(kernels);
  }

  /** {@return why there are no vector kernels, in one line; empty where there are} */
  String reason() {
    return reason;
  }

  private static VectorSupport find() {
    Module vectors = module().orElse(null);
    if (vectors == null) {
      return without("the module jdk.incubator.vector is not loaded. Start Java with " + FLAG);
    }
    if (!fusesMultiplyAdd()) {
      return without(
          "this JVM has no instruction that multiplies and adds at once (UseFMA is off, or the"
              + " processor has none)");
    }
    return load(vectors, KERNELS);
  }

  private static Optional<Module> module() {
    ModuleLayer own = VectorSupport.class.getModule().getLayer();
    Optional<Module> module =
        own == null ? Optional.empty() : own.findModule("jdk.incubator.vector");
    return module.or(() -> ModuleLayer.boot().findModule("jdk.incubator.vector"));
  }

  /**
   * {@return kernels of a class, or why they cannot be had}
   *
   * @param vectors the module of the Vector API
   * @param name of a class with a constructor without arguments
   */
  static VectorSupport load(Module vectors, String name) {
    VectorSupport.class.getModule().addReads(vectors);
    try {
      Class<?> type = MethodHandles.lookup().findClass(name);
      return new VectorSupport((Kernels) type.getDeclaredConstructor().newInstance(), "");
    } catch (InvocationTargetException e) {
      return failed(e.getCause() == null ? e : e.getCause());
    } catch (ReflectiveOperationException | LinkageError e) {
      return failed(e);
    }
  }

  private static VectorSupport failed(Throwable cause) {
    return without("its vector kernels failed to load: " + cause.toString().replaceAll("\\R", " "));
  }

  private static VectorSupport without(String reason) {
    return new VectorSupport(null, reason);
  }

  /**
   * Whether Math.fma is an instruction, for which FloatVector.fma is one too: else both compute
   * with BigDecimal. The shortest of several trials counts, since the machine may be busy.
   */
  private static boolean fusesMultiplyAdd() {
    long plain = Long.MAX_VALUE;
    long fused = Long.MAX_VALUE;
    float sum = 0;
    for (int trial = 0; trial < TRIALS; trial++) {
      long start = System.nanoTime();
      for (int i = 0; i < FMAS; i++) {
        sum = sum * 0.9f + 1.1f;
      }
      long middle = System.nanoTime();
      for (int i = 0; i < FMAS; i++) {
        sum = Math.fma(sum, 0.9f, 1.1f);
      }
      plain = Math.min(plain, middle - start);
      fused = Math.min(fused, System.nanoTime() - middle);
    }
    // Both sums tend to 11; naming the result keeps the loops.
    return sum > 0 && fused < EMULATED * Math.max(plain, FMAS);
  }
}
