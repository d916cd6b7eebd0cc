package dev.halyard.examples.digits;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Trains the network that reads digits: 9,000 of them, 30 times each, on one core. */
public final class TrainDigits {
  static final int EPOCHS = 30;
  private static final long SEED = 1;

  private TrainDigits() {}

  /** {@return the network that the digits and the seed make, the same on every machine} */
  static Mlp train(DigitSet digits, Training.Listener listener) {
    return new Training(digits.training(), SEED, Digit.PIXELS, 128, 64, Digit.CLASSES)
        .run(EPOCHS, listener);
  }

  /**
   * Trains the network and writes it to a file.
   *
   * @param args the file
   */
  static void main(String[] args) throws IOException {
    Path file = Path.of(args.length == 0 ? Mlp.RESOURCE : args[0]);
    IO.println("fetching the digits, unless they are in the cache folder");
    DigitSet digits = DigitSet.open();
    Mlp network =
        train(
            digits,
            (epoch, loss) ->
                IO.println("epoch %2d of %d: loss %.4f".formatted(epoch, EPOCHS, loss)));
    try (OutputStream out = Files.newOutputStream(file)) {
      network.writeTo(out);
    }
    IO.println("wrote " + file + ", " + Files.size(file) + " bytes");
  }
}
