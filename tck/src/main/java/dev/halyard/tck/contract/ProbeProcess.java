package dev.halyard.tck.contract;

import dev.halyard.spi.DeviceDescriptor;
import dev.halyard.spi.DevicePlugin;
import dev.halyard.spi.ProbeSink;
import dev.halyard.tck.check.Crashed;
import dev.halyard.tck.check.Hung;
import dev.halyard.tck.check.Trial;
import dev.halyard.tck.run.Jvm;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * A process in which nobody has probed yet. It makes the plugin as it is, isolated or not, with the
 * environment that it asks for.
 */
public final class ProbeProcess {
  private static final long LIMIT_SECONDS = 30;
  private static final int AGAIN = 3;

  private ProbeProcess() {}

  /** What the process does. */
  private enum Task {
    /** Looks around, probes, and looks again. */
    TRACES,
    /** Takes the time of probes. */
    TIME
  }

  /** Requires that probes in a new process leave nothing behind. */
  static void requireNoTraces(Trial trial) throws IOException, InterruptedException {
    List<String> traces = run(trial, Task.TRACES);
    if (!traces.isEmpty()) {
      throw new AssertionError("a probe leaves behind: " + String.join("; ", traces));
    }
  }

  /** {@return how long probes take in a new process, its start not counted} */
  static ProbeTime time(Trial trial) throws IOException, InterruptedException {
    return ProbeTime.of(run(trial, Task.TIME));
  }

  /** {@return the lines that the process has written} */
  private static List<String> run(Trial trial, Task task) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("halyard-tck-probe");
    Path found = folder.resolve("found");
    Path output = folder.resolve("output.log");
    try {
      Process process =
          Jvm.start(
              trial.settings().toFlags(),
              trial.subject().info().environment(),
              ProbeProcess.class.getName(),
              output.toFile(),
              arguments(found, task, trial.subject().vendors().getClass()));
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor();
        throw new Hung("a process that only probes did not end in " + LIMIT_SECONDS + " s");
      }
      if (!Files.exists(found)) {
        throw new Crashed("a process that only probes died: " + Files.readString(output));
      }
      return Files.readAllLines(found);
    } finally {
      Files.deleteIfExists(found);
      Files.deleteIfExists(output);
      Files.delete(folder);
    }
  }

  /** A plugin of a folder has a class loader of its own, which the other process makes again. */
  private static String[] arguments(Path found, Task task, Class<?> plugin) {
    List<String> arguments =
        new ArrayList<>(List.of(found.toString(), task.name(), plugin.getName()));
    if (plugin.getClassLoader() instanceof URLClassLoader loader) {
      Arrays.stream(loader.getURLs()).map(URL::toString).forEach(arguments::add);
    }
    return arguments.toArray(String[]::new);
  }

  /**
   * The process.
   *
   * @param args where to write what was found, what to do, the plugin's class, and the URLs of its
   *     jars
   * @throws Exception whatever the plugin throws
   */
  public static void main(String[] args) throws Exception {
    DevicePlugin plugin = plugin(args[2], Arrays.asList(args).subList(3, args.length));
    Map<String, String> configuration = KitContexts.configuration(plugin.info().id());
    KitContexts.Probe context = new KitContexts.Probe(configuration, true);
    Runnable probe = () -> plugin.probe(context, new Ignoring());
    Files.write(
        Path.of(args[0]),
        switch (Task.valueOf(args[1])) {
          case TRACES -> traces(probe);
          case TIME -> ProbeTime.measure(probe).lines();
        });
    Runtime.getRuntime().halt(0);
  }

  private static List<String> traces(Runnable probe) {
    // The kit's own classes are loaded before the first look, too.
    Traces.now().since(Traces.now());
    // The JDK keeps /dev/random and /dev/urandom open from the first temporary folder on.
    new SecureRandom().nextInt();
    Traces before = Traces.now();
    List<String> traces = new ArrayList<>();
    for (int i = 0; i <= AGAIN && traces.isEmpty(); i++) {
      probe.run();
      traces.addAll(Traces.now().since(before));
    }
    return traces;
  }

  private static DevicePlugin plugin(String name, List<String> jars) throws Exception {
    ClassLoader loader = Objects.requireNonNull(ProbeProcess.class.getClassLoader());
    if (!jars.isEmpty()) {
      URL[] urls = new URL[jars.size()];
      for (int i = 0; i < urls.length; i++) {
        urls[i] = URI.create(jars.get(i)).toURL();
      }
      loader = new URLClassLoader(urls, loader);
    }
    var offered =
        ServiceLoader.load(DevicePlugin.class, loader).stream()
            .filter(provider -> provider.type().getName().equals(name))
            .findFirst();
    return offered.isPresent()
        ? offered.get().get()
        : Class.forName(name, true, loader)
            .asSubclass(DevicePlugin.class)
            .getDeclaredConstructor()
            .newInstance();
  }

  private record Ignoring() implements ProbeSink {
    @Override
    public void device(DeviceDescriptor descriptor) {}

    @Override
    public void nothing(String reason) {}
  }

  /** What a process has at one moment. */
  private record Traces(
      Set<Thread> threads, Set<Long> children, Set<String> files, Map<String, String> properties) {
    private static final File DESCRIPTORS = new File("/proc/self/fd");

    static Traces now() {
      Set<Long> children =
          ProcessHandle.current().children().map(ProcessHandle::pid).collect(Collectors.toSet());
      Map<String, String> properties =
          System.getProperties().stringPropertyNames().stream()
              .collect(Collectors.toMap(name -> name, System::getProperty));
      return new Traces(liveThreads(), children, openFiles(), properties);
    }

    /** Threads that the JDK keeps for itself, such as the one that reaps processes, don't count. */
    private static Set<Thread> liveThreads() {
      return Thread.getAllStackTraces().keySet().stream()
          .filter(Thread::isAlive)
          .filter(thread -> !isTheJdks(thread))
          .collect(Collectors.toCollection(HashSet::new));
    }

    private static boolean isTheJdks(Thread thread) {
      ThreadGroup group = thread.getThreadGroup();
      return group != null
          && (group.getName().equals("InnocuousThreadGroup") || group.getName().equals("system"));
    }

    /** Code that is loaded is no side effect, and its jars stay open. */
    private static Set<String> openFiles() {
      Set<String> open = new HashSet<>();
      String[] numbers = DESCRIPTORS.list();
      for (String number : numbers == null ? new String[0] : numbers) {
        String target = target(DESCRIPTORS.toPath().resolve(number));
        if (!target.isEmpty() && !target.endsWith(".jar") && !target.endsWith("/fd")) {
          open.add(number + " " + target);
        }
      }
      return open;
    }

    private static String target(Path link) {
      try {
        return Files.readSymbolicLink(link).toString();
      } catch (IOException closed) {
        return "";
      }
    }

    List<String> since(Traces before) {
      List<String> traces = new ArrayList<>();
      Set<Thread> started = new HashSet<>(threads);
      started.removeAll(before.threads);
      started.stream()
          .filter(Traces::lives)
          .forEach(thread -> traces.add("thread " + thread.getName()));
      Set<Long> born = new HashSet<>(children);
      born.removeAll(before.children);
      born.forEach(pid -> traces.add("process " + pid));
      Set<String> opened = new HashSet<>(files);
      opened.removeAll(before.files);
      opened.forEach(file -> traces.add("open file " + file));
      Set<String> names = new TreeSet<>(properties.keySet());
      names.addAll(before.properties.keySet());
      names.stream()
          .filter(name -> !Objects.equals(properties.get(name), before.properties.get(name)))
          .forEach(name -> traces.add("changed system property " + name));
      return traces;
    }

    /** One that is ending is no side effect. */
    private static boolean lives(Thread thread) {
      try {
        thread.join(1000);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return thread.isAlive();
    }
  }
}
