package dev.halyard.cli;

import dev.halyard.Invocation;
import dev.halyard.InvocationBuilder;
import dev.halyard.Kernel;
import dev.halyard.Plan;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import dev.halyard.Value;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * What a measured run gave.
 *
 * @param device the id of the device
 * @param choice why it was chosen; empty if it was asked for
 * @param outputs what was computed
 * @param latency how long a run took
 * @param plan what ran where
 */
record RunReport(String device, String choice, List<Output> outputs, Latency latency, Plan plan) {
  private static final int SHOWN = 6;

  /**
   * One output.
   *
   * @param name its name
   * @param tensor its value
   * @param file where it was written, if it was
   */
  record Output(String name, Tensor tensor, @Nullable Path file) {}

  static RunReport measure(
      Kernel kernel, TensorArena arena, RunInputs inputs, int runs, @Nullable Path folder)
      throws IOException {
    Map<String, Tensor> results = allocateOutputs(kernel, arena, inputs);
    Latency latency;
    try (Invocation invocation = bind(kernel, inputs, results)) {
      latency = measure(invocation, runs);
    }
    Map<String, Path> files = folder == null ? Map.of() : TensorFiles.write(folder, results);
    List<Output> outputs = new ArrayList<>();
    results.forEach((name, tensor) -> outputs.add(new Output(name, tensor, files.get(name))));
    return new RunReport(
        kernel.device().id(), kernel.device().choice(), outputs, latency, kernel.plan());
  }

  private static Map<String, Tensor> allocateOutputs(
      Kernel kernel, TensorArena arena, RunInputs inputs) {
    Map<String, Tensor> results = new LinkedHashMap<>();
    List<String> states = kernel.graph().states().stream().map(Value::name).toList();
    for (String name : kernel.graph().outputNames()) {
      if (!states.contains(name)) {
        results.put(name, kernel.allocateOutput(arena, name, inputs.dims()));
      }
    }
    return results;
  }

  private static Invocation bind(Kernel kernel, RunInputs inputs, Map<String, Tensor> results) {
    InvocationBuilder binding = kernel.bind();
    List<String> states = kernel.graph().states().stream().map(Value::name).toList();
    inputs
        .tensors()
        .forEach(
            (name, tensor) -> {
              if (states.contains(name)) {
                binding.state(name, tensor);
              } else {
                binding.input(name, tensor);
              }
            });
    results.forEach(binding::output);
    return binding.prepare();
  }

  private static Latency measure(Invocation invocation, int runs) {
    invocation.execute();
    long[] nanos = new long[runs];
    for (int i = 0; i < runs; i++) {
      long start = System.nanoTime();
      invocation.execute();
      nanos[i] = System.nanoTime() - start;
    }
    return Latency.ofNanos(nanos);
  }

  Object toJson() {
    return Json.object(
        "device",
        device,
        "outputs",
        outputs.stream().map(RunReport::toJson).toList(),
        "latencyMs",
        Json.object("p50", latency.p50Millis(), "p99", latency.p99Millis()),
        "regions",
        plan.steps().size(),
        "fallbacks",
        plan.fallbacks());
  }

  private static Object toJson(Output output) {
    return Json.object(
        "name",
        output.name,
        "dtype",
        output.tensor.dtype().name(),
        "shape",
        Arrays.stream(output.tensor.shape()).boxed().toList(),
        "file",
        output.file == null ? null : output.file.toString());
  }

  void print(PrintWriter out) {
    out.println("device   " + device + (choice.isEmpty() ? "" : ": " + choice));
    out.println("latency  " + latency + " (measured, " + latency.runs() + " runs)");
    out.println("regions  " + plan.steps().size() + ", " + plan.launches() + " launch(es) a run");
    out.println("fallback " + plan.fallbacks() + " node(s)");
    for (Output output : outputs) {
      out.println("output   " + output.name + " " + output.tensor);
      out.println("         " + (output.file == null ? values(output.tensor) : output.file));
    }
  }

  private static String values(Tensor tensor) {
    String first =
        LongStream.range(0, Math.min(SHOWN, tensor.elements()))
            .mapToObj(
                i ->
                    tensor.dtype().isFloat()
                        ? "%.6g".formatted(tensor.getDouble(i))
                        : Long.toString(tensor.getLong(i)))
            .collect(Collectors.joining(", "));
    return tensor.elements() > SHOWN ? first + ", ..." : first;
  }
}
