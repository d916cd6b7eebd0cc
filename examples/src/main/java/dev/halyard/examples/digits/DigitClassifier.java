package dev.halyard.examples.digits;

import dev.halyard.Device;
import dev.halyard.Dims;
import dev.halyard.Graph;
import dev.halyard.Invocation;
import dev.halyard.Kernel;
import dev.halyard.Plan;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import dev.halyard.UnsupportedOnDeviceException;
import java.util.List;
import java.util.Set;

/** Reads digits on a device, a batch at a time. Not safe for use by several threads. */
public final class DigitClassifier implements AutoCloseable {
  /** What may run on the fallback device: the conversions from floats and back. */
  private static final Set<String> CONVERSIONS = Set.of("quantize/1", "dequantize/1");

  private final Kernel kernel;
  private final TensorArena arena;
  private final float[] pixels;
  private final Tensor input;
  private final Tensor scores;
  private final Invocation run;

  private DigitClassifier(Kernel kernel, int batch) {
    this.kernel = kernel;
    arena = kernel.openArena();
    Dims dims = dims(batch);
    pixels = new float[batch * Digit.PIXELS];
    input = kernel.allocateInput(arena, DigitGraphs.PIXELS, dims);
    scores = kernel.allocateOutput(arena, DigitGraphs.SCORES, dims);
    run =
        kernel.bind().input(DigitGraphs.PIXELS, input).output(DigitGraphs.SCORES, scores).prepare();
  }

  /**
   * Opens a network on a device.
   *
   * @param device which; nothing but {@code quantize/1} and {@code dequantize/1} may run elsewhere
   * @param graph one of {@link DigitGraphs}, with pixels of floats
   * @param batch how many digits are read at a time
   * @return the classifier; close it
   * @throws UnsupportedOnDeviceException if the device refuses anything else; the message says why
   */
  public static DigitClassifier open(Device device, Graph graph, int batch) {
    Kernel kernel = device.compile(graph);
    try {
      kernel.specialize(dims(batch));
      requireLayersOnDevice(kernel);
      return new DigitClassifier(kernel, batch);
    } catch (RuntimeException | Error e) {
      kernel.close();
      throw e;
    }
  }

  private static Dims dims(int batch) {
    return Dims.of(DigitGraphs.BATCH, batch);
  }

  private static void requireLayersOnDevice(Kernel kernel) {
    String device = kernel.device().id();
    for (Plan.Step step : kernel.plan().steps()) {
      if (!step.device().equals(device) && !CONVERSIONS.containsAll(step.nodes())) {
        throw new UnsupportedOnDeviceException(
            device + " is to run everything but conversions, and refused " + step);
      }
    }
  }

  /** {@return what runs where} */
  public Plan plan() {
    return kernel.plan();
  }

  /**
   * Reads digits.
   *
   * @param digits as many as are read at a time
   * @return what each is taken for, 0 to 9
   */
  public int[] classify(List<Digit> digits) {
    load(digits);
    run.execute();
    return classes();
  }

  /**
   * {@return how long a run takes, in nanoseconds, without the writing of the pixels}
   *
   * @param digits as many as are read at a time
   */
  long time(List<Digit> digits) {
    load(digits);
    long start = System.nanoTime();
    run.execute();
    return System.nanoTime() - start;
  }

  private void load(List<Digit> digits) {
    for (int i = 0; i < digits.size(); i++) {
      digits.get(i).copyTo(pixels, i * Digit.PIXELS);
    }
    input.copyFrom(pixels);
  }

  private int[] classes() {
    float[] all = scores.toFloats();
    int[] classes = new int[all.length / Digit.CLASSES];
    for (int i = 0; i < all.length; i++) {
      int digit = i / Digit.CLASSES;
      if (all[i] > all[digit * Digit.CLASSES + classes[digit]]) {
        classes[digit] = i % Digit.CLASSES;
      }
    }
    return classes;
  }

  /** Frees the network and its memory. */
  @Override
  public void close() {
    run.close();
    kernel.close();
    arena.close();
  }
}
