package dev.halyard.runtime.reference;

import dev.halyard.DType;

/** Between floats and the integers that stand for them. */
final class Quantization {
  private Quantization() {}

  static void declareAll(Primitive.Registry into) {
    into.addSingle("quantize/1", Quantization::quantize);
    into.addSingle("dequantize/1", Quantization::dequantize);
  }

  private static Array quantize(Primitive.Call call) {
    Array x = call.operand(0);
    Array scale = call.operand(1);
    Array zeroPoint = call.operand(2);
    DType to = call.attributes().dtype("to");
    boolean halfUp = call.attributes().text("rounding").equals("HALF_UP");
    Array out = Array.zeros(to, x.shape());
    for (int i = 0; i < x.size(); i++) {
      int s = scaleOf(i, call);
      double value = x.number(i) / scale.number(s);
      double whole = halfUp ? Math.floor(value + 0.5) : Math.rint(value);
      long shifted =
          Double.isNaN(value)
              ? zeroPoint.integer(s)
              : Numbers.toInteger(whole + zeroPoint.integer(s), to);
      out.set(i, shifted);
    }
    return out;
  }

  private static Array dequantize(Primitive.Call call) {
    Array x = call.operand(0);
    Array scale = call.operand(1);
    Array zeroPoint = call.operand(2);
    Array out = Array.zeros(scale.dtype(), x.shape());
    for (int i = 0; i < x.size(); i++) {
      int s = scaleOf(i, call);
      out.set(i, (x.integer(i) - zeroPoint.integer(s)) * scale.number(s));
    }
    return out;
  }

  /** {@return which scale belongs to an element} */
  private static int scaleOf(int element, Primitive.Call call) {
    if (call.operand(1).rank() == 0) {
      return 0;
    }
    return Index.coordinates(element, call.operand(0).shape())[call.axis()];
  }
}
