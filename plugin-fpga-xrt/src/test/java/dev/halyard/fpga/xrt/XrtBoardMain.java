package dev.halyard.fpga.xrt;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.function.Executable;

/** A process that uses a board, and prints what comes of it. */
final class XrtBoardMain {
  private static final int BYTES = 8192;

  private XrtBoardMain() {}

  /**
   * Uses a board.
   *
   * @param args what to do, then the xclbin or the board's address
   */
  public static void main(String[] args) throws Throwable {
    switch (args[0]) {
      case "open" -> fails("open", () -> open(args[1]).close());
      case "load" -> load(Path.of(args[1]));
      case "damaged" -> damaged(args);
      default -> use(Path.of(args[1]));
    }
  }

  private static Board open(String address) {
    return XrtBoard.open(
        new BoardDescription("test:" + address, "a test's", address, true, Map.of()), Map.of());
  }

  private static void load(Path xclbin) {
    // The JDK sets SIGCHLD when it first reads the environment, which is none of XRT's doing.
    String _ = System.getenv("USER");
    SignalHandlers before = SignalHandlers.save();
    try (Board board = open("0")) {
      print("uuid", board.load(xclbin));
      System.out.println("replaced " + before.replaced());
    }
    System.out.println(SignalMain.traps());
  }

  /** The last file is the only good one. */
  private static void damaged(String[] args) {
    try (Board board = open("0")) {
      for (int i = 1; i < args.length - 1; i++) {
        Path file = Path.of(args[i]);
        fails("damaged", () -> board.load(file));
      }
      print("uuid", board.load(Path.of(args[args.length - 1])));
    }
  }

  private static void use(Path xclbin) throws Throwable {
    Board board = open("0");
    print("driver", board.driver());
    fails("kernel before load", () -> board.kernel("add", BoardKernel.Access.SHARED));
    fails("absent file", () -> board.load(xclbin.resolveSibling("absent.xclbin")));
    print("uuid", board.load(xclbin));
    buffers(board);
    BoardKernel kernel = board.kernel("add", BoardKernel.Access.SHARED);
    print("offset", kernel.offset(3));
    fails("absent kernel", () -> board.kernel("nosuch", BoardKernel.Access.SHARED));
    fails("load over a kernel", () -> board.load(xclbin));
    BoardBuffer buffer = board.allocate(BYTES, kernel.group(0));
    BoardRun run = kernel.newRun();
    runs(run, buffer);
    fails("foreign buffer", () -> run.set(0, new ForeignBuffer()));
    fails("argument beyond", () -> run.set(9, 1));
    fails("no such argument", () -> kernel.group(9));

    board.close();
    board.close();
    fails("start of a closed run", run::start);
    fails("group of a closed kernel", () -> kernel.group(0));
    fails("host of a closed buffer", buffer::host);
    fails("allocate on a closed board", () -> board.allocate(1, 0));

    try (Board again = open("0")) {
      print("uuid again", again.load(xclbin));
    }
  }

  private static void buffers(Board board) {
    fails("no bytes", () -> board.allocate(0, 0));
    BoardBuffer buffer = board.allocate(BYTES, 0);
    print("bytes", buffer.bytes());
    print("address", Long.toHexString(buffer.address()));
    BoardBuffer part = buffer.part(4096, 64);
    part.host().set(JAVA_INT, 8, 42);
    print("shared", buffer.host().get(JAVA_INT, 4104));
    try (Arena arena = Arena.ofConfined()) {
      buffer.write(arena.allocateFrom(JAVA_INT, 5, 6), 4096);
      print("written", part.host().get(JAVA_INT, 4));
      MemorySegment back = arena.allocate(4);
      buffer.read(back, 4100);
      print("read", back.get(JAVA_INT, 0));
      fails("write beyond", () -> buffer.write(back, BYTES - 2));
      fails("write of the heap", () -> buffer.write(MemorySegment.ofArray(new int[1]), 0));

      BoardBuffer over = board.over(arena.allocate(4096, 4096), 0);
      print("over", over.bytes());
      over.close();
      fails("over what is askew", () -> board.over(arena.allocate(8192, 4096).asSlice(8), 0));
    }
    buffer.toBoard(0, BYTES);
    buffer.fromBoard(4, 4);
    fails("sync beyond", () -> buffer.toBoard(4096, BYTES));
    fails("part beyond", () -> buffer.part(4096, BYTES));
    MemorySegment host = part.host();
    buffer.close();
    fails("host after close", () -> host.get(JAVA_INT, 0));
    fails("part of a closed buffer", () -> part.toBoard(0, 4));
  }

  private static void runs(BoardRun run, BoardBuffer buffer) throws InterruptedException {
    for (int argument = 0; argument < 3; argument++) {
      run.set(argument, buffer);
    }
    Semaphore completed = new Semaphore(0);
    run.onCompletion(completed::release);
    print("done before", run.isDone());
    for (int n = 1; n <= 100; n++) {
      run.set(3, n);
      run.start();
      run.join(5000);
    }
    print("completed", completed.tryAcquire(100, 10, TimeUnit.SECONDS));
    run.onCompletion(
        () -> {
          completed.release();
          throw new IllegalStateException("thrown by an action");
        });
    run.start();
    print("awaited", run.await(5000));
    print("called", completed.tryAcquire(10, TimeUnit.SECONDS));
    run.set(3, 1L);
    run.start();
    print("done", run.await(0) || run.await(5000));
  }

  private static void fails(String what, Executable action) {
    try {
      action.execute();
      print(what, "works");
    } catch (Throwable e) {
      print(what, e.getClass().getSimpleName() + " " + e.getMessage());
    }
  }

  private static void print(String what, Object gave) {
    System.out.println(what + ": " + gave);
  }

  private static final class ForeignBuffer implements BoardBuffer {
    @Override
    public long bytes() {
      return 1;
    }

    @Override
    public long address() {
      return 0;
    }

    @Override
    public MemorySegment host() {
      return MemorySegment.NULL;
    }

    @Override
    public BoardBuffer part(long offset, long bytes) {
      return this;
    }

    @Override
    public void write(MemorySegment from, long offset) {}

    @Override
    public void read(MemorySegment to, long offset) {}

    @Override
    public void toBoard(long offset, long bytes) {}

    @Override
    public void fromBoard(long offset, long bytes) {}

    @Override
    public void close() {}

    @Override
    public String toString() {
      return "another's buffer";
    }
  }
}
