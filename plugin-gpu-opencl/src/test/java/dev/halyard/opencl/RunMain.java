package dev.halyard.opencl;

import dev.halyard.opencl.code.Launch;
import dev.halyard.opencl.code.Schedule;
import dev.halyard.runtime.cache.CacheFolder;
import dev.halyard.runtime.cache.FolderArtefactStore;
import dev.halyard.spi.ArtefactStore;
import dev.halyard.spi.Binding;
import dev.halyard.spi.MemorySlice;
import dev.halyard.spi.Stream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** A process that runs a schedule on the first device of a platform and prints the result. */
final class RunMain {
  private static final long MOST_BYTES = 64L << 20;

  private RunMain() {}

  /**
   * Runs.
   *
   * @param args the platform; {@code right}, or {@code beyond} for a kernel that reads too far;
   *     where memory lies; the folder of a cache of binaries, if there is to be one
   * @throws Exception if anything goes wrong
   */
  public static void main(String[] args) throws Exception {
    MemorySegment constant = Arena.global().allocateFrom(ValueLayout.JAVA_FLOAT, 10, 20, 30, 40);
    Schedule schedule = HandWritten.twicePlus(4, constant);
    if (args[1].equals("beyond")) {
      Launch tooFar =
          HandWritten.launch("twice", 2000, HandWritten.in(0, 16), HandWritten.out(0, 16));
      schedule = new Schedule(HandWritten.SOURCE, List.of(tooFar), 0);
    }
    OpenClDriver driver =
        Drivers.open(Runs.always(schedule), "platform", args[0], "memory", args[2]);
    try (driver;
        Runs runs = Runs.of(driver, store(args));
        Stream stream = driver.openStream()) {
      MemorySlice y = runs.allocate(16);
      Binding binding = runs.bind(runs.device(stream, 1, 2, 3, 4), y);
      stream.execute(binding);
      stream.await(stream.submit(binding), Long.MAX_VALUE);
      System.out.println("result " + Arrays.toString(runs.read(stream, y)));
    }
  }

  private static ArtefactStore store(String[] args) {
    return args.length < 4
        ? new HandWritten.Store()
        : new FolderArtefactStore(new CacheFolder(Path.of(args[3]), MOST_BYTES));
  }
}
