package dev.halyard.opencl;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Gets OpenCL into the process, once: prepares the environment that its drivers read when they are
 * loaded, puts JOCL's native library where many processes can load it at once, and loads both.
 */
final class OpenClLibrary {
  private static @Nullable OpenClLibrary loaded;

  private final @Nullable String absent;

  private OpenClLibrary(@Nullable String absent) {
    this.absent = absent;
  }

  /**
   * {@return the library, after the first call of the process has loaded it}
   *
   * @param environment reads a variable
   */
  static synchronized OpenClLibrary get(Function<String, Optional<String>> environment) {
    OpenClLibrary known = loaded;
    if (known == null) {
      known = new OpenClLibrary(load(environment));
      loaded = known;
    }
    return known;
  }

  /** {@return why there is no OpenCL and what to do; empty if there is} */
  Optional<String> absent() {
    return Optional.ofNullable(absent);
  }

  private static @Nullable String load(Function<String, Optional<String>> environment) {
    try {
      prepareEnvironment(environment);
      // Before JOCL, which prints what it does not find.
      ClCalls.link();
      JoclLibrary.load(UserFolder.of(environment));
      return null;
    } catch (LinkageError e) {
      return "no OpenCL library can be loaded ("
          + firstLine(e)
          + "); install an OpenCL loader, such as the package ocl-icd-libopencl1, and the driver of"
          + " the device";
    } catch (IOException | RuntimeException e) {
      return "OpenCL cannot be loaded: " + e;
    }
  }

  private static String firstLine(Throwable thrown) {
    return String.valueOf(thrown.getMessage()).lines().findFirst().orElse("no reason given");
  }

  /** Sets what drivers read while they are loaded; what the user has set stays. */
  private static void prepareEnvironment(Function<String, Optional<String>> environment) {
    if (!System.getProperty("os.name", "").startsWith("Linux")) {
      return;
    }
    // PoCL's handler would take the place of the JVM's, and 1/0 would be a number in Java.
    ProcessEnvironment.setUnlessSet("POCL_SIGFPE_HANDLER", "0", environment);
    if (environment.apply(IcdFolder.VARIABLE).isEmpty()) {
      Path folder = IcdFolder.withNvidia(UserFolder.of(environment));
      if (folder != null) {
        ProcessEnvironment.setUnlessSet(IcdFolder.VARIABLE, folder.toString(), environment);
      }
    }
  }
}
