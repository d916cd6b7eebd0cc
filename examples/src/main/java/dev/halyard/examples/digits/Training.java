package dev.halyard.examples.digits;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Trains an MLP by stochastic gradient descent on the cross-entropy of its softmax.
 *
 * <p>The rate falls linearly to 0. Each digit is moved by up to two pixels before each use, so that
 * 9,000 digits do for more.
 */
final class Training {
  /** Digits in a step. */
  private static final int BATCH = 32;

  private static final float FIRST_RATE = 0.03f;
  private static final int FARTHEST_SHIFT = 2;

  private final List<Digit> digits;
  private final RandomGenerator random;
  private final List<TrainableLayer> layers = new ArrayList<>();

  // What layer i reads is values[i], and the gradient by it gradients[i].
  private final float[][] values;
  private final float[][] gradients;

  /** What hears of the training. */
  @FunctionalInterface
  interface Listener {
    /**
     * Receives how it went.
     *
     * @param epoch how many times every digit was used
     * @param loss the mean cross-entropy of the last time, in nats
     */
    void at(int epoch, double loss);
  }

  /**
   * Prepares a training.
   *
   * @param digits what to learn
   * @param seed of the first weights, the order of digits and how they are moved
   * @param extents elements of the input, of each hidden layer and of the output
   */
  Training(List<Digit> digits, long seed, int... extents) {
    this.digits = new ArrayList<>(digits);
    random = new SplittableRandom(seed);
    values = new float[extents.length][];
    gradients = new float[extents.length][];
    for (int i = 0; i < extents.length; i++) {
      values[i] = new float[extents[i]];
      gradients[i] = new float[extents[i]];
      if (i > 0) {
        layers.add(new TrainableLayer(extents[i - 1], extents[i], random));
      }
    }
  }

  /**
   * {@return the network after some epochs, its numbers rounded to F16}
   *
   * @param epochs how many times every digit is used
   * @param listener hears of each epoch
   */
  Mlp run(int epochs, Listener listener) {
    int steps = Math.ceilDiv(digits.size(), BATCH);
    for (int epoch = 0; epoch < epochs; epoch++) {
      shuffle();
      double loss = 0;
      for (int step = 0; step < steps; step++) {
        int first = step * BATCH;
        float done = (epoch * (float) steps + step) / (epochs * (float) steps);
        List<Digit> batch = digits.subList(first, Math.min(first + BATCH, digits.size()));
        loss += step(batch, FIRST_RATE * (1 - done));
      }
      listener.at(epoch + 1, loss / digits.size());
    }
    layers.forEach(TrainableLayer::round);
    return measured();
  }

  private void shuffle() {
    for (int i = digits.size() - 1; i > 0; i--) {
      digits.set(i, digits.set(random.nextInt(i + 1), digits.get(i)));
    }
  }

  /** {@return the sum of the losses of a batch before its step} */
  private double step(List<Digit> batch, float rate) {
    layers.forEach(TrainableLayer::brake);
    double loss = 0;
    for (Digit digit : batch) {
      forward(digit.shifted(shift(), shift()));
      loss += loss(digit.label());
      backward(rate / batch.size());
    }
    layers.forEach(TrainableLayer::step);
    return loss;
  }

  private int shift() {
    return random.nextInt(-FARTHEST_SHIFT, FARTHEST_SHIFT + 1);
  }

  private void forward(Digit digit) {
    digit.copyTo(values[0], 0);
    for (int i = 0; i < layers.size(); i++) {
      layers.get(i).forward(values[i], values[i + 1]);
      if (i + 1 < layers.size()) {
        relu(values[i + 1]);
      }
    }
  }

  private static void relu(float[] x) {
    for (int i = 0; i < x.length; i++) {
      x[i] = Math.max(x[i], 0);
    }
  }

  /** {@return the cross-entropy of the scores; its gradient is left where the scores' is kept} */
  private double loss(int label) {
    float[] scores = values[layers.size()];
    float[] gradient = gradients[layers.size()];
    float highest = Float.NEGATIVE_INFINITY;
    for (float score : scores) {
      highest = Math.max(highest, score);
    }
    double sum = 0;
    for (float score : scores) {
      sum += StrictMath.exp(score - highest);
    }
    for (int n = 0; n < scores.length; n++) {
      double probability = StrictMath.exp(scores[n] - highest) / sum;
      gradient[n] = (float) (n == label ? probability - 1 : probability);
    }
    return StrictMath.log(sum) - (scores[label] - highest);
  }

  private void backward(float rate) {
    for (int i = layers.size() - 1; i >= 0; i--) {
      layers.get(i).backward(values[i], gradients[i + 1], i > 0 ? gradients[i] : null, rate);
      for (int k = 0; i > 0 && k < values[i].length; k++) {
        gradients[i][k] = values[i][k] > 0 ? gradients[i][k] : 0;
      }
    }
  }

  /** {@return the network, with the largest magnitude of each layer over all digits as they are} */
  private Mlp measured() {
    float[] largest = new float[layers.size()];
    for (Digit digit : digits) {
      forward(digit);
      for (int i = 0; i < largest.length; i++) {
        for (float value : values[i + 1]) {
          largest[i] = Math.max(largest[i], Math.abs(value));
        }
      }
    }
    List<FloatLayer> trained = new ArrayList<>();
    for (int i = 0; i < largest.length; i++) {
      trained.add(layers.get(i).toLayer(largest[i]));
    }
    return new Mlp(trained);
  }
}
