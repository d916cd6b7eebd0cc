package dev.halyard.cpu;

import java.lang.invoke.MethodHandles;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds the {@link Kernels} that run on vectors, without naming a type of the Vector API. */
final class VectorSupport {
  /** What makes the Vector API available, for messages. */
  static final String FLAG = "--add-modules jdk.incubator.vector";

  private static final String KERNELS = "dev.halyard.cpu.VectorKernels";

  private static @Nullable Kernels kernels;

  private VectorSupport() {}

  /** {@return whether the module is in the running image's boot layer or in this class's} */
  static boolean present() {
    return module().isPresent();
  }

  private static Optional<Module> module() {
    ModuleLayer own = VectorSupport.class.getModule().getLayer();
    Optional<Module> found =
        own == null ? Optional.empty() : own.findModule("jdk.incubator.vector");
    return found.or(() -> ModuleLayer.boot().findModule("jdk.incubator.vector"));
  }

  /** {@return the vector kernels; empty where the JVM was started without the Vector API} */
  static synchronized Optional<Kernels> kernels() {
    if (kernels == null) {
      kernels = module().map(VectorSupport::load).orElse(null);
    }
    return Optional.ofNullable(kernels);
  }

  private static @Nullable Kernels load(Module vectors) {
    VectorSupport.class.getModule().addReads(vectors);
    try {
      Class<?> type = MethodHandles.lookup().findClass(KERNELS);
      return (Kernels) type.getDeclaredConstructor().newInstance();
    } catch (ReflectiveOperationException | LinkageError e) {
      return null;
    }
  }
}
