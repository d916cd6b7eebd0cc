package dev.halyard.bench.side;

import java.io.IOException;

/** A worker that computes nothing, in one of several ways. */
public final class FakeWorker {
  private static final int FATAL_RUN = 5;

  private FakeWorker() {}

  /** How it behaves. */
  public enum Manner {
    GOOD,
    WRONG,
    NOT_A_NUMBER,
    ABSENT,
    BROKEN,
    CRASHING
  }

  public static void main(String[] args) throws IOException {
    Manner manner = Manner.valueOf(args[0]);
    System.out.println("a library says hello");
    Worker.serve(request -> open(manner));
  }

  private static Side open(Manner manner) {
    return switch (manner) {
      case ABSENT -> throw new SideAbsentException("not installed");
      case BROKEN -> throw new IllegalStateException("broken\nby design");
      default -> new FakeSide(manner);
    };
  }

  private static final class FakeSide implements Side {
    private final Manner manner;
    private int runs;

    FakeSide(Manner manner) {
      this.manner = manner;
    }

    @Override
    public String description() {
      return "fake:0: a fake";
    }

    @Override
    public void run() {
      runs++;
      if (manner == Manner.CRASHING && runs == FATAL_RUN) {
        System.err.println("last words");
        Runtime.getRuntime().halt(77);
      }
      Thread.onSpinWait();
    }

    @Override
    public float[] output() {
      float last =
          switch (manner) {
            case WRONG -> 2.5f;
            case NOT_A_NUMBER -> Float.NaN;
            default -> 2;
          };
      return new float[] {1, last};
    }

    @Override
    public void close() {}
  }
}
