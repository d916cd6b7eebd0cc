package dev.halyard.onnx;

import dev.halyard.DType;
import dev.halyard.Dim;
import dev.halyard.Shape;
import dev.halyard.Value;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.stream.LongStream;

/** Normalisations. */
final class NormalizationOperators {
  /** The default epsilon of every normalisation of ONNX. */
  private static final double EPSILON = 1e-5;

  private NormalizationOperators() {}

  static void declareAll(Consumer<Operator> operators) {
    operators.accept(
        Operator.of("LayerNormalization", 2, NormalizationOperators::layer)
            .inputs(2, 3)
            .since(17)
            .attributes("axis", "epsilon", "stash_type"));
    operators.accept(
        Operator.of("RMSNormalization", 2, NormalizationOperators::rms)
            .since(23)
            .attributes("axis", "epsilon", "stash_type"));
    operators.accept(
        Operator.of("BatchNormalization", 5, NormalizationOperators::batch)
            .attributes("epsilon", "momentum", "spatial", "training_mode")
            .limits("inference only; per channel"));
    operators.accept(
        Operator.of("InstanceNormalization", 3, NormalizationOperators::instance)
            .attributes("epsilon"));
  }

  private static Shape inner(Shape shape, int axis) {
    return Shape.of(shape.dims().subList(axis, shape.rank()));
  }

  private static void layer(OnnxNode node) {
    Value x = node.value(0);
    int axis = node.axis(-1, x.shape());
    double epsilon = node.number("epsilon", EPSILON);
    Shape inner = inner(x.shape(), axis);
    Value bias = node.optional(2) == null ? node.graph().scalar(x.dtype(), 0) : node.value(2);
    node.result(x.layerNorm(node.value(1).broadcast(inner), bias.broadcast(inner), axis, epsilon));
    if (node.wants(1) || node.wants(2)) {
      statistics(node, x, axis, epsilon);
    }
  }

  /** The mean and the inverse standard deviation, which are in F32 unless stash_type says else. */
  private static void statistics(OnnxNode node, Value x, int axis, double epsilon) {
    DType stash = node.dtype("stash_type", DType.F32);
    long[] axes = LongStream.range(axis, x.shape().rank()).toArray();
    Value wide = x.cast(stash);
    Value mean = wide.mean(true, axes);
    Value centred = wide.sub(mean);
    Value variance = centred.mul(centred).mean(true, axes);
    node.result(1, mean);
    node.result(2, variance.add(epsilon).rsqrt());
  }

  private static void rms(OnnxNode node) {
    Value x = node.value(0);
    int axis = node.axis(-1, x.shape());
    Value scale = node.value(1).broadcast(inner(x.shape(), axis));
    node.result(x.rmsNorm(scale, axis, node.number("epsilon", EPSILON)));
  }

  private static void batch(OnnxNode node) {
    Value x = node.value(0);
    if (node.flag("training_mode", false)) {
      throw node.unsupported("training_mode; export the model for inference");
    }
    if (!node.flag("spatial", true)) {
      throw node.unsupported("its attribute 'spatial' is 0");
    }
    node.result(
        x.batchNorm(
            node.value(1).cast(x.dtype()),
            node.value(2).cast(x.dtype()),
            node.value(3).cast(x.dtype()),
            node.value(4).cast(x.dtype()),
            node.number("epsilon", EPSILON)));
  }

  /** Over the spatial axes of each instance and channel (arXiv:1607.08022). */
  private static void instance(OnnxNode node) {
    Value x = node.value(0);
    int rank = x.shape().rank();
    if (rank < 3) {
      throw node.invalid("wants x[N, C, spatial...]");
    }
    long[] axes = LongStream.range(2, rank).toArray();
    Value centred = x.sub(x.mean(true, axes));
    Value variance = centred.mul(centred).mean(true, axes);
    Value normal = centred.mul(variance.add(node.number("epsilon", EPSILON)).rsqrt());
    node.result(normal.mul(perChannel(node, 1, rank)).add(perChannel(node, 2, rank)));
  }

  private static Value perChannel(OnnxNode node, int index, int rank) {
    Value vector = node.value(index);
    Dim[] dims = new Dim[rank - 1];
    Arrays.fill(dims, Dim.of(1));
    dims[0] = vector.shape().dim(0);
    return vector.reshape(Shape.of(dims));
  }
}
