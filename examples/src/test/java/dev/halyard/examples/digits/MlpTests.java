package dev.halyard.examples.digits;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.junit.jupiter.api.Test;

class MlpTests {
  private static final int MOST_BYTES = 500_000;

  private static byte[] resource() throws IOException {
    try (InputStream file = Mlp.class.getResourceAsStream(Mlp.RESOURCE)) {
      return file.readAllBytes();
    }
  }

  @Test
  void trainedNetworkHasItsLayers() {
    Mlp network = Mlp.trained();

    assertEquals(List.of(784, 128, 64), network.layers().stream().map(FloatLayer::inputs).toList());
    assertEquals(List.of(128, 64, 10), network.layers().stream().map(FloatLayer::outputs).toList());
  }

  @Test
  void whatIsWrittenIsWhatWasRead() throws IOException {
    byte[] file = resource();
    ByteArrayOutputStream written = new ByteArrayOutputStream();

    Mlp.readFrom(new ByteArrayInputStream(file)).writeTo(written);

    assertArrayEquals(file, written.toByteArray());
    assertTrue(file.length < MOST_BYTES, file.length + " bytes");
  }

  @Test
  void fileThatIsCutOffIsRefused() throws IOException {
    byte[] file = resource();
    InputStream half = new ByteArrayInputStream(file, 0, file.length / 2);

    assertThrows(EOFException.class, () -> Mlp.readFrom(half));
  }

  @Test
  void extentsThatNoLayerHasAreRefused() {
    byte[] file = {0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0};

    IOException refused =
        assertThrows(IOException.class, () -> Mlp.readFrom(new ByteArrayInputStream(file)));
    assertEquals("a layer has extents of 1 to 65536, found 0, 1", refused.getMessage());
  }
}
