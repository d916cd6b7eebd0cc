package dev.halyard.fpga.xrt;

import dev.halyard.Shape;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A program as {@code explain} shows it. Every figure says what it is: predicted, assumed or
 * calibrated.
 *
 * @param steps the layers
 * @param overhead of starting one
 */
record ProgramText(List<DenseStep> steps, LaunchOverhead overhead) {
  // Those of docs/fpga.md, at which its simulated cycles were found; an emulated board's are
  // settable.
  private static final int READ_LATENCY = MemoryTiming.USUAL.readLatency();
  private static final int WRITE_LATENCY = MemoryTiming.USUAL.writeLatency();

  String layers() {
    return lines(
        step ->
            text(
                "%s: %,d x %,d, x of %s, W of %s, y of %s%s",
                step.name(),
                step.cols(),
                step.rows(),
                type(step.format().inputBytes()),
                type(step.format().weightBytes()),
                type(step.format().outputBytes()),
                step.format().relu() ? ", ReLU" : ""));
  }

  private static String type(int bytes) {
    return bytes == Byte.BYTES ? "I8" : "I16";
  }

  String memory() {
    return lines(
        step ->
            text(
                "%s: packed weights, %,d bytes at 0x%x",
                step.name(), step.weights().bytes(), step.weights().address()));
  }

  String time() {
    String head =
        text("launch of a layer: %s us (%s)%n", micros(overhead.nanos()), overhead.basis());
    String clocks =
        text(
            "cycles are predicted for a memory that answers reads after %d and writes after %d"
                + " cycles; clocks are assumed%n",
            READ_LATENCY, WRITE_LATENCY);
    return head + clocks + lines(ProgramText::time);
  }

  private static String time(DenseStep step) {
    Shape shape = step.x().shape();
    if (!shape.isStatic()) {
      return step.name() + ": depends on the shape " + shape;
    }
    long batch = shape.elements() / step.cols();
    if (batch == 0) {
      return step.name() + ": nothing to do";
    }
    long cycles = step.predictedCycles(batch, READ_LATENCY, WRITE_LATENCY);
    StringBuilder line = new StringBuilder();
    line.append(text("%s: %,d cycles for a batch of %,d", step.name(), cycles, batch));
    for (int clock : Clocks.MHZ) {
      line.append(text(", %s us at %d MHz", micros(Clocks.nanos(cycles, clock)), clock));
    }
    return line.toString();
  }

  private static String micros(long nanos) {
    return text("%.1f", nanos / 1e3);
  }

  @SuppressWarnings("AnnotateFormatMethod") // the annotation would be a dependency
  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  private String lines(Function<DenseStep, String> line) {
    return steps.stream().map(line).collect(Collectors.joining(System.lineSeparator()));
  }
}
