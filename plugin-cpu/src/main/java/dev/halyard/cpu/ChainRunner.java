package dev.halyard.cpu;

import java.lang.foreign.MemorySegment;

/** A chain bound to memory. Each worker has its own registers and its own offsets. */
final class ChainRunner {
  // Offsets of neighbouring workers stay on cache lines of their own.
  private static final int PADDING = 16;

  private final Chain chain;
  private final Geometry geometry;
  private final MemorySegment[] memory;
  private final long[][] at;
  private final int[] leafBytes;
  private final int[] outputBytes;
  private final boolean[] dense;

  /**
   * The same memory, but for operands with one row for all: that row as often as a block has it.
   */
  private final MemorySegment[] repeating;

  private final boolean[] repeats;
  private final long[][] rowsOf;
  private final int rowsAtOnce;

  ChainRunner(Chain chain, Memory memory, long scratchAt) {
    this.chain = chain;
    geometry = chain.geometry;
    this.memory = new MemorySegment[chain.slots()];
    leafBytes = chain.leaves.stream().mapToInt(leaf -> leaf.dtype().bytes()).toArray();
    outputBytes = chain.outputs.stream().mapToInt(out -> out.dtype().bytes()).toArray();
    dense = new boolean[leafBytes.length];
    for (int i = 0; i < leafBytes.length; i++) {
      this.memory[i] = memory.at(chain.leaves.get(i));
      dense[i] = geometry.isDense(i);
    }
    for (int i = 0; i < outputBytes.length; i++) {
      this.memory[chain.outputSlot(i)] = memory.at(chain.outputs.get(i));
    }
    for (int i = chain.anchorSlot(); i < chain.slots(); i++) {
      this.memory[i] = memory.workspace();
    }
    rowsAtOnce = chain.rowsAtOnce();
    repeating = this.memory.clone();
    repeats = new boolean[leafBytes.length];
    for (int i = 0; i < leafBytes.length; i++) {
      repeats[i] = rowsAtOnce > 1 && !dense[i] && geometry.isRepeatedByRow(i);
      if (repeats[i]) {
        repeating[i] = memory.workspace();
      }
    }
    rowsOf = new long[memory.workers()][leafBytes.length + PADDING];
    at = new long[memory.workers()][chain.slots() + PADDING];
    for (int worker = 0; worker < at.length; worker++) {
      long base = memory.scratchAt() + worker * memory.scratchBytes() + scratchAt;
      for (int i = chain.anchorSlot() + 1; i < chain.slots(); i++) {
        at[worker][i] = base;
        base += (long) Chain.BLOCK * Long.BYTES;
      }
      for (int i = 0; i < leafBytes.length; i++) {
        rowsOf[worker][i] = base;
        base += (long) Chain.BLOCK * Long.BYTES;
      }
    }
  }

  /** Prepares a worker's registers that never change; n is the longest block to come. */
  private void setUp(long[] offsets, int n) {
    for (int i = 0; i < leafBytes.length; i++) {
      offsets[i] = 0;
    }
    for (Instruction instruction : chain.setup) {
      instruction.run(memory, offsets, 0, n);
    }
  }

  /** Computes the elements from one position to another, in row-major order. */
  void range(int worker, long from, long to) {
    long[] offsets = at[worker];
    setUp(offsets, (int) Math.min(Chain.BLOCK, to - from));
    if (geometry.byRows()) {
      byRows(offsets, from, to);
    } else {
      acrossRows(offsets, from, to);
    }
  }

  private void acrossRows(long[] offsets, long from, long to) {
    for (long position = from; position < to; position += Chain.BLOCK) {
      int n = (int) Math.min(Chain.BLOCK, to - position);
      for (int i = 0; i < leafBytes.length; i++) {
        offsets[i] = dense[i] ? position * leafBytes[i] : 0;
      }
      block(memory, offsets, position, n);
    }
  }

  private void byRows(long[] offsets, long from, long to) {
    long inner = geometry.inner();
    long position = from;
    while (position < to) {
      long row = position / inner;
      long column = position - row * inner;
      long end = Math.min(to - position, inner - column) + column;
      while (column < end) {
        int n = (int) Math.min(Chain.BLOCK, end - column);
        moveLeaves(offsets, row, column);
        block(memory, offsets, position, n);
        column += n;
        position += n;
      }
    }
  }

  /**
   * Computes a rectangle of a matrix of rows whose anchor values lie in the worker's scratch
   * memory.
   *
   * @param panelAt where the rectangle begins, in bytes from the start of the workspace
   * @param panelStride from one of its rows to the next, in bytes
   */
  void rectangle(
      int worker,
      long rowFrom,
      long rowTo,
      long columnFrom,
      long columnTo,
      long panelAt,
      long panelStride) {
    boolean whole = columnFrom == 0 && columnTo == geometry.inner();
    if (whole && rowsAtOnce > 1 && rowTo - rowFrom > 1 && panelStride == columnTo * Float.BYTES) {
      wholeRows(worker, rowFrom, rowTo, panelAt, panelStride);
      return;
    }
    long[] offsets = at[worker];
    setUp(offsets, (int) Math.min(Chain.BLOCK, columnTo - columnFrom));
    long inner = geometry.inner();
    int anchor = chain.anchorSlot();
    for (long row = rowFrom; row < rowTo; row++) {
      for (long column = columnFrom; column < columnTo; column += Chain.BLOCK) {
        int n = (int) Math.min(Chain.BLOCK, columnTo - column);
        moveLeaves(offsets, row, column);
        offsets[anchor] =
            panelAt + (row - rowFrom) * panelStride + (column - columnFrom) * Float.BYTES;
        block(memory, offsets, row * inner + column, n);
      }
    }
  }

  /** Several rows to a block: a short one costs more to begin than to run through. */
  private void wholeRows(int worker, long rowFrom, long rowTo, long panelAt, long panelStride) {
    long[] offsets = at[worker];
    long inner = geometry.inner();
    long most = Math.min(rowsAtOnce, rowTo - rowFrom);
    setUp(offsets, (int) (most * inner));
    for (int i = 0; i < leafBytes.length; i++) {
      if (repeats[i]) {
        long bytes = inner * leafBytes[i];
        offsets[i] = rowsOf[worker][i];
        for (long row = 0; row < most; row++) {
          MemorySegment.copy(memory[i], 0, repeating[i], offsets[i] + row * bytes, bytes);
        }
      }
    }
    for (long row = rowFrom; row < rowTo; row += rowsAtOnce) {
      for (int i = 0; i < leafBytes.length; i++) {
        if (dense[i]) {
          offsets[i] = row * inner * leafBytes[i];
        }
      }
      offsets[chain.anchorSlot()] = panelAt + (row - rowFrom) * panelStride;
      block(repeating, offsets, row * inner, (int) (Math.min(rowsAtOnce, rowTo - row) * inner));
    }
  }

  private void moveLeaves(long[] offsets, long row, long column) {
    for (int i = 0; i < leafBytes.length; i++) {
      long element = geometry.rowStart(i, row) + column * geometry.innerStride(i);
      offsets[i] = element * leafBytes[i];
    }
  }

  private void block(MemorySegment[] memory, long[] offsets, long position, int n) {
    for (int i = 0; i < outputBytes.length; i++) {
      offsets[leafBytes.length + i] = position * outputBytes[i];
    }
    for (Instruction instruction : chain.body) {
      instruction.run(memory, offsets, position, n);
    }
  }
}
