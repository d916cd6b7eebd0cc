package dev.halyard.bench.side;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.halyard.bench.side.BenchCase.MiniLmRun;
import dev.halyard.bench.side.BenchCase.Mlp;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/** ONNX Runtime on the CPU, inputs and output in memory of ours, so that nothing is copied. */
final class OnnxRuntimeSide implements Side {
  private static final OrtEnvironment ENVIRONMENT = OrtEnvironment.getEnvironment();
  private static final int HIDDEN = 384;

  private final OrtSession session;
  private final int threads;
  private final Map<String, OnnxTensor> inputs;
  private final FloatBuffer result;
  private final Map<String, OnnxTensor> output;

  private OnnxRuntimeSide(
      OrtSession session, int threads, Map<String, OnnxTensor> inputs, long... shape)
      throws OrtException {
    this.session = session;
    this.threads = threads;
    this.inputs = inputs;
    this.result = direct(elements(shape) * Float.BYTES).asFloatBuffer();
    this.output =
        Map.of(
            session.getOutputNames().iterator().next(),
            OnnxTensor.createTensor(ENVIRONMENT, result, shape));
  }

  static OnnxRuntimeSide open(BenchCase wanted, int threads) {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(threads);
      options.setInterOpNumThreads(1);
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
      return switch (wanted) {
        case MiniLmRun(int tokens, boolean seeded) when !seeded -> miniLm(tokens, threads, options);
        case Mlp _ -> mlp(threads, options);
        default -> throw new SideAbsentException("no model of " + wanted.id());
      };
    } catch (OrtException e) {
      throw failure(e);
    }
  }

  private static OnnxRuntimeSide miniLm(int tokens, int threads, OrtSession.SessionOptions options)
      throws OrtException {
    OrtSession session = ENVIRONMENT.createSession(MiniLmFile.path().toString(), options);
    Map<String, OnnxTensor> inputs = new LinkedHashMap<>();
    for (Map.Entry<String, long[]> input : MiniLmFile.inputs(tokens).entrySet()) {
      inputs.put(input.getKey(), tensor(input.getValue()));
    }
    return new OnnxRuntimeSide(session, threads, inputs, 1, tokens, HIDDEN);
  }

  private static OnnxRuntimeSide mlp(int threads, OrtSession.SessionOptions options)
      throws OrtException {
    OrtSession session = ENVIRONMENT.createSession(MlpOnnx.bytes(), options);
    Map<String, OnnxTensor> inputs = Map.of("x", tensor(Inputs.mlp()));
    return new OnnxRuntimeSide(session, threads, inputs, 1, TinyMlp.layers().getLast().to());
  }

  private static OnnxTensor tensor(long... row) throws OrtException {
    LongBuffer values = direct(row.length * Long.BYTES).asLongBuffer().put(row).flip();
    return OnnxTensor.createTensor(ENVIRONMENT, values, new long[] {1, row.length});
  }

  private static OnnxTensor tensor(float... row) throws OrtException {
    FloatBuffer values = direct(row.length * Float.BYTES).asFloatBuffer().put(row).flip();
    return OnnxTensor.createTensor(ENVIRONMENT, values, new long[] {1, row.length});
  }

  private static ByteBuffer direct(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
  }

  private static int elements(long... shape) {
    int elements = 1;
    for (long size : shape) {
      elements = Math.toIntExact(elements * size);
    }
    return elements;
  }

  private static IllegalStateException failure(OrtException e) {
    return new IllegalStateException(e.getMessage(), e);
  }

  @Override
  public String description() {
    return "ONNX Runtime " + ENVIRONMENT.getVersion() + ", threads " + threads;
  }

  @Override
  public void run() {
    try {
      session.run(inputs, output).close();
    } catch (OrtException e) {
      throw failure(e);
    }
  }

  @Override
  public float[] output() {
    float[] values = new float[result.capacity()];
    result.get(0, values);
    return values;
  }

  @Override
  public void close() {
    try {
      inputs.values().forEach(OnnxTensor::close);
      output.values().forEach(OnnxTensor::close);
      session.close();
    } catch (OrtException e) {
      throw failure(e);
    }
  }
}
