package dev.halyard.fpga.emulator;

import dev.halyard.fpga.xrt.dense.DenseCycles;
import dev.halyard.fpga.xrt.dense.DenseRegisters;
import dev.halyard.fpga.xrt.dense.DenseRun;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The kernel {@code dense} with no RTL, for machines that lack Verilator: the same registers, the
 * same results bit for bit, and the predicted cycles, which are those of the RTL as long as memory
 * neither stalls nor fails.
 *
 * <p>A run happens at its end. It takes x, the weights and y each from one region of memory;
 * weights that no {@link dev.halyard.fpga.xrt.dense.DenseLayer} has are bad arguments.
 */
public final class ModelUnit implements Unit {
  /** What an access to a register takes in the RTL, with no stalls. */
  private static final int ACCESS_CYCLES = 3;

  /** From the start to the refusal of arguments. */
  private static final int REFUSAL_CYCLES = 3;

  private static final long NEVER = Long.MAX_VALUE;

  private final ModelMemory memory = new ModelMemory();
  private ModelRegisters registers = new ModelRegisters();
  private UnitTiming timing = UnitTiming.fixed(1, 1);
  private @Nullable UnitFault fault;
  private long cycles;
  private long runCycles;
  private long finishAt = NEVER;

  @Override
  public String kind() {
    return "model";
  }

  @Override
  public void reset() {
    registers = new ModelRegisters();
    fault = null;
    cycles = 0;
    finishAt = NEVER;
  }

  @Override
  public void attach(MemorySegment region, long address) {
    memory.attach(region, address);
  }

  @Override
  public void timing(UnitTiming fromNowOn) {
    timing = fromNowOn;
  }

  @Override
  public void write(int offset, int value) {
    turn(ACCESS_CYCLES);
    if (registers.write(offset, value)) {
      begin();
    }
  }

  @Override
  public int read(int offset) {
    turn(ACCESS_CYCLES);
    return registers.read(offset);
  }

  @Override
  public long step(long most) {
    long turned = 0;
    boolean rose = false;
    while (turned < most && !rose) {
      boolean before = interrupt();
      long toFinish = finishAt == NEVER ? NEVER : finishAt - cycles;
      long next = Math.min(most - turned, toFinish);
      turn(next);
      turned += next;
      rose = interrupt() && !before;
    }
    return turned;
  }

  private void turn(long count) {
    cycles += count;
    while (cycles >= finishAt) {
      finish();
    }
  }

  private void begin() {
    Optional<DenseRun> run = registers.run();
    runCycles =
        run.map(r -> DenseCycles.of(r, timing.readLatency(), timing.writeLatency()))
            .orElse((long) REFUSAL_CYCLES);
    finishAt = fault == UnitFault.SILENT && run.isPresent() ? NEVER : cycles + runCycles;
  }

  private void finish() {
    int status = registers.run().map(this::compute).orElse(DenseRegisters.STATUS_BAD_ARGUMENT);
    finishAt = NEVER;
    if (registers.finish(status, runCycles)) {
      begin();
    }
  }

  private int compute(DenseRun run) {
    UnitFault failing = fault;
    fault = null;
    return switch (failing) {
      case READ_SLVERR -> DenseRegisters.STATUS_READ_SLVERR;
      case WRITE_SLVERR -> DenseRegisters.STATUS_WRITE_SLVERR;
      case null, default -> ModelRun.compute(run, memory);
    };
  }

  @Override
  public long cycles() {
    return cycles;
  }

  @Override
  public boolean interrupt() {
    return registers.interrupt();
  }

  @Override
  public void fault(UnitFault fromNowOn) {
    fault = fromNowOn;
    if (fromNowOn == UnitFault.SILENT) {
      finishAt = NEVER;
    }
  }

  @Override
  public long transactions() {
    return 0;
  }

  @Override
  public long violations() {
    return 0;
  }

  @Override
  public String firstViolation() {
    return "";
  }

  @Override
  public void close() {
    reset();
  }
}
