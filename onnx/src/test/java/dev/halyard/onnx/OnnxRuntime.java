package dev.halyard.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.halyard.DType;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;

/** Runs models by ONNX Runtime, for comparison. */
final class OnnxRuntime {
  private OnnxRuntime() {}

  static Map<String, Tensor> run(byte[] model, Map<String, Tensor> inputs) throws OrtException {
    OrtEnvironment environment =
        OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
    try (OrtSession.SessionOptions options = options();
        OrtSession session = environment.createSession(model, options)) {
      Map<String, OnnxTensorLike> given = new LinkedHashMap<>();
      for (Map.Entry<String, Tensor> input : inputs.entrySet()) {
        given.put(input.getKey(), tensor(environment, input.getValue()));
      }
      try (OrtSession.Result result = session.run(given)) {
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        for (Map.Entry<String, ai.onnxruntime.OnnxValue> output : result) {
          outputs.put(output.getKey(), tensor((OnnxTensor) output.getValue()));
        }
        return outputs;
      } finally {
        given.values().forEach(OnnxTensorLike::close);
      }
    }
  }

  private static OrtSession.SessionOptions options() throws OrtException {
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    options.setIntraOpNumThreads(1);
    options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.NO_OPT);
    return options;
  }

  private static OnnxTensor tensor(OrtEnvironment environment, Tensor from) throws OrtException {
    ByteBuffer bytes =
        ByteBuffer.allocateDirect((int) Math.max(1, from.byteSize()))
            .order(ByteOrder.nativeOrder())
            .limit((int) from.byteSize());
    MemorySegment.ofBuffer(bytes).copyFrom(from.segment());
    OnnxJavaType type =
        switch (from.dtype().name()) {
          case "F32" -> OnnxJavaType.FLOAT;
          case "F64" -> OnnxJavaType.DOUBLE;
          case "F16" -> OnnxJavaType.FLOAT16;
          case "BF16" -> OnnxJavaType.BFLOAT16;
          case "I8" -> OnnxJavaType.INT8;
          case "U8" -> OnnxJavaType.UINT8;
          case "I16" -> OnnxJavaType.INT16;
          case "I32" -> OnnxJavaType.INT32;
          case "I64" -> OnnxJavaType.INT64;
          default -> OnnxJavaType.BOOL;
        };
    return OnnxTensor.createTensor(environment, bytes, from.shape(), type);
  }

  private static Tensor tensor(OnnxTensor from) {
    TensorInfo info = from.getInfo();
    DType dtype =
        switch (info.type) {
          case FLOAT -> DType.F32;
          case DOUBLE -> DType.F64;
          case FLOAT16 -> DType.F16;
          case BFLOAT16 -> DType.BF16;
          case INT8 -> DType.I8;
          case UINT8 -> DType.U8;
          case INT16 -> DType.I16;
          case INT32 -> DType.I32;
          case INT64 -> DType.I64;
          case BOOL -> DType.BOOL;
          default -> throw new IllegalArgumentException("no dtype for " + info);
        };
    Tensor to = TensorArena.ofAuto().allocate(dtype, info.getShape());
    if (to.elements() > 0) {
      ByteBuffer bytes = from.getByteBuffer();
      MemorySegment.copy(
          MemorySegment.ofBuffer(bytes),
          ValueLayout.JAVA_BYTE,
          0,
          to.segment(),
          ValueLayout.JAVA_BYTE,
          0,
          to.byteSize());
    }
    return to;
  }
}
