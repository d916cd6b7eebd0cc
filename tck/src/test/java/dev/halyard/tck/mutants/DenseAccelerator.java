package dev.halyard.tck.mutants;

import dev.halyard.DType;
import dev.halyard.Graph;
import dev.halyard.spi.ClaimContext;
import dev.halyard.spi.ClaimSink;
import dev.halyard.spi.DeviceDescriptor;
import dev.halyard.spi.DeviceDriver;
import dev.halyard.spi.DeviceKind;
import dev.halyard.spi.GraphView;
import dev.halyard.spi.Profile;
import dev.halyard.spi.Stream;
import dev.halyard.spi.TimingSink;
import dev.halyard.tck.wrap.WrappedStream;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * An emulated accelerator of quantised dense layers and nothing else, in front of the CPU: correct.
 * Each run takes as long as the property {@code halyard.mutant.runMicros} says, as a simulator's
 * would.
 */
public class DenseAccelerator extends Mutant {
  private static final long RUN_NANOS = 1000L * Integer.getInteger("halyard.mutant.runMicros", 0);

  /** Makes the plugin. */
  public DenseAccelerator() {}

  @Override
  DeviceDescriptor describe(DeviceDescriptor cpu) {
    return DeviceDescriptor.builder("mutant", DeviceKind.FPGA, "Dense layers")
        .vendor(cpu.vendor())
        .driver(cpu.driver())
        .emulated(true)
        .profiles(
            Profile.INT8,
            Profile.INT16,
            Profile.DYNAMIC_DIMS,
            Profile.DETERMINISTIC,
            Profile.LOSS_INJECTION)
        .dtypes(DType.I8, DType.I16)
        .build();
  }

  @Override
  DeviceDriver driver(DeviceDriver cpu) {
    return new MutantDriver(cpu) {
      @Override
      public void claim(GraphView graph, ClaimContext context, ClaimSink sink) {
        DenseClaims.claim(graph, sink);
      }
    };
  }

  /** The CPU knows the product by its body. */
  @Override
  Optional<Graph> rewrite(Graph graph) {
    return Optional.of(GraphCopy.of(graph, this::replace).orElse(graph));
  }

  @Override
  void execute(Stream cpu, Bound bound) {
    long end = System.nanoTime() + RUN_NANOS;
    cpu.execute(bound.binding);
    while (System.nanoTime() < end) {
      LockSupport.parkNanos(end - System.nanoTime());
    }
  }

  @Override
  WrappedStream stream(Stream cpu) {
    return new MutantStream(cpu) {
      @Override
      public void timing(long ticket, TimingSink sink) {
        sink.simulated("kernel", 1000);
        sink.assumed("launch", 50_000, "no card is there to calibrate it");
      }
    };
  }
}
