package dev.halyard.examples;

import dev.halyard.Dims;
import dev.halyard.Invocation;
import dev.halyard.Kernel;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import java.lang.foreign.ValueLayout;

/** Runs the model on one text of at most so many tokens; what is missing is padded and masked. */
final class PaddedRun implements AutoCloseable {
  private final int length;
  private final Tensor ids;
  private final Tensor mask;
  private final Tensor hidden;
  private final Invocation invocation;

  PaddedRun(Kernel kernel, TensorArena arena, int length) {
    this.length = length;
    Dims dims = MiniLm.dims(length);
    ids = kernel.allocateInput(arena, "input_ids", dims);
    mask = kernel.allocateInput(arena, "attention_mask", dims);
    hidden = kernel.allocateOutput(arena, "last_hidden_state", dims);
    invocation =
        kernel
            .bind()
            .input("input_ids", ids)
            .input("attention_mask", mask)
            .input("token_type_ids", kernel.allocateInput(arena, "token_type_ids", dims))
            .output("last_hidden_state", hidden)
            .prepare();
  }

  float[] embed(long[] tokens) {
    for (int i = 0; i < length; i++) {
      ids.setLong(i, i < tokens.length ? tokens[i] : 0);
      mask.setLong(i, i < tokens.length ? 1 : 0);
    }
    invocation.execute();
    return normalized(sumOfRows(tokens.length));
  }

  private float[] sumOfRows(int rows) {
    float[] sum = new float[MiniLm.WIDTH];
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < MiniLm.WIDTH; i++) {
        sum[i] +=
            hidden.segment().getAtIndex(ValueLayout.JAVA_FLOAT, row * (long) MiniLm.WIDTH + i);
      }
    }
    return sum;
  }

  /** Scaled to length 1, the sum is as good as the mean. */
  private static float[] normalized(float[] vector) {
    double squares = 0;
    for (float x : vector) {
      squares += (double) x * x;
    }
    float scale = (float) (1 / Math.sqrt(squares));
    for (int i = 0; i < vector.length; i++) {
      vector[i] *= scale;
    }
    return vector;
  }

  @Override
  public void close() {
    invocation.close();
  }
}
