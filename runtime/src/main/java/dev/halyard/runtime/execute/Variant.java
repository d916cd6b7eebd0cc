package dev.halyard.runtime.execute;

import dev.halyard.spi.Binding;
import dev.halyard.spi.Stream;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An invocation for one choice of dimensions: flat arrays, walked by every run. */
final class Variant {
  /** A thread that never runs, to ask whether any thread but the owner may use a segment. */
  private static final Thread ANOTHER = Thread.ofPlatform().unstarted(() -> {});

  /** A copy between memory of the application and memory of the invocation. */
  record Copy(MemorySegment from, MemorySegment to) {
    boolean isShareable() {
      return from.isAccessibleBy(ANOTHER) && to.isAccessibleBy(ANOTHER);
    }
  }

  private final Step[] steps;
  private final Copy[] before;
  private final Copy[] after;

  /** The binding, where the run is that and nothing else: the common case of one device. */
  private final @Nullable Binding only;

  private final boolean copies;

  /** The stream of the step in progress, or of the last; for naming the device that failed. */
  private volatile int stream;

  Variant(List<Step> steps, List<Copy> before, List<Copy> after) {
    this.steps = steps.toArray(Step[]::new);
    this.before = before.toArray(Copy[]::new);
    this.after = after.toArray(Copy[]::new);
    copies = steps.stream().anyMatch(step -> !(step instanceof Step.Run));
    boolean plain = steps.size() == 1 && before.isEmpty() && after.isEmpty();
    this.only = plain && steps.getFirst() instanceof Step.Run run ? run.binding : null;
  }

  /** Copies from plain segments of the application. */
  void copyIn() {
    for (Copy copy : before) {
      copy.to.copyFrom(copy.from);
    }
  }

  /** Copies to plain segments of the application, and the next value of each state. */
  void copyOut() {
    for (Copy copy : after) {
      copy.to.copyFrom(copy.from);
    }
  }

  void run(Stream[] streams) {
    if (only != null) {
      streams[0].execute(only);
      return;
    }
    for (Step step : steps) {
      stream = step.stream;
      step.execute(streams[step.stream]);
    }
  }

  int stream() {
    return stream;
  }

  /** {@return whether a stream copies memory of the host} */
  boolean copies() {
    return copies;
  }

  /** {@return whether a run can be handed to one stream whole, the host having nothing to do} */
  boolean isDirect(Stream[] streams) {
    return streams.length == 1 && before.length == 0 && after.length == 0 && steps.length > 0;
  }

  /**
   * Throws unless a thread of the runtime may make the copies.
   *
   * @throws IllegalStateException if a plain segment is confined to a thread, or closed
   */
  void requireShareable(String graph) {
    for (Copy[] copies : List.of(before, after)) {
      for (Copy copy : copies) {
        if (!copy.isShareable()) {
          throw new IllegalStateException(
              "submit() of graph '"
                  + graph
                  + "' copies plain segments on a thread of the runtime, and one of those bound is"
                  + " confined to a thread; bind a tensor or a shared segment, or call execute()");
        }
      }
    }
  }

  /** {@return whether a submission is a single ticket, which a stream may be able to take back} */
  boolean isSingle() {
    return steps.length == 1;
  }

  /** {@return the last ticket} */
  long submit(Stream on) {
    long ticket = 0;
    for (Step step : steps) {
      ticket = step.submit(on);
    }
    return ticket;
  }

  void close() {
    for (Step step : steps) {
      if (step instanceof Step.Run run) {
        run.binding.close();
      }
    }
  }
}
