package dev.halyard.cpu;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;

/**
 * Emits calls of the Vector API for one species of floats into a method under construction. Every
 * method documents its effect on the operand stack as {@code before -> after}.
 */
final class FloatCode {
  static final ClassDesc FLOAT_VECTOR = ClassDesc.of("jdk.incubator.vector.FloatVector");
  static final ClassDesc VECTOR = ClassDesc.of("jdk.incubator.vector.Vector");
  static final ClassDesc SPECIES = ClassDesc.of("jdk.incubator.vector.VectorSpecies");
  static final ClassDesc MASK = ClassDesc.of("jdk.incubator.vector.VectorMask");
  private static final ClassDesc SHUFFLE = ClassDesc.of("jdk.incubator.vector.VectorShuffle");
  private static final ClassDesc SWAPS = LaneSwaps.class.describeConstable().orElseThrow();
  private static final ClassDesc SEGMENT = ClassDesc.of("java.lang.foreign.MemorySegment");
  private static final ClassDesc ORDER = ClassDesc.of("java.nio.ByteOrder");
  private static final ClassDesc FLOAT_LAYOUT =
      ClassDesc.of("java.lang.foreign.ValueLayout$OfFloat");
  private static final ClassDesc RAW = RawMemory.class.describeConstable().orElseThrow();

  private static final MethodTypeDesc LOAD =
      MethodTypeDesc.of(FLOAT_VECTOR, SPECIES, SEGMENT, ConstantDescs.CD_long, ORDER);
  private static final MethodTypeDesc LOAD_MASKED =
      MethodTypeDesc.of(FLOAT_VECTOR, SPECIES, SEGMENT, ConstantDescs.CD_long, ORDER, MASK);
  private static final MethodTypeDesc STORE =
      MethodTypeDesc.of(ConstantDescs.CD_void, SEGMENT, ConstantDescs.CD_long, ORDER);
  private static final MethodTypeDesc STORE_MASKED =
      MethodTypeDesc.of(ConstantDescs.CD_void, SEGMENT, ConstantDescs.CD_long, ORDER, MASK);

  private static final MethodTypeDesc GET =
      MethodTypeDesc.of(ConstantDescs.CD_float, ConstantDescs.CD_long);
  private static final MethodTypeDesc SET =
      MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_float, ConstantDescs.CD_long);
  private static final MethodTypeDesc LANE =
      MethodTypeDesc.of(ConstantDescs.CD_float, ConstantDescs.CD_int);
  private static final MethodTypeDesc WITH_LANE =
      MethodTypeDesc.of(FLOAT_VECTOR, ConstantDescs.CD_int, ConstantDescs.CD_float);

  private final CodeBuilder code;
  private final int bits;
  private final String species;
  private final int lanes;

  FloatCode(CodeBuilder code, int bits) {
    this.code = code;
    this.bits = bits;
    this.species = "SPECIES_" + bits;
    this.lanes = bits / Float.SIZE;
  }

  /** {@code -> species}. */
  void species() {
    code.getstatic(FLOAT_VECTOR, species, SPECIES);
  }

  /** {@code -> zero vector}. */
  void zero() {
    species();
    code.invokestatic(FLOAT_VECTOR, "zero", MethodTypeDesc.of(FLOAT_VECTOR, SPECIES));
  }

  /** {@code -> vector}: the vector at the address that {@code address} pushes. */
  void load(Runnable address) {
    species();
    all();
    address.run();
    order();
    code.invokestatic(FLOAT_VECTOR, "fromMemorySegment", LOAD);
  }

  /**
   * {@code -> vector}: the first lanes; the others are 0 and their memory not read.
   *
   * @param address pushes an address
   * @param mask a local variable: that of {@link #firstLanes} for the count
   * @param count a local variable: at least 1 and less than all
   */
  void load(Runnable address, int mask, int count) {
    if (!masksMemory()) {
      loadLanes(address, count);
      return;
    }
    species();
    all();
    address.run();
    order();
    code.aload(mask);
    code.invokestatic(FLOAT_VECTOR, "fromMemorySegment", LOAD_MASKED);
  }

  /** {@code vector ->}: stores at the address that {@code address} pushes. */
  void store(Runnable address) {
    all();
    address.run();
    order();
    code.invokevirtual(FLOAT_VECTOR, "intoMemorySegment", STORE);
  }

  /** {@code vector ->}: stores the first lanes, given as for {@link #load}. */
  void store(Runnable address, int mask, int count) {
    if (!masksMemory()) {
      storeLanes(address, count);
      return;
    }
    all();
    address.run();
    order();
    code.aload(mask);
    code.invokevirtual(FLOAT_VECTOR, "intoMemorySegment", STORE_MASKED);
  }

  /**
   * Whether C2 has masked loads and stores for the species. Without (SSE, NEON) it reads the whole
   * vector, of which the end may lie in a page that isn't there, and allocates where it stores.
   * JVMs that prefer 128 bits have none, those that prefer more have AVX2's at least, or SVE.
   */
  boolean masksMemory() {
    return lanes > 4;
  }

  /** The condition is on floats rather than on vectors: none is boxed where two ways join. */
  private void loadLanes(Runnable address, int count) {
    zero();
    for (int lane = 0; lane < lanes - 1; lane++) {
      Label skip = code.newLabel();
      Label next = code.newLabel();
      code.loadConstant(lane).iload(count).loadConstant(lane).if_icmple(skip);
      laneAddress(address, lane);
      code.invokestatic(RAW, "get", GET).goto_(next);
      code.labelBinding(skip).fconst_0().labelBinding(next);
      code.invokevirtual(FLOAT_VECTOR, "withLane", WITH_LANE);
    }
  }

  private void storeLanes(Runnable address, int count) {
    Label done = code.newLabel();
    for (int lane = 0; lane < lanes - 1; lane++) {
      code.iload(count).loadConstant(lane).if_icmple(done);
      code.dup().loadConstant(lane).invokevirtual(FLOAT_VECTOR, "lane", LANE);
      laneAddress(address, lane);
      code.invokestatic(RAW, "set", SET);
    }
    code.labelBinding(done).pop();
  }

  private void laneAddress(Runnable address, int lane) {
    address.run();
    code.loadConstant((long) lane * Float.BYTES).ladd();
  }

  /** {@code -> vector}: the float at the address that {@code address} pushes, in every lane. */
  void broadcastAt(Runnable address) {
    species();
    all();
    code.getstatic(RAW, "FLOAT", FLOAT_LAYOUT);
    address.run();
    code.invokeinterface(
        SEGMENT,
        "get",
        MethodTypeDesc.of(ConstantDescs.CD_float, FLOAT_LAYOUT, ConstantDescs.CD_long));
    broadcast();
  }

  /** {@code species float -> vector}. */
  void broadcast() {
    code.invokestatic(
        FLOAT_VECTOR,
        "broadcast",
        MethodTypeDesc.of(FLOAT_VECTOR, SPECIES, ConstantDescs.CD_float));
  }

  /** {@code x y z -> x * y + z}, rounded once. */
  void fma() {
    code.invokevirtual(FLOAT_VECTOR, "fma", MethodTypeDesc.of(FLOAT_VECTOR, VECTOR, VECTOR));
  }

  /** {@code vector -> vector}: every lane takes the place of the one a distance away. */
  void swap(int distance) {
    code.getstatic(SWAPS, "BY_" + distance + "_IN_" + bits, SHUFFLE);
    code.invokevirtual(FLOAT_VECTOR, "rearrange", MethodTypeDesc.of(FLOAT_VECTOR, SHUFFLE));
  }

  /** {@code vector -> float}: the first lane. */
  void firstLane() {
    code.iconst_0();
    code.invokevirtual(
        FLOAT_VECTOR, "lane", MethodTypeDesc.of(ConstantDescs.CD_float, ConstantDescs.CD_int));
  }

  /** {@code -> mask}: the first {@code count} lanes, a local variable of type int. */
  void firstLanes(int count) {
    species();
    code.iconst_0();
    code.iload(count);
    code.invokeinterface(
        SPECIES,
        "indexInRange",
        MethodTypeDesc.of(MASK, ConstantDescs.CD_int, ConstantDescs.CD_int));
  }

  /** {@code mask -> long}: a bit per lane, the first lane's lowest. */
  void maskBits() {
    code.invokevirtual(MASK, "toLong", MethodTypeDesc.of(ConstantDescs.CD_long));
  }

  /** {@code -> mask}: from the bits in a local variable of type long. */
  void mask(int bits) {
    species();
    code.lload(bits);
    code.invokestatic(MASK, "fromLong", MethodTypeDesc.of(MASK, SPECIES, ConstantDescs.CD_long));
  }

  private void all() {
    code.getstatic(RAW, "ALL", SEGMENT);
  }

  private void order() {
    code.getstatic(RAW, "ORDER", ORDER);
  }
}
