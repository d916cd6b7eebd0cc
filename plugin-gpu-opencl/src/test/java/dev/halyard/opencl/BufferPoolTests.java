package dev.halyard.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.OutOfDeviceMemoryException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Blocks without memory objects: freeing one would need a driver, so that a test counts instead.
 */
class BufferPoolTests {
  private static final long LARGEST = 1L << 30;

  private final List<Long> created = new ArrayList<>();
  private final List<Long> freed = new ArrayList<>();
  private long room = Long.MAX_VALUE;

  private final class Block extends ClBlock {
    Block(long capacity) {
      super(new org.jocl.cl_mem(), capacity, null, null, null, () -> false);
    }

    @Override
    void free() {
      freed.add(capacity());
      room += capacity();
    }
  }

  private BufferPool pool(long pooled) {
    return new BufferPool(LARGEST, pooled, this::create);
  }

  private @Nullable ClBlock create(long bytes) {
    if (bytes > room) {
      throw new OutOfDeviceMemoryException("no more");
    }
    room -= bytes;
    created.add(bytes);
    return new Block(bytes);
  }

  @Test
  void aBlockThatWasGivenBackServesTheNextWishOfItsSize() {
    BufferPool pool = pool(1 << 20);
    ClBlock first = pool.take(5000);
    pool.give(first);
    assertSame(first, pool.take(5100));
    assertNotSame(first, pool.take(5100));
  }

  @Test
  void capacitiesHoldTheWishAndWasteLittle() {
    BufferPool pool = pool(0);
    for (long bytes = 1; bytes < LARGEST; bytes += bytes / 7 + 1) {
      long capacity = pool.capacity(bytes);
      assertTrue(capacity >= bytes, bytes + " in " + capacity);
      assertTrue(capacity - bytes <= Math.max(4096, bytes / 4), bytes + " in " + capacity);
    }
    assertEquals(LARGEST, pool.capacity(LARGEST));
    assertEquals(LARGEST, pool.capacity(LARGEST - 1));
  }

  @Test
  void whatIsKeptIsBounded() {
    BufferPool pool = pool(10_000);
    List<ClBlock> blocks = List.of(pool.take(4096), pool.take(4096), pool.take(4096));
    blocks.forEach(pool::give);
    assertEquals(List.of(4096L), freed);
    pool.close();
    assertEquals(3, freed.size());
    pool.give(new Block(4096));
    assertEquals(4, freed.size());
  }

  @Test
  void wantOfMemoryEmptiesThePoolAndIsTriedAgain() {
    room = 16_384;
    BufferPool pool = pool(1 << 20);
    pool.give(pool.take(8192));
    assertEquals(12_288, pool.take(12_288).capacity());
    assertEquals(List.of(8192L), freed);
    assertThrows(OutOfDeviceMemoryException.class, () -> pool.take(100_000));
  }
}
