package dev.halyard.examples.digits;

import static dev.halyard.Objective.LATENCY;

import dev.halyard.Device;
import dev.halyard.Dim;
import dev.halyard.Dims;
import dev.halyard.Graph;
import dev.halyard.HalyardException;
import dev.halyard.Kernel;
import dev.halyard.Plan;
import dev.halyard.Workload;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Reads 1,000 handwritten digits, in integers on a device and in floats on the CPU, and shows how
 * well, how fast, what ran where, and the digits that were misread.
 */
public final class ClassifyDigits {
  /** The device that computes in floats. */
  private static final String CPU = "cpu:0";

  private static final String USAGE =
      "wants --device ID, one of ./halyard devices, or nothing for the device with the least"
          + " latency";

  private static final int SHOWN = 6;
  private static final int SIDE_BY_SIDE = 3;

  private ClassifyDigits() {}

  /**
   * Prints what came of it.
   *
   * @param args {@code --device ID}, such as fpga-xrt:0; without it, the device with the least
   *     latency
   */
  static void main(String[] args) throws IOException {
    if (args.length == 1 && args[0].equals("--help")) {
      IO.println(USAGE);
      return;
    }
    try {
      run(args);
    } catch (HalyardException | IllegalArgumentException e) {
      System.err.println("ClassifyDigits: " + e.getMessage());
      System.exit(1);
    }
  }

  private static void run(String[] args) throws IOException {
    Mlp network = Mlp.trained();
    QuantizedMlp quantized = QuantizedMlp.of(network);
    Graph integers = DigitGraphs.quantized(quantized);
    Device device = device(args, integers);
    List<Digit> digits = DigitSet.open().heldOut();
    try (DigitClassifier onCpu =
            DigitClassifier.open(Device.byId(CPU), DigitGraphs.floats(network), digits.size());
        DigitClassifier onDevice = DigitClassifier.open(device, integers, digits.size())) {
      Comparison comparison = Comparison.of(digits, onCpu, onDevice);
      print(comparison, device);
      print(onDevice.plan(), device);
      if (device.descriptor().emulated()) {
        printPrediction(device, quantized);
      } else {
        printTime(device, integers, digits);
      }
      printMisread(comparison);
    }
  }

  private static Device device(String[] args, Graph graph) {
    if (args.length == 0) {
      return Device.best(LATENCY, graph, Workload.at(Dims.of(DigitGraphs.BATCH, 1)));
    }
    if (args.length != 2 || !args[0].equals("--device")) {
      throw new IllegalArgumentException(USAGE + "; found " + String.join(" ", args));
    }
    return Device.byId(args[1]);
  }

  private static void print(Comparison comparison, Device device) {
    IO.println(
        """
        Digits     %,d that training never saw
        Floats     %.1f%% right, on %s
        Integers   %.1f%% right, on %s (%s)
        Same class %.1f%%\
        """
            .formatted(
                comparison.digits().size(),
                100 * comparison.floatsRight(),
                CPU,
                100 * comparison.integersRight(),
                device.id(),
                device.descriptor().name(),
                100 * comparison.equal()));
  }

  private static void print(Plan plan, Device device) {
    long here = plan.steps().stream().filter(step -> step.device().equals(device.id())).count();
    String elsewhere =
        plan.steps().stream()
            .filter(step -> !step.device().equals(device.id()))
            .map(step -> String.join(" ", step.nodes()) + " on " + step.device())
            .collect(Collectors.joining(", "));
    IO.println(
        "Ran where  %d steps on %s; fallback: %s"
            .formatted(here, device.id(), elsewhere.isEmpty() ? "nothing" : elsewhere));
  }

  /** An emulated device's own time is no device time. */
  private static void printPrediction(Device device, QuantizedMlp network) {
    try (Kernel one = device.compile(DigitGraphs.quantized(network, Dim.of(1)))) {
      IO.println(
          "Time       not measured, since the device is emulated; what it says of one digit:\n");
      IO.println(one.plan().describe().strip());
    }
  }

  private static void printTime(Device device, Graph graph, List<Digit> digits) {
    try (DigitClassifier one = DigitClassifier.open(device, graph, 1)) {
      IO.println("Time       " + time(one, digits));
    }
  }

  private static String time(DigitClassifier one, List<Digit> digits) {
    digits.forEach(digit -> one.classify(List.of(digit)));
    long[] nanos = digits.stream().mapToLong(digit -> one.time(List.of(digit))).toArray();
    Arrays.sort(nanos);
    return "p50 %.1f us, p99 %.1f us a digit, one at a time (measured, after as many to warm up)"
        .formatted(nanos[nanos.length / 2] / 1e3, nanos[nanos.length * 99 / 100] / 1e3);
  }

  private static void printMisread(Comparison comparison) {
    List<Integer> misread = comparison.misread();
    IO.println("\nMisread    %d, of which the first:".formatted(misread.size()));
    List<Integer> shown = misread.subList(0, Math.min(SHOWN, misread.size()));
    for (int first = 0; first < shown.size(); first += SIDE_BY_SIDE) {
      List<Integer> row = shown.subList(first, Math.min(first + SIDE_BY_SIDE, shown.size()));
      IO.println(
          row.stream()
              .map(i -> "%-30s".formatted(title(comparison, i)))
              .collect(Collectors.joining())
              .stripTrailing());
      DigitPictures.lines(row.stream().map(comparison.digits()::get).toList()).forEach(IO::println);
    }
  }

  private static String title(Comparison comparison, int digit) {
    return comparison.digits().get(digit) + ", read as " + comparison.integers().get(digit);
  }
}
