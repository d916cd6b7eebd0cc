package dev.halyard.runtime.execute;

import dev.halyard.spi.Binding;
import dev.halyard.spi.Stream;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An invocation for one choice of dimensions: flat arrays, walked by every run. */
final class Variant {
  /** A copy between memory of the application and memory of the invocation. */
  record Copy(MemorySegment from, MemorySegment to) {}

  private final Step[] steps;
  private final Copy[] before;
  private final Copy[] after;

  /** The binding, where the run is that and nothing else: the common case of one device. */
  private final @Nullable Binding only;

  Variant(List<Step> steps, List<Copy> before, List<Copy> after) {
    this.steps = steps.toArray(Step[]::new);
    this.before = before.toArray(Copy[]::new);
    this.after = after.toArray(Copy[]::new);
    boolean plain = steps.size() == 1 && before.isEmpty() && after.isEmpty();
    this.only = plain && steps.getFirst() instanceof Step.Run run ? run.binding : null;
  }

  void execute(Stream[] streams) {
    if (only != null) {
      streams[0].execute(only);
      return;
    }
    for (Copy copy : before) {
      copy.to.copyFrom(copy.from);
    }
    for (Step step : steps) {
      step.execute(streams[step.stream]);
    }
    for (Copy copy : after) {
      copy.to.copyFrom(copy.from);
    }
  }

  /** {@return whether a run can be handed to one stream whole, the host having nothing to do} */
  boolean isDirect(Stream[] streams) {
    return streams.length == 1 && before.length == 0 && after.length == 0 && steps.length > 0;
  }

  /** {@return whether a submission is a single ticket, which a stream may be able to take back} */
  boolean isSingle() {
    return steps.length == 1;
  }

  /** {@return the last ticket} */
  long submit(Stream stream) {
    long ticket = 0;
    for (Step step : steps) {
      ticket = step.submit(stream);
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
