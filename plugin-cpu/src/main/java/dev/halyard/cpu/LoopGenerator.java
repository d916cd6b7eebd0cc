package dev.halyard.cpu;

import dev.halyard.cpu.LaneCode.Floats;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Writes a {@link Loop} as one flat method: whole vectors, several at a time for a reduction, then
 * the last elements under a mask.
 */
final class LoopGenerator {
  private static final ClassDesc LOOP = Loop.class.describeConstable().orElseThrow();

  /** The descriptor of {@link Loop#run}. */
  static final MethodTypeDesc RUN =
      MethodTypeDesc.of(
          ConstantDescs.CD_float,
          ConstantDescs.CD_long,
          ConstantDescs.CD_long,
          ConstantDescs.CD_long,
          ConstantDescs.CD_long,
          ConstantDescs.CD_float,
          ConstantDescs.CD_float,
          ConstantDescs.CD_float,
          ConstantDescs.CD_int);

  private static final int FIRST_OPERAND = 1;
  private static final int RESULT = 7;
  private static final int FIRST_NUMBER = 9;
  private static final int COUNT = 12;
  private static final int INDEX = 13;
  private static final int BOUND = 14;
  private static final int TAIL = 15;

  /**
   * Accumulators of a reduction that stores nothing: their sums don't wait for each other. Where
   * results are costly enough to be stored, one sum keeps up with them.
   */
  private static final int ACCUMULATORS = 4;

  /** How the results of a loop become one number. */
  enum Reduction {
    ADD(0),
    MAX(Float.NEGATIVE_INFINITY),
    MIN(Float.POSITIVE_INFINITY);

    private final float neutral;

    Reduction(float neutral) {
      this.neutral = neutral;
    }
  }

  /** What a loop computes from a vector of each operand. */
  interface Body {
    Floats emit(LaneCode code, List<Floats> operands, List<Floats> numbers);
  }

  /**
   * A loop to be.
   *
   * @param name for stack traces and profiles
   * @param operands how many of a, b and c are read
   * @param numbers how many of s, t and u are used
   * @param stores whether results are written to y
   * @param reduction what becomes of the results besides
   * @param body computes the results
   */
  record Description(
      String name,
      int operands,
      int numbers,
      boolean stores,
      @Nullable Reduction reduction,
      Body body) {}

  private final Description loop;
  private final int bits;
  private final CodeBuilder code;
  private final FloatCode vectors;
  private final LaneCode lanes;
  private final int[] accumulators = new int[ACCUMULATORS];
  private List<Floats> numbers = List.of();

  private LoopGenerator(Description loop, int bits, CodeBuilder code) {
    this.loop = loop;
    this.bits = bits;
    this.code = code;
    this.vectors = new FloatCode(code, bits);
    this.lanes = new LaneCode(code, vectors);
  }

  /**
   * {@return a new loop}
   *
   * @param loop what it computes
   * @param bits width of a vector
   */
  static Loop make(Description loop, int bits) {
    byte[] bytes =
        HiddenClasses.write(
            "dev.halyard.cpu.Loop" + loop.name + bits,
            LOOP,
            builder ->
                builder.withMethodBody(
                    "run",
                    RUN,
                    ClassFile.ACC_PUBLIC,
                    code -> new LoopGenerator(loop, bits, code).emit()));
    return HiddenClasses.instantiate(MethodHandles.lookup(), bytes, Loop.class);
  }

  private void emit() {
    // Locals up to TAIL are ours; the code builder hands out those after.
    for (int i = COUNT + 1; i <= TAIL; i++) {
      code.allocateLocal(TypeKind.INT);
    }
    numbers = IntStream.range(0, loop.numbers).mapToObj(this::number).toList();
    Reduction reduction = loop.reduction;
    if (reduction != null) {
      for (int i = 0; i < ACCUMULATORS; i++) {
        accumulators[i] = lanes.constant(reduction.neutral).slot();
      }
    }
    code.iconst_0().istore(INDEX);
    if (reduction != null && !loop.stores) {
      wholeVectors(ACCUMULATORS);
    }
    wholeVectors(1);
    lastElements();
    if (reduction == null) {
      code.fconst_0().freturn();
    } else {
      reduce(reduction);
    }
  }

  private Floats number(int index) {
    vectors.species();
    code.fload(FIRST_NUMBER + index);
    vectors.broadcast();
    return lanes.floats();
  }

  private void wholeVectors(int atOnce) {
    int step = atOnce * bits / Float.SIZE;
    Label head = code.newLabel();
    Label exit = code.newLabel();
    // The bound is n rounded down to the step, a power of two.
    code.iload(COUNT).loadConstant(-step).iand().istore(BOUND);
    code.labelBinding(head).iload(INDEX).iload(BOUND).if_icmpge(exit);
    for (int i = 0; i < atOnce; i++) {
      long offset = (long) i * bits / Byte.SIZE;
      List<Floats> operands =
          operands(operand -> vectors.load(element(FIRST_OPERAND + 2 * operand, offset)));
      Floats result = loop.body.emit(lanes, operands, numbers);
      if (loop.stores) {
        code.aload(result.slot());
        vectors.store(element(RESULT, offset));
      }
      accumulate(accumulators[i], result);
    }
    code.iinc(INDEX, step).goto_(head).labelBinding(exit);
  }

  private void lastElements() {
    Label none = code.newLabel();
    code.iload(INDEX).iload(COUNT).if_icmpge(none);
    code.iload(COUNT).iload(INDEX).isub().istore(BOUND);
    if (vectors.masksMemory() || loop.reduction != null) {
      vectors.firstLanes(BOUND);
      code.astore(TAIL);
    }
    List<Floats> operands =
        operands(operand -> vectors.load(element(FIRST_OPERAND + 2 * operand, 0), TAIL, BOUND));
    Floats result = loop.body.emit(lanes, operands, numbers);
    if (loop.stores) {
      code.aload(result.slot());
      vectors.store(element(RESULT, 0), TAIL, BOUND);
    }
    Reduction reduction = loop.reduction;
    if (reduction != null) {
      Floats neutral = lanes.constant(reduction.neutral);
      accumulate(accumulators[0], lanes.select(new LaneCode.Mask(TAIL), result, neutral));
    }
    code.labelBinding(none);
  }

  private List<Floats> operands(IntConsumer load) {
    return IntStream.range(0, loop.operands)
        .mapToObj(
            operand -> {
              load.accept(operand);
              return lanes.floats();
            })
        .toList();
  }

  private Runnable element(int base, long offset) {
    return () ->
        code.lload(base)
            .iload(INDEX)
            .i2l()
            .loadConstant((long) Float.BYTES)
            .lmul()
            .ladd()
            .loadConstant(offset)
            .ladd();
  }

  private void accumulate(int accumulator, Floats result) {
    Reduction reduction = loop.reduction;
    if (reduction == null) {
      return;
    }
    code.aload(combine(reduction, new Floats(accumulator), result).slot()).astore(accumulator);
  }

  private Floats combine(Reduction reduction, Floats x, Floats y) {
    return switch (reduction) {
      case ADD -> lanes.add(x, y);
      case MAX -> lanes.max(x, y);
      case MIN -> lanes.min(x, y);
    };
  }

  /**
   * Folds the lanes onto each other by halves. FloatVector.reduceLanes may add in any order, and
   * HotSpot's compilers choose another than its interpreter.
   */
  private void reduce(Reduction reduction) {
    Floats left = combine(reduction, new Floats(accumulators[0]), new Floats(accumulators[1]));
    Floats right = combine(reduction, new Floats(accumulators[2]), new Floats(accumulators[3]));
    Floats folded = combine(reduction, left, right);
    for (int distance = bits / Float.SIZE / 2; distance > 0; distance /= 2) {
      folded = combine(reduction, folded, lanes.swap(folded, distance));
    }
    code.aload(folded.slot());
    vectors.firstLane();
    code.freturn();
  }
}
