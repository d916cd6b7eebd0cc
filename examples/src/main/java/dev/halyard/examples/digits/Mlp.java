package dev.halyard.examples.digits;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Dense layers of floats with a ReLU behind each but the last.
 *
 * @param layers in order; each has as many inputs as the one before it has outputs
 */
public record Mlp(List<FloatLayer> layers) {
  /** The network that {@link TrainDigits} trained, among the resources. */
  static final String RESOURCE = "mlp-784-128-64-10.bin";

  /** Makes a network. */
  public Mlp {
    layers = List.copyOf(layers);
  }

  /** {@return the network of 784, 128, 64 and 10 elements that {@link TrainDigits} trained} */
  public static Mlp trained() {
    try (InputStream file = Mlp.class.getResourceAsStream(RESOURCE)) {
      return readFrom(new BufferedInputStream(Objects.requireNonNull(file, RESOURCE)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Writes the network: how many layers there are, then for each its inputs, its outputs and {@link
   * FloatLayer#largest} in 4 bytes each, its weights and its bias in F16. Big-endian throughout.
   */
  void writeTo(OutputStream file) throws IOException {
    DataOutputStream out = new DataOutputStream(file);
    out.writeInt(layers.size());
    for (FloatLayer layer : layers) {
      layer.writeTo(out);
    }
    out.flush();
  }

  static Mlp readFrom(InputStream file) throws IOException {
    DataInputStream in = new DataInputStream(file);
    int count = in.readInt();
    List<FloatLayer> layers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      layers.add(FloatLayer.readFrom(in));
    }
    return new Mlp(layers);
  }
}
