package dev.halyard.opencl;

import dev.halyard.OutOfDeviceMemoryException;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Keeps blocks that were given back for whoever next wants one of their size, the youngest first.
 * Sizes are rounded to a few per octave, so that they meet again.
 */
final class BufferPool implements AutoCloseable {
  private static final int MAX_BLOCKS = 64;
  private static final long SMALLEST = 4096;
  // Above it, a quarter of the block would be too much to waste.
  private static final long COARSE = 16L << 20;
  private static final long COARSE_STEP = 1L << 20;

  private final long maxBlockBytes;
  private final long maxPooledBytes;
  private final LongFunction<ClBlock> create;
  private final ArrayDeque<ClBlock> blocks = new ArrayDeque<>();
  private long pooledBytes;
  private boolean closed;

  /**
   * Makes an empty pool.
   *
   * @param maxBlockBytes the largest block that there is
   * @param maxPooledBytes how much to keep
   * @param create makes a block of a size, or throws an OutOfDeviceMemoryException
   */
  BufferPool(long maxBlockBytes, long maxPooledBytes, LongFunction<ClBlock> create) {
    this.maxBlockBytes = maxBlockBytes;
    this.maxPooledBytes = maxPooledBytes;
    this.create = create;
  }

  /** {@return the size of the block that serves a wish} */
  long capacity(long bytes) {
    long step =
        bytes > COARSE ? COARSE_STEP : Math.max(SMALLEST, Long.highestOneBit(bytes - 1) / 4);
    long rounded = bytes <= SMALLEST ? SMALLEST : (bytes + step - 1) / step * step;
    return Math.max(bytes, Math.min(rounded, maxBlockBytes));
  }

  /**
   * {@return a block of at least so many bytes}
   *
   * @param bytes from 1 to the largest block
   * @throws OutOfDeviceMemoryException if there is none even when the pool is empty
   */
  ClBlock take(long bytes) {
    long capacity = capacity(bytes);
    ClBlock known = pooled(capacity);
    if (known != null) {
      return known;
    }
    try {
      return create.apply(capacity);
    } catch (OutOfDeviceMemoryException e) {
      if (!flush() && capacity == bytes) {
        throw e;
      }
      return create.apply(bytes);
    }
  }

  private synchronized @Nullable ClBlock pooled(long capacity) {
    for (Iterator<ClBlock> each = blocks.iterator(); each.hasNext(); ) {
      ClBlock block = each.next();
      if (block.capacity() == capacity) {
        each.remove();
        pooledBytes -= capacity;
        return block;
      }
    }
    return null;
  }

  synchronized void give(ClBlock block) {
    if (closed || block.capacity() > maxPooledBytes) {
      block.free();
      return;
    }
    blocks.addFirst(block);
    pooledBytes += block.capacity();
    while (pooledBytes > maxPooledBytes || blocks.size() > MAX_BLOCKS) {
      ClBlock oldest = blocks.removeLast();
      pooledBytes -= oldest.capacity();
      oldest.free();
    }
  }

  /** Frees what is kept; {@return whether there was anything} */
  synchronized boolean flush() {
    boolean any = !blocks.isEmpty();
    blocks.forEach(ClBlock::free);
    blocks.clear();
    pooledBytes = 0;
    return any;
  }

  /** Frees what is kept, and from now on what is given back. */
  @Override
  public synchronized void close() {
    closed = true;
    flush();
  }
}
