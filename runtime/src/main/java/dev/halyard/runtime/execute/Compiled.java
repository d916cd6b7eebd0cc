package dev.halyard.runtime.execute;

import dev.halyard.CompileException;
import dev.halyard.CompileOptions;
import dev.halyard.Graph;
import dev.halyard.Value;
import dev.halyard.runtime.compile.Lowered;
import dev.halyard.runtime.compile.Lowering;
import dev.halyard.runtime.compile.Placed;
import dev.halyard.runtime.compile.Target;
import dev.halyard.spi.ArtefactStore;
import dev.halyard.spi.CompileContext;
import dev.halyard.spi.CompileMode;
import dev.halyard.spi.Partition;
import dev.halyard.spi.Program;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A graph lowered and compiled, shared by the specialisations and invocations that use it. */
final class Compiled {
  private static final Duration COMPILE_TIME = Duration.ofMinutes(5);

  private final Lowered lowered;
  private final List<Part> parts;
  private final AtomicInteger users = new AtomicInteger(1);

  /** A partition with its device and program. */
  record Part(
      OpenDevice device,
      Partition partition,
      Program program,
      List<Value> inputs,
      List<Value> outputs) {}

  private Compiled(Lowered lowered, List<Part> parts) {
    this.lowered = lowered;
    this.parts = parts;
  }

  /** Lowers a graph for some devices, the one asked for first, and compiles every partition. */
  static Compiled of(
      Graph graph, List<OpenDevice> devices, CompileOptions options, ArtefactStores stores) {
    List<Target> targets =
        devices.stream()
            .map(device -> new Target(device.id(), device.driver(), device.info().level()))
            .toList();
    Lowered lowered = Lowering.lower(graph, targets, options);
    List<Part> parts = new ArrayList<>();
    try {
      for (Placed placed : lowered.placed()) {
        OpenDevice device = devices.get(targets.indexOf(placed.target()));
        Context context =
            new Context(
                options, stores.of(device.info().id()), parts.size(), lowered.placed().size());
        Program program = compile(graph, device, placed.partition(), context);
        parts.add(new Part(device, placed.partition(), program, placed.inputs(), placed.outputs()));
      }
      return new Compiled(lowered, List.copyOf(parts));
    } catch (RuntimeException e) {
      parts.forEach(part -> part.program().close());
      throw e;
    }
  }

  private static Program compile(
      Graph graph, OpenDevice device, Partition partition, Context context) {
    CompileEvent event = new CompileEvent();
    event.begin();
    try {
      return device.driver().compile(partition, context);
    } catch (RuntimeException e) {
      throw device.failure("compile " + partition.name() + " of graph '" + graph.name() + "'", e);
    } finally {
      event.device = device.id();
      event.graph = graph.name();
      event.partition = partition.name();
      event.regions = partition.regions().size();
      event.commit();
    }
  }

  /** Finds the artefact store of a plugin. */
  @FunctionalInterface
  interface ArtefactStores {
    ArtefactStore of(String pluginId);
  }

  private record Context(
      CompileOptions options, ArtefactStore artefacts, int part, int of, Instant deadline)
      implements CompileContext {
    Context(CompileOptions options, ArtefactStore artefacts, int part, int of) {
      this(options, artefacts, part, of, Instant.now().plus(COMPILE_TIME));
    }

    @Override
    public CompileMode mode() {
      return options.allowBuild() ? CompileMode.BUILD : CompileMode.JIT;
    }

    @Override
    public void progress(double fraction, String step) {
      if (Thread.currentThread().isInterrupted()) {
        throw new CompileException("the compilation was interrupted at: " + step);
      }
      options.progress().accept((part + fraction) / of, step);
    }
  }

  Lowered lowered() {
    return lowered;
  }

  List<Part> parts() {
    return parts;
  }

  /** {@return whether every partition runs on one device, so that one stream keeps the order} */
  boolean onOneDevice() {
    return parts.stream().map(Part::device).distinct().count() <= 1;
  }

  void retain() {
    users.incrementAndGet();
  }

  void release() {
    if (users.decrementAndGet() == 0) {
      parts.forEach(part -> part.program().close());
    }
  }
}
