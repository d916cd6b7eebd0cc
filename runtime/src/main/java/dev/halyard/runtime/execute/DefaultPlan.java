package dev.halyard.runtime.execute;

import dev.halyard.Dims;
import dev.halyard.Graph;
import dev.halyard.Plan;
import dev.halyard.Value;
import dev.halyard.runtime.compile.Lowered;
import dev.halyard.spi.TextSink;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** What a kernel runs where. */
record DefaultPlan(
    List<Step> steps,
    int launches,
    Optional<Long> bytesMoved,
    List<String> notes,
    int fallbacks,
    List<Stage> stages,
    String describe)
    implements Plan {

  static DefaultPlan of(Compiled compiled, boolean isStatic) {
    Lowered lowered = compiled.lowered();
    int fallbacks =
        lowered.steps().stream()
            .filter(step -> !step.reason().isEmpty())
            .mapToInt(step -> step.nodes().size())
            .sum();
    Optional<Long> moved = isStatic ? Optional.of(bytesMoved(compiled)) : Optional.empty();
    return new DefaultPlan(
        lowered.steps(),
        compiled.parts().size(),
        moved,
        lowered.notes(),
        fallbacks,
        lowered.stages(),
        describe(compiled));
  }

  /** The plan of a kernel whose device compiles per choice of dimensions: nothing is placed yet. */
  static DefaultPlan perSpecialization(Graph graph, String device) {
    String note =
        "device "
            + device
            + " compiles for each choice of dimensions; fix the open dimensions of the graph to see"
            + " its plan";
    return new DefaultPlan(
        List.of(), 0, Optional.empty(), List.of(note), 0, List.of(new Stage("input", graph)), note);
  }

  private static long bytesMoved(Compiled compiled) {
    Specialization all = new Specialization(Dims.none(), compiled);
    long moved = 0;
    for (Compiled.Part part : compiled.parts()) {
      for (Value input : part.inputs()) {
        boolean elsewhere =
            compiled.parts().stream()
                .anyMatch(
                    other -> other.device() != part.device() && other.outputs().contains(input));
        moved += elsewhere ? all.bytes(input) : 0;
      }
    }
    return moved;
  }

  private static String describe(Compiled compiled) {
    StringBuilder text = new StringBuilder();
    TextSink sink =
        (title, body) ->
            text.append("## ")
                .append(title)
                .append('\n')
                .append(body.stripTrailing())
                .append("\n\n");
    for (Compiled.Part part : compiled.parts()) {
      text.append("# ")
          .append(part.partition().name())
          .append(" on ")
          .append(part.device().id())
          .append("\n\n");
      part.program().describe(sink);
    }
    return text.toString();
  }

  @Override
  public String toString() {
    return String.join("\n", steps.stream().map(Objects::toString).toList());
  }
}
