package dev.halyard.fpga.xrt;

import dev.halyard.fpga.xrt.dense.DenseArgument;
import dev.halyard.fpga.xrt.dense.DenseRun;
import dev.halyard.spi.Binding;
import dev.halyard.spi.MemorySlice;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Layers tied to memory: a run of the kernel for each, whose arguments are set once. A run of the
 * binding moves the inputs to the board, starts each layer when the one before it has ended, and
 * moves the outputs back.
 *
 * <p>An output in the place of an input, as a state's is, is computed aside: the kernel writes rows
 * before it has read the last one.
 */
final class XrtBinding implements Binding {
  private final XrtDriver driver;
  private final List<BoardSlice> inputs = new ArrayList<>();
  private final List<BoardSlice> outputs = new ArrayList<>();
  private final List<BoardBuffer> aside = new ArrayList<>();
  private final List<MemorySegment> copiesFrom = new ArrayList<>();
  private final List<MemorySegment> copiesTo = new ArrayList<>();
  private final List<BoardBuffer> parts = new ArrayList<>();
  private final List<Launch> launches = new ArrayList<>();

  /** A layer that is ready to start. */
  static final class Launch {
    private final String name;
    private final BoardRun run;
    private final long limitMillis;
    private long cycles;

    private Launch(String name, BoardRun run, long limitMillis) {
      this.name = name;
      this.run = run;
      this.limitMillis = limitMillis;
    }

    /** {@return the layer's name} */
    String name() {
      return name;
    }

    /** {@return the cycles of the last run, by the kernel's own count; 0 if it was not read} */
    long cycles() {
      return cycles;
    }
  }

  XrtBinding(XrtDriver driver, List<MemorySlice> in, List<MemorySlice> out) {
    this.driver = driver;
    driver.counters().handles.increment();
    in.stream().map(BoardSlice::of).filter(slice -> slice.bytes() > 0).forEach(inputs::add);
    try {
      out.stream().map(BoardSlice::of).forEach(slice -> outputs.add(place(slice)));
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  private BoardSlice place(BoardSlice output) {
    if (inputs.stream().noneMatch(output::overlaps)) {
      return output;
    }
    BoardBuffer buffer = driver.allocate(output.bytes());
    aside.add(buffer);
    copiesFrom.add(buffer.host());
    copiesTo.add(output.host());
    return new BoardSlice(buffer, 0, output.bytes());
  }

  /** {@return where each output is computed} */
  List<BoardSlice> outputs() {
    return outputs;
  }

  /** Adds a layer behind those that are there. */
  void add(DenseStep step, BoardSlice x, BoardSlice y) {
    long batch = x.bytes() / ((long) step.cols() * step.format().inputBytes());
    if (batch == 0) {
      return;
    }
    DenseRun arguments = step.aligned(batch);
    BoardRun run = driver.kernel().newRun();
    long mostCycles = step.mostCycles(batch, driver.memoryTiming());
    launches.add(new Launch(step.name(), run, driver.limitMillis(mostCycles)));
    run.set(DenseArgument.X.index(), buffer(x));
    run.set(DenseArgument.WEIGHTS.index(), step.weights());
    run.set(DenseArgument.Y.index(), buffer(y));
    run.set(DenseArgument.BATCH.index(), (int) arguments.batch());
    run.set(DenseArgument.ROWS.index(), arguments.rows());
    run.set(DenseArgument.COLS.index(), arguments.cols());
    run.set(DenseArgument.MODE.index(), arguments.format().mode());
  }

  /** {@return a buffer that begins where the range does} */
  private BoardBuffer buffer(BoardSlice slice) {
    if (slice.offset() == 0) {
      return slice.buffer();
    }
    BoardBuffer part = slice.buffer().part(slice.offset(), slice.bytes());
    parts.add(part);
    return part;
  }

  /**
   * Runs the layers; the board has one kernel, so that others wait.
   *
   * @param counted whether an emulated board is asked for the cycles of each layer, which takes two
   *     more calls of it
   */
  @SuppressWarnings("ForLoopReplaceableByForEach") // An iterator would be allocated at each run.
  void run(boolean counted) {
    if (launches.isEmpty()) {
      return;
    }
    synchronized (driver.kernel()) {
      driver.requireAlive();
      try {
        runWatched(driver.watch(), counted && driver.emulated());
      } finally {
        driver.watch().end();
      }
    }
    for (int i = 0; i < copiesTo.size(); i++) {
      copiesTo.get(i).copyFrom(copiesFrom.get(i));
    }
  }

  @SuppressWarnings("ForLoopReplaceableByForEach") // As above.
  private void runWatched(RunWatch watch, boolean counted) {
    for (int i = 0; i < inputs.size(); i++) {
      watch.begin("moving an input to the board", driver.transferMillis(inputs.get(i).bytes()));
      inputs.get(i).toBoard();
    }
    for (int i = 0; i < launches.size(); i++) {
      Launch launch = launches.get(i);
      watch.begin(launch.name, launch.limitMillis + DenseKernel.SLICE_MILLIS);
      driver.kernel().execute(launch.run, launch.limitMillis);
      launch.cycles = counted ? driver.kernel().cycles() : 0;
    }
    for (int i = 0; i < outputs.size(); i++) {
      watch.begin("moving an output back", driver.transferMillis(outputs.get(i).bytes()));
      outputs.get(i).fromBoard();
    }
  }

  /** {@return the layers, in order} */
  List<Launch> launches() {
    return launches;
  }

  @Override
  public void close() {
    driver.counters().handles.decrement();
    launches.forEach(launch -> driver.release(launch.run::close));
    parts.forEach(part -> driver.release(part::close));
    aside.forEach(driver::free);
  }
}
