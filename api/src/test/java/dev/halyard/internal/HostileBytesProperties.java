package dev.halyard.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.halyard.Graph;
import dev.halyard.InvalidGraphException;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Bytes that no graph made give an InvalidGraphException or a graph, and nothing else. */
class HostileBytesProperties {
  private static final Graph RICH = GraphCodecTests.rich();
  private static final byte[] BYTES = RICH.canonicalBytes();
  private static final Map<String, MemorySegment> CONSTANTS = GraphCodecTests.constantsOf(RICH);

  /** A graph that is read in spite of the damage must be one that can be written and read. */
  private static void readAny(byte[] bytes) {
    Graph graph;
    try {
      graph = Graph.fromCanonicalBytes(bytes, CONSTANTS::get);
    } catch (InvalidGraphException e) {
      return;
    }
    byte[] canonical = graph.canonicalBytes();
    assertArrayEquals(
        canonical, Graph.fromCanonicalBytes(canonical, CONSTANTS::get).canonicalBytes());
  }

  @Property
  void everyTruncationIsRefused(@ForAll @IntRange(max = 2000) int length) {
    byte[] cut = Arrays.copyOf(BYTES, length % BYTES.length);
    assertThrows(InvalidGraphException.class, () -> Graph.fromCanonicalBytes(cut, CONSTANTS::get));
  }

  @Property(tries = 5000)
  void changedBytesAreRefusedOrRead(
      @ForAll Random random, @ForAll @IntRange(min = 1, max = 4) int changes) {
    byte[] changed = BYTES.clone();
    for (int i = 0; i < changes; i++) {
      changed[5 + random.nextInt(changed.length - 5)] = (byte) random.nextInt();
    }
    readAny(changed);
  }

  @Property(tries = 2000)
  void movedPiecesAreRefusedOrRead(@ForAll Random random) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(BYTES, 0, 5);
    for (int i = 0; i < 6; i++) {
      int from = 5 + random.nextInt(BYTES.length - 5);
      out.write(BYTES, from, random.nextInt(BYTES.length - from));
    }
    readAny(out.toByteArray());
  }

  @Property
  void randomBytesAreRefusedOrRead(@ForAll @Size(max = 400) byte[] tail) {
    byte[] bytes = Arrays.copyOf(BYTES, 5 + tail.length);
    System.arraycopy(tail, 0, bytes, 5, tail.length);
    readAny(bytes);
  }

  @Property(tries = 200)
  void countsThatClaimGigabytesAllocateNothing(@ForAll @IntRange(min = 5, max = 400) int at) {
    byte[] claim = {(byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 0x0F};
    int offset = Math.min(at, BYTES.length - claim.length);
    byte[] changed = BYTES.clone();
    System.arraycopy(claim, 0, changed, offset, claim.length);
    readAny(changed);
  }
}
