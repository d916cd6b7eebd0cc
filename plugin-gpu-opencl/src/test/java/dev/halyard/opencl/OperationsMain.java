package dev.halyard.opencl;

import dev.halyard.CompileOptions;
import dev.halyard.DType;
import dev.halyard.Graph;
import dev.halyard.opencl.code.DeviceModel;
import dev.halyard.opencl.code.Lowering;
import dev.halyard.opencl.code.Schedule;
import dev.halyard.opencl.code.Tiles;
import dev.halyard.spi.Partition;
import dev.halyard.spi.Permission;
import dev.halyard.testkit.Case;
import dev.halyard.testkit.OpCases;
import java.util.List;
import java.util.SplittableRandom;

/** A process that puts every operation to a device, and prints what is wrong. */
final class OperationsMain {
  private static final CompileOptions OPTIONS =
      CompileOptions.defaults().permit(Permission.F16_ACCUMULATE);

  private OperationsMain() {}

  /**
   * Runs.
   *
   * @param args the platform, the family, where memory lies, what tensor cores to use, a seed, how
   *     many rounds, the most elements that a case may have
   */
  public static void main(String[] args) {
    SplittableRandom random = new SplittableRandom(Long.parseLong(args[4]));
    int rounds = Integer.parseInt(args[5]);
    long most = Long.parseLong(args[6]);
    long compared = 0;
    try (OpenClDriver driver =
        Drivers.open(
            OperationsMain::lower,
            "platform",
            args[0],
            "family",
            args[1],
            "memory",
            args[2],
            "tensorCores",
            args[3])) {
      for (DType dtype : List.of(DType.F16, DType.BF16)) {
        CaseChecks.check(driver, TensorTileTests.filled(product(dtype)), OPTIONS);
      }
      for (int round = 0; round < rounds; round++) {
        for (String op : OpCases.ids()) {
          List<DType> dtypes = List.copyOf(OpCases.dtypes(op));
          Case tested = small(op, dtypes, random, most);
          long some = CaseChecks.check(driver, tested, OPTIONS);
          System.out.println(tested.name() + ": " + some);
          compared += some;
        }
      }
    }
    System.out.println("compared " + compared);
  }

  /** {@return a product of more than one tile} */
  private static Graph product(DType dtype) {
    return TensorTileTests.product(dtype, 33, 129, 34);
  }

  private static Schedule lower(Partition partition, long[] dims, DeviceModel device, Tiles tiles) {
    Schedule schedule = Lowering.lower(partition, dims, device, tiles);
    schedule.launches().stream()
        .filter(launch -> launch.what().contains("by tensor cores"))
        .forEach(launch -> System.out.println("by tensor cores: " + launch.what()));
    return schedule;
  }

  private static Case small(String op, List<DType> dtypes, SplittableRandom random, long most) {
    while (true) {
      DType dtype = dtypes.get(random.nextInt(dtypes.size()));
      Case tested = OpCases.generate(op, dtype, random.nextLong());
      long elements = tested.inputs().values().stream().mapToLong(x -> x.elements()).sum();
      if ((elements > 0 || tested.inputs().isEmpty()) && elements <= most) {
        return tested;
      }
    }
  }
}
