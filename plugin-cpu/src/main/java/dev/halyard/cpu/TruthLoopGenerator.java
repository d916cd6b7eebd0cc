package dev.halyard.cpu;

import dev.halyard.cpu.LaneCode.Floats;
import dev.halyard.cpu.LaneCode.Mask;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.util.function.Consumer;

/**
 * Writes {@link Loop}s that make or read truth values, a byte each: eight of them are one long, and
 * as many bits of a mask. The loops do whole groups of {@link #step} elements and leave the rest.
 */
final class TruthLoopGenerator {
  private static final ClassDesc LOOP = Loop.class.describeConstable().orElseThrow();
  private static final ClassDesc RAW = RawMemory.class.describeConstable().orElseThrow();
  private static final ClassDesc SEGMENT = ClassDesc.of("java.lang.foreign.MemorySegment");
  private static final ClassDesc LONG_LAYOUT = ClassDesc.of("java.lang.foreign.ValueLayout$OfLong");
  private static final MethodTypeDesc SET =
      MethodTypeDesc.of(
          ConstantDescs.CD_void, LONG_LAYOUT, ConstantDescs.CD_long, ConstantDescs.CD_long);
  private static final MethodTypeDesc GET =
      MethodTypeDesc.of(ConstantDescs.CD_long, LONG_LAYOUT, ConstantDescs.CD_long);
  private static final int A = 1;
  private static final int B = 3;
  private static final int C = 5;
  private static final int Y = 7;
  private static final int COUNT = 12;
  private static final int INDEX = 13;
  private static final int BOUND = 14;

  private static final long LOW_BITS = 0x0101_0101_0101_0101L;
  private static final long HIGH_BITS = 0x8080_8080_8080_8080L;

  /** Bit i of byte i. */
  private static final long DIAGONAL = 0x8040_2010_0804_0201L;

  /** Moves the lowest bit of byte i to bit 56 + i. */
  private static final long GATHER = 0x0102_0408_1020_4080L;

  private final int bits;
  private final CodeBuilder code;
  private final FloatCode vectors;
  private final LaneCode lanes;

  private TruthLoopGenerator(int bits, CodeBuilder code) {
    this.bits = bits;
    this.code = code;
    this.vectors = new FloatCode(code, bits);
    this.lanes = new LaneCode(code, vectors);
    code.allocateLocal(TypeKind.INT);
    code.allocateLocal(TypeKind.INT);
  }

  /**
   * {@return elements that a loop does at once; it wants a multiple of them}
   *
   * @param bits width of a vector
   */
  static int step(int bits) {
    return Math.max(8, bits / Float.SIZE);
  }

  /**
   * {@return a loop that stores as bytes whether a compares with b}
   *
   * @param op the comparison
   * @param bits width of a vector
   */
  static Loop comparison(Comparison op, int bits) {
    return define(op.name(), bits, generator -> generator.compare(op));
  }

  /**
   * {@return a loop that stores elements of b where a byte of a isn't 0, else of c}
   *
   * @param bits width of a vector
   */
  static Loop selection(int bits) {
    return define("Select", bits, TruthLoopGenerator::select);
  }

  private static Loop define(String name, int bits, Consumer<TruthLoopGenerator> body) {
    byte[] bytes =
        HiddenClasses.write(
            "dev.halyard.cpu.Loop" + name + bits,
            LOOP,
            builder ->
                builder.withMethodBody(
                    "run",
                    LoopGenerator.RUN,
                    ClassFile.ACC_PUBLIC,
                    code -> new TruthLoopGenerator(bits, code).emit(body)));
    return HiddenClasses.instantiate(MethodHandles.lookup(), bytes, Loop.class);
  }

  private void emit(Consumer<TruthLoopGenerator> body) {
    Label head = code.newLabel();
    Label exit = code.newLabel();
    code.iload(COUNT).loadConstant(-step(bits)).iand().istore(BOUND);
    code.iconst_0().istore(INDEX);
    code.labelBinding(head).iload(INDEX).iload(BOUND).if_icmpge(exit);
    body.accept(this);
    code.iinc(INDEX, step(bits)).goto_(head).labelBinding(exit);
    code.fconst_0().freturn();
  }

  private void compare(Comparison op) {
    int width = bits / Float.SIZE;
    int truths = code.allocateLocal(TypeKind.LONG);
    code.lconst_0().lstore(truths);
    for (int at = 0; at < step(bits); at += width) {
      Mask mask = lanes.compare(op, floats(A, at), floats(B, at));
      code.lload(truths).aload(mask.slot());
      vectors.maskBits();
      code.loadConstant(at).lshl().lor().lstore(truths);
    }
    for (int group = 0; group < step(bits); group += 8) {
      all();
      element(Y, Byte.BYTES, group);
      code.lload(truths).loadConstant(group).lushr().loadConstant(0xFFL).land();
      // Byte i keeps bit i alone; adding 0x7F carries any bit to the highest, and no further.
      code.loadConstant(LOW_BITS).lmul().loadConstant(DIAGONAL).land();
      code.loadConstant(~HIGH_BITS).ladd();
      code.loadConstant(7).lushr().loadConstant(LOW_BITS).land();
      code.invokeinterface(SEGMENT, "set", SET);
    }
  }

  private void select() {
    int width = bits / Float.SIZE;
    int truths = code.allocateLocal(TypeKind.LONG);
    int bytes = code.allocateLocal(TypeKind.LONG);
    code.lconst_0().lstore(truths);
    for (int group = 0; group < step(bits); group += 8) {
      all();
      element(A, Byte.BYTES, group);
      code.invokeinterface(SEGMENT, "get", GET).lstore(bytes);
      // The highest bit of a byte is set if it is, or if adding 0x7F to the others carries.
      code.lload(bytes).loadConstant(~HIGH_BITS).land().loadConstant(~HIGH_BITS).ladd();
      code.lload(bytes).lor().loadConstant(7).lushr().loadConstant(LOW_BITS).land();
      code.loadConstant(GATHER).lmul().loadConstant(56).lushr();
      code.loadConstant(group).lshl().lload(truths).lor().lstore(truths);
    }
    for (int at = 0; at < step(bits); at += width) {
      code.lload(truths).loadConstant(at).lushr();
      int slot = code.allocateLocal(TypeKind.LONG);
      code.lstore(slot);
      vectors.mask(slot);
      int mask = code.allocateLocal(TypeKind.REFERENCE);
      code.astore(mask);
      Floats chosen = lanes.select(new Mask(mask), floats(B, at), floats(C, at));
      code.aload(chosen.slot());
      int offset = at;
      vectors.store(() -> element(Y, Float.BYTES, offset));
    }
  }

  private Floats floats(int base, int at) {
    vectors.load(() -> element(base, Float.BYTES, at));
    return lanes.floats();
  }

  /** {@code -> segment layout}. */
  private void all() {
    code.getstatic(RAW, "ALL", SEGMENT).getstatic(RAW, "LONG", LONG_LAYOUT);
  }

  /** {@code -> address}. */
  private void element(int base, int bytes, int at) {
    code.lload(base).iload(INDEX).i2l().loadConstant((long) bytes).lmul().ladd();
    code.loadConstant((long) at * bytes).ladd();
  }
}
