package dev.halyard.opencl;

import static dev.halyard.DType.F16;
import static dev.halyard.DType.F32;
import static dev.halyard.DType.I32;

import dev.halyard.CompileOptions;
import dev.halyard.Gelu;
import dev.halyard.Value;
import dev.halyard.Window;
import dev.halyard.opencl.code.DeviceModel;
import dev.halyard.opencl.code.Launch;
import dev.halyard.opencl.code.Lowering;
import dev.halyard.opencl.code.Schedule;
import dev.halyard.opencl.code.Tile;
import dev.halyard.opencl.code.Tiles;
import dev.halyard.spi.Partition;
import dev.halyard.spi.Permission;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * A process that puts graphs to a device which together reach every family of kernels, each beyond
 * one tile, panel, group or stage, and fails where one is not reached any more.
 */
final class FamiliesMain {
  private static final CompileOptions OPTIONS =
      CompileOptions.defaults().permit(Permission.F16_ACCUMULATE);

  /** Three vectors are no part of a power of two: the last panel is filled up with zeros. */
  private static final Tile THREE_VECTORS = new Tile(4, 3, 1);

  private final List<Launch> launches = new ArrayList<>();

  private FamiliesMain() {}

  /**
   * A graph, and what is to be found among its launches.
   *
   * @param name for people
   * @param cpu a pattern of the launches on a CPU; empty if it is not run there
   * @param gpu the same on a GPU
   * @param draw makes the graph
   */
  private record Family(String name, String cpu, String gpu, Function<Draft, Value> draw) {
    String pattern(DeviceModel.Family family) {
      return family == DeviceModel.Family.CPU ? cpu : gpu;
    }
  }

  private static List<Family> products() {
    String tiles = "register tiles of .*, tiles .*register tiles of .*, the last columns ";
    return List.of(
        new Family(
            "several tiles",
            tiles,
            "33x34x17 by local tiles of 32x32x16 ",
            d -> d.input(F32, 33, 17).matmul(d.input(F32, 17, 34))),
        new Family(
            "several large tiles",
            tiles,
            "65x68x20 by local tiles of 64x64x16 ",
            d -> d.input(F32, 65, 20).matmul(d.input(F32, 20, 68))),
        new Family(
            "a chain after tiles of a batch",
            tiles + ".*in\\[0], in\\[1], in\\[2], out",
            "3 x 9x36x20 by local tiles .*in\\[0], in\\[1], in\\[2], out",
            d -> {
              Value y = d.input(F32, 3, 9, 20).matmul(d.input(F32, 3, 20, 36));
              return y.add(d.input(F32, 36)).gelu(Gelu.TANH);
            }),
        new Family(
            "half precision and a chain",
            tiles + ".*in\\[0], in\\[1], in\\[2], out",
            "by local tiles .*in\\[0], in\\[1], in\\[2], out",
            d -> {
              Value y = d.input(F16, 9, 20).matmul(d.input(F16, 20, 36));
              return y.add(d.input(F16, 36)).relu();
            }),
        new Family(
            "constant panels",
            "register tiles of .*in\\[0], constant by panels, out",
            "",
            d -> d.input(F32, 9, 128).matmul(d.constant(F32, 128, 128))),
        new Family(
            "constant panels and a chain",
            "register tiles of .*in\\[0], constant by panels, constant, out",
            "",
            d -> {
              Value y = d.input(F32, 3, 130).matmul(d.constant(F32, 130, 193));
              return y.add(d.constant(F32, 193)).gelu(Gelu.ERF);
            }),
        new Family(
            "panels of a batch and a chain",
            "the right matrix by panels of .*register tiles of .*in\\[0], workspace.*, in\\[2],"
                + " out",
            "",
            d -> {
              Value y = d.input(F32, 2, 256, 16).matmul(d.input(F32, 2, 16, 1024));
              return y.add(d.input(F32, 1024));
            }),
        new Family(
            "element by element, and a chain",
            "6x9x7 by element .*in\\[0], in\\[1], in\\[2], out",
            "6x9x7 by element .*in\\[0], in\\[1], in\\[2], out",
            d -> d.input(I32, 6, 7).matmul(d.input(I32, 7, 9)).add(d.input(I32, 9))));
  }

  private static List<Family> convolutions() {
    String after = "constant, workspace.0, constant, out";
    return List.of(
        new Family(
            "gathered convolution and a chain",
            "input under each pixel .*register tiles .*" + after,
            "input under each pixel .*local tiles .*" + after,
            d -> {
              Value y = convolution(d.input(F32, 2, 3, 9, 7), d.constant(F32, 5, 3, 3, 3), 1);
              return y.add(d.constant(F32, 5, 1, 1)).relu();
            }),
        new Family(
            "convolution in groups of few channels, and a chain",
            "conv by element .*in\\[0], constant, constant, out",
            "conv by element .*in\\[0], constant, constant, out",
            d -> {
              Value y = convolution(d.input(F32, 1, 6, 9, 7), d.constant(F32, 6, 1, 3, 3), 6);
              return y.add(d.constant(F32, 6, 1, 1)).relu();
            }));
  }

  private static Value convolution(Value x, Value weights, long groups) {
    return x.conv(weights, Window.of(3, 3).padding(1, 1), groups);
  }

  private static List<Family> reductions() {
    String sum = "reduce_sum/1 ";
    return List.of(
        new Family(
            "a sum in two stages, amid a chain",
            sum + "along rows .*" + sum + "along rows ",
            sum + "by groups .*" + sum + "along rows ",
            d -> {
              Value x = d.input(F32, 1, 32_768);
              return x.mul(x).reduceSum(false, 1).sqrt();
            }),
        new Family(
            "sums of long rows, amid a chain",
            sum + "along rows .*in\\[0], in\\[1], out",
            sum + "by groups .*in\\[0], in\\[1], out",
            d -> d.input(F32, 3, 300).abs().reduceSum(false, 1).add(d.input(F32, 3))),
        new Family(
            "sums of planes",
            sum + "along rows ",
            sum + "by groups ",
            d -> d.input(F32, 6, 3, 70).reduceSum(false, 0, 2)),
        new Family(
            "sums of columns, and a chain",
            sum + "along columns .*in\\[0], in\\[1], out",
            sum + "along rows .*in\\[0], in\\[1], out",
            d -> d.input(F32, 40, 21).reduceSum(false, 0).mul(d.input(F32, 21))),
        new Family(
            "sums of long columns",
            sum + "along columns ",
            sum + "by groups ",
            d -> d.input(F32, 300, 6).reduceSum(false, 0)),
        new Family(
            "rows longer than a group",
            "halyard.softmax/1 ",
            "halyard.softmax/1 ",
            d -> d.input(F32, 2, 300).softmax(-1)));
  }

  private static List<Family> others() {
    return List.of(
        new Family(
            "a chain over many groups",
            "in\\[0], in\\[1], out",
            "in\\[0], in\\[1], out",
            d -> d.input(F32, 3, 1501).mul(d.input(F32, 1501)).tanh()),
        new Family(
            "a transposition over many groups",
            "transpose/1 ",
            "transpose/1 ",
            d -> d.input(F32, 7, 20, 21).transpose(2, 0, 1)));
  }

  /** {@return what tensor cores compute otherwise than in one bare product} */
  private static List<Family> byTensorCores() {
    return List.of(
        new Family(
            "a chain after tensor cores",
            "",
            "by tensor cores in tiles .*in\\[0], in\\[1], in\\[2], out",
            d -> {
              Value y = d.input(F16, 33, 40).matmul(d.input(F16, 40, 35));
              return y.add(d.input(F16, 35)).relu();
            }),
        new Family(
            "a convolution by tensor cores",
            "",
            "input under each pixel .*by tensor cores .*constant, workspace.0, constant, out",
            d -> {
              Value y = convolution(d.input(F16, 1, 3, 7, 6), d.constant(F16, 33, 3, 3, 3), 1);
              return y.add(d.constant(F16, 33, 1, 1)).relu();
            }));
  }

  /**
   * Runs.
   *
   * @param args the platform, the family, where memory lies, what tensor cores to use
   */
  public static void main(String[] args) {
    List<Family> families = new ArrayList<>(byTensorCores());
    if (!args[3].equals("emulated")) {
      families = new ArrayList<>(products());
      families.addAll(convolutions());
      families.addAll(reductions());
      families.addAll(others());
    }
    FamiliesMain main = new FamiliesMain();
    try (OpenClDriver driver =
        Drivers.open(
            main::lower,
            "platform",
            args[0],
            "family",
            args[1],
            "memory",
            args[2],
            "tensorCores",
            args[3])) {
      System.out.println("compared " + main.check(driver, families));
    }
  }

  private long check(OpenClDriver driver, List<Family> families) {
    DeviceModel.Family kind = driver.context().device().model().family();
    long compared = 0;
    for (Family family : families) {
      if (!family.pattern(kind).isEmpty()) {
        launches.clear();
        long start = System.nanoTime();
        long some = CaseChecks.check(driver, Draft.of(family.name(), family.draw()), OPTIONS);
        requireReached(family, kind);
        long millis = (System.nanoTime() - start) / 1_000_000;
        System.out.println(family.name() + ": " + some + " in " + millis + " ms");
        compared += some;
      }
    }
    return compared;
  }

  private void requireReached(Family family, DeviceModel.Family kind) {
    StringBuilder found = new StringBuilder();
    launches.forEach(
        launch -> found.append(launch.what()).append(" of ").append(launch.buffers()).append("; "));
    if (!Pattern.compile(family.pattern(kind)).matcher(found).find()) {
      throw new AssertionError(
          family.name()
              + " does not reach its kernels: "
              + found
              + "want "
              + family.pattern(kind)
              + "; choose another graph that does");
    }
  }

  private Schedule lower(Partition partition, long[] dims, DeviceModel device, Tiles tiles) {
    Tiles some =
        (model, bucket) ->
            model.family() == DeviceModel.Family.CPU && bucket.n() == 1024
                ? THREE_VECTORS
                : tiles.choose(model, bucket);
    Schedule schedule = Lowering.lower(partition, dims, device, some);
    launches.addAll(schedule.launches());
    return schedule;
  }
}
