package dev.halyard.cpu;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;

/**
 * Writes arithmetic on vectors of floats into a method under construction, a value per local
 * variable. All of it is one flat method in the end: a helper that takes and returns vectors costs
 * tenfold wherever C2 decides not to inline it.
 */
final class LaneCode {
  private static final ClassDesc FLOATS = FloatCode.FLOAT_VECTOR;
  private static final ClassDesc INTS = ClassDesc.of("jdk.incubator.vector.IntVector");
  private static final ClassDesc VECTOR = FloatCode.VECTOR;
  private static final ClassDesc MASK = FloatCode.MASK;
  private static final ClassDesc OPERATORS = ClassDesc.of("jdk.incubator.vector.VectorOperators");
  private static final ClassDesc COMPARISON =
      ClassDesc.of("jdk.incubator.vector.VectorOperators$Comparison");
  private static final ClassDesc BINARY =
      ClassDesc.of("jdk.incubator.vector.VectorOperators$Binary");

  /** A vector of floats in a local variable. */
  record Floats(int slot) {}

  /** A vector of ints in a local variable. */
  record Ints(int slot) {}

  /** A mask in a local variable. */
  record Mask(int slot) {}

  private final CodeBuilder code;
  private final FloatCode vectors;

  LaneCode(CodeBuilder code, FloatCode vectors) {
    this.code = code;
    this.vectors = vectors;
  }

  Floats constant(float value) {
    vectors.species();
    code.ldc(value);
    vectors.broadcast();
    return floats();
  }

  Floats add(Floats x, Floats y) {
    return binary("add", x, y);
  }

  Floats sub(Floats x, Floats y) {
    return binary("sub", x, y);
  }

  Floats mul(Floats x, Floats y) {
    return binary("mul", x, y);
  }

  Floats mul(Floats x, float y) {
    return binary("mul", x, constant(y));
  }

  Floats div(Floats x, Floats y) {
    return binary("div", x, y);
  }

  /** As Math.min. */
  Floats min(Floats x, Floats y) {
    return binary("min", x, y);
  }

  /** As Math.max. */
  Floats max(Floats x, Floats y) {
    return binary("max", x, y);
  }

  /** x * y + z, rounded once. */
  Floats fma(Floats x, Floats y, Floats z) {
    code.aload(x.slot).aload(y.slot).aload(z.slot);
    vectors.fma();
    return floats();
  }

  Floats neg(Floats x) {
    return unary("neg", x);
  }

  Floats abs(Floats x) {
    return unary("abs", x);
  }

  Floats sqrt(Floats x) {
    return unary("sqrt", x);
  }

  /** The polynomial with these coefficients, from that of the lowest power on. */
  Floats polynomial(Floats x, float... coefficients) {
    Floats sum = constant(coefficients[coefficients.length - 1]);
    for (int i = coefficients.length - 2; i >= 0; i--) {
      sum = fma(sum, x, constant(coefficients[i]));
    }
    return sum;
  }

  Mask compare(Comparison comparison, Floats x, Floats y) {
    code.aload(x.slot).getstatic(OPERATORS, comparison.name(), COMPARISON).aload(y.slot);
    code.invokevirtual(FLOATS, "compare", MethodTypeDesc.of(MASK, COMPARISON, VECTOR));
    return new Mask(store());
  }

  Mask compare(Comparison comparison, Floats x, float y) {
    return compare(comparison, x, constant(y));
  }

  /** Lanes of {@code then} where the mask is set, those of {@code otherwise} elsewhere. */
  Floats select(Mask mask, Floats then, Floats otherwise) {
    code.aload(otherwise.slot).aload(then.slot).aload(mask.slot);
    code.invokevirtual(FLOATS, "blend", MethodTypeDesc.of(FLOATS, VECTOR, MASK));
    return floats();
  }

  /** The magnitude of x with the sign of y. */
  Floats copySign(Floats x, Floats y) {
    Ints magnitude = and(bits(x), 0x7FFF_FFFF);
    Ints sign = and(bits(y), 0x8000_0000);
    code.aload(magnitude.slot).aload(sign.slot);
    code.invokevirtual(INTS, "or", MethodTypeDesc.of(INTS, VECTOR));
    return values(ints());
  }

  /** Swaps every lane with the one a distance away, which is a power of two. */
  Floats swap(Floats x, int distance) {
    code.aload(x.slot);
    vectors.swap(distance);
    return floats();
  }

  Ints bits(Floats x) {
    code.aload(x.slot);
    code.invokevirtual(FLOATS, "reinterpretAsInts", MethodTypeDesc.of(INTS));
    return ints();
  }

  Floats values(Ints x) {
    code.aload(x.slot);
    code.invokevirtual(INTS, "reinterpretAsFloats", MethodTypeDesc.of(FLOATS));
    return floats();
  }

  Ints and(Ints x, int y) {
    return binary("and", x, y);
  }

  Ints add(Ints x, int y) {
    return binary("add", x, y);
  }

  Ints sub(Ints x, Ints y) {
    code.aload(x.slot).aload(y.slot);
    code.invokevirtual(INTS, "sub", MethodTypeDesc.of(INTS, VECTOR));
    return ints();
  }

  Ints shiftLeft(Ints x, int bits) {
    return shift("LSHL", x, bits);
  }

  /** Keeps the sign. */
  Ints shiftRight(Ints x, int bits) {
    return shift("ASHR", x, bits);
  }

  private Ints shift(String operator, Ints x, int bits) {
    code.aload(x.slot).getstatic(OPERATORS, operator, BINARY).loadConstant(bits);
    code.invokevirtual(INTS, "lanewise", MethodTypeDesc.of(INTS, BINARY, ConstantDescs.CD_int));
    return ints();
  }

  private Ints binary(String method, Ints x, int y) {
    code.aload(x.slot).loadConstant(y);
    code.invokevirtual(INTS, method, MethodTypeDesc.of(INTS, ConstantDescs.CD_int));
    return ints();
  }

  private Floats binary(String method, Floats x, Floats y) {
    code.aload(x.slot).aload(y.slot);
    code.invokevirtual(FLOATS, method, MethodTypeDesc.of(FLOATS, VECTOR));
    return floats();
  }

  private Floats unary(String method, Floats x) {
    code.aload(x.slot);
    code.invokevirtual(FLOATS, method, MethodTypeDesc.of(FLOATS));
    return floats();
  }

  /** {@code vector ->}: names what is on the stack. */
  Floats floats() {
    return new Floats(store());
  }

  private Ints ints() {
    return new Ints(store());
  }

  private int store() {
    int slot = code.allocateLocal(TypeKind.REFERENCE);
    code.astore(slot);
    return slot;
  }
}
