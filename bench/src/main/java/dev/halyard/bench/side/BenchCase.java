package dev.halyard.bench.side;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is measured, by any side. */
public sealed interface BenchCase {
  /** {@return what people call it, such as {@code sgemm-128x1536x384}} */
  String id();

  /** {@return what it computes, a line} */
  String about();

  /**
   * {@return how far the results of two sides may be apart: the largest {@code |a - b| / (|b| + s)}
   * with {@code s} the root mean square of b}
   */
  double tolerance();

  /** {@return the cases that are measured where none is named} */
  static List<BenchCase> standard() {
    return List.of(
        new Sgemm(512, 512, 512, false),
        new Sgemm(1024, 1024, 1024, false),
        new Sgemm(128, 1536, 384, false),
        new Sgemm(128, 384, 1536, false),
        new MiniLmRun(1, false),
        new MiniLmRun(16, false),
        new MiniLmRun(128, false),
        new MiniLmRun(200, false),
        new Mlp(),
        new Launch(),
        new XrtDense(784, 128),
        new XrtDense(64, 10));
  }

  /**
   * {@return the case of an id}
   *
   * @param id such as {@code sgemm-128x1536x384}
   * @throws IllegalArgumentException if there is none; the message says which there are
   */
  static BenchCase of(String id) {
    Matcher sgemm = Sgemm.ID.matcher(id);
    if (sgemm.matches()) {
      return new Sgemm(
          Integer.parseInt(sgemm.group(1)),
          Integer.parseInt(sgemm.group(2)),
          Integer.parseInt(sgemm.group(3)),
          sgemm.group(4) != null);
    }
    Matcher miniLm = MiniLmRun.ID.matcher(id);
    if (miniLm.matches()) {
      return new MiniLmRun(Integer.parseInt(miniLm.group(1)), miniLm.group(2) != null);
    }
    Matcher dense = XrtDense.ID.matcher(id);
    if (dense.matches()) {
      return new XrtDense(Integer.parseInt(dense.group(1)), Integer.parseInt(dense.group(2)));
    }
    return standard().stream()
        .filter(known -> known.id().equals(id))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(noCase(id)));
  }

  private static String noCase(String id) {
    return "no case '"
        + id
        + "'; there are sgemm-MxNxK and sgemm-MxNxK-weights (each size 1 to 8192), minilm-sN"
        + " and minilm-sN-seeded (N from 1 to 512), xrt-dense-KxN (each 1 to 8192), "
        + TinyMlp.NAME
        + " and launch-12";
  }

  /**
   * A product of two matrices in f32, the first M by K, the second K by N.
   *
   * @param m rows of the first
   * @param n columns of the second
   * @param k columns of the first
   * @param weights whether the second is a constant, as a network's weights are: a kernel may then
   *     lay it out once, which the peers do at every call
   */
  record Sgemm(int m, int n, int k, boolean weights) implements BenchCase {
    /** 1 to 8192: the longest of them is 256 MiB. */
    static final String SIZE = "([1-9]\\d{0,2}|[1-7]\\d{3}|80\\d\\d|81[0-8]\\d|819[0-2])";

    static final Pattern ID =
        Pattern.compile("sgemm-" + SIZE + "x" + SIZE + "x" + SIZE + "(-weights)?");

    @Override
    public String id() {
      return "sgemm-" + m + "x" + n + "x" + k + (weights ? "-weights" : "");
    }

    @Override
    public String about() {
      return "f32 product of %dx%d by %dx%d, ".formatted(m, k, k, n)
          + (weights ? "the second constant" : "both inputs");
    }

    @Override
    public double tolerance() {
      return 1e-4;
    }
  }

  /**
   * One run of all-MiniLM-L6-v2 in f32 on seeded ids.
   *
   * @param tokens the length of the sequence
   * @param seeded whether the weights are seeded too, so that no model is needed
   */
  record MiniLmRun(int tokens, boolean seeded) implements BenchCase {
    /** 1 to 512: as many as the model has positions. */
    static final Pattern ID =
        Pattern.compile("minilm-s([1-9]\\d?|[1-4]\\d\\d|50\\d|51[0-2])(-seeded)?");

    @Override
    public String id() {
      return "minilm-s" + tokens + (seeded ? "-seeded" : "");
    }

    @Override
    public String about() {
      return "all-MiniLM-L6-v2 in f32 on "
          + tokens
          + (tokens == 1 ? " token" : " tokens")
          + (seeded ? ", weights seeded" : "");
    }

    @Override
    public double tolerance() {
      return 1e-3;
    }
  }

  /** One run of {@link TinyMlp}. */
  record Mlp() implements BenchCase {
    @Override
    public String id() {
      return TinyMlp.NAME;
    }

    @Override
    public String about() {
      return "the jet tagger of hls4ml, batch 1";
    }

    @Override
    public double tolerance() {
      return 1e-4;
    }
  }

  /** A kernel of as many tiny regions, to compare what it costs to launch them. */
  record Launch() implements BenchCase {
    /** How many. */
    public static final int REGIONS = 12;

    @Override
    public String id() {
      return "launch-" + REGIONS;
    }

    @Override
    public String about() {
      return REGIONS + " tiny regions, against as many enqueues of a C program";
    }

    @Override
    public double tolerance() {
      return 1e-4;
    }
  }

  /**
   * One run of a {@link QuantizedLayer} on an FPGA board, from the start to the done, transfers
   * included.
   *
   * @param cols elements of x
   * @param rows elements of y
   */
  record XrtDense(int cols, int rows) implements BenchCase {
    static final Pattern ID = Pattern.compile("xrt-dense-" + Sgemm.SIZE + "x" + Sgemm.SIZE);

    @Override
    public String id() {
      return "xrt-dense-" + cols + "x" + rows;
    }

    @Override
    public String about() {
      return "a layer of 8-bit integers on an emulated FPGA board, against a C program";
    }

    /** Integers are equal or further apart than this. */
    @Override
    public double tolerance() {
      return 1e-4;
    }
  }
}
