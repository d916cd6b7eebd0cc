package dev.halyard.bench.side;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Runs one side of a benchmark as the process at the other end of standard input and output says.
 *
 * <table>
 * <caption>A line asks, a line that starts with {@code @} answers</caption>
 * <tr><th>asked</th><th>answered</th></tr>
 * <tr><td>{@code prepare SIDE CASE THREADS DEVICE NAME...}</td>
 *     <td>{@code @ready DESCRIPTION} or {@code @absent REASON}</td></tr>
 * <tr><td>{@code run WARM N}: for at least WARM nanoseconds, then N times</td>
 *     <td>{@code @nanos T}, of the N runs together</td></tr>
 * <tr><td>{@code output FILE}: write the last result, little-endian f32</td>
 *     <td>{@code @written COUNT}</td></tr>
 * <tr><td>{@code quit}, or the end of the input</td><td>nothing; the process ends</td></tr>
 * </table>
 *
 * <p>Whatever goes wrong is answered by {@code @failed REASON}. Other lines are what libraries
 * print and mean nothing.
 */
public final class Worker {
  private final Function<SideRequest, Side> sides;
  private @Nullable Side side;

  private Worker(Function<SideRequest, Side> sides) {
    this.sides = sides;
  }

  /**
   * Serves one benchmark.
   *
   * @param args none
   * @throws IOException if the other end is gone
   */
  public static void main(String[] args) throws IOException {
    serve(Sides::open);
  }

  /**
   * Serves one benchmark on standard input and output.
   *
   * @param sides makes a side ready
   * @throws IOException if the other end is gone
   */
  static void serve(Function<SideRequest, Side> sides) throws IOException {
    PrintStream answers =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    System.setOut(System.err); // a library's remark must not look like an answer
    BufferedReader questions =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    new Worker(sides).serve(questions, answers);
  }

  private void serve(BufferedReader questions, PrintStream answers) throws IOException {
    try {
      for (String line = questions.readLine();
          line != null && !line.equals("quit");
          line = questions.readLine()) {
        answers.println("@" + answer(line).replaceAll("\\s+", " "));
      }
    } finally {
      if (side != null) {
        side.close();
      }
    }
  }

  private String answer(String line) {
    try {
      return switch (line.substring(0, Math.max(0, line.indexOf(' ')))) {
        case "prepare" -> prepare(SideRequest.parse(line));
        case "run" -> run(line.split(" ", -1));
        case "output" -> write(Path.of(line.substring(line.indexOf(' ') + 1)));
        default -> "failed a worker does not know '" + line + "'";
      };
    } catch (SideAbsentException e) {
      return "absent " + e.getMessage();
    } catch (RuntimeException | IOException | LinkageError e) {
      e.printStackTrace(); // to the process's log
      return "failed " + e;
    }
  }

  private String prepare(SideRequest request) {
    side = sides.apply(request);
    side.run();
    return "ready " + side.description();
  }

  private String run(String... words) {
    long warm = Long.parseLong(words[1]);
    long count = Long.parseLong(words[2]);
    Side running = prepared();
    long start = System.nanoTime();
    while (warm > 0 && System.nanoTime() - start < warm) {
      running.run();
    }
    return "nanos " + nanos(running, count);
  }

  private static long nanos(Side running, long count) {
    long start = System.nanoTime();
    for (long i = 0; i < count; i++) {
      running.run();
    }
    return System.nanoTime() - start;
  }

  private String write(Path file) throws IOException {
    float[] values = prepared().output();
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    Files.write(file, bytes.array());
    return "written " + values.length;
  }

  private Side prepared() {
    if (side == null) {
      throw new IllegalStateException("'prepare' comes first");
    }
    return side;
  }
}
