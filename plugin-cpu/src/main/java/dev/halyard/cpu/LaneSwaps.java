package dev.halyard.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Shuffles that swap every lane with the one a distance away. Generated loops name them as
 * constants, which is what makes a rearrangement one instruction.
 */
@SuppressWarnings("unused") // FloatCode composes the names
final class LaneSwaps {
  static final VectorShuffle<Float> BY_1_IN_128 = swap(FloatVector.SPECIES_128, 1);
  static final VectorShuffle<Float> BY_2_IN_128 = swap(FloatVector.SPECIES_128, 2);

  static final VectorShuffle<Float> BY_1_IN_256 = swap(FloatVector.SPECIES_256, 1);
  static final VectorShuffle<Float> BY_2_IN_256 = swap(FloatVector.SPECIES_256, 2);
  static final VectorShuffle<Float> BY_4_IN_256 = swap(FloatVector.SPECIES_256, 4);

  static final VectorShuffle<Float> BY_1_IN_512 = swap(FloatVector.SPECIES_512, 1);
  static final VectorShuffle<Float> BY_2_IN_512 = swap(FloatVector.SPECIES_512, 2);
  static final VectorShuffle<Float> BY_4_IN_512 = swap(FloatVector.SPECIES_512, 4);
  static final VectorShuffle<Float> BY_8_IN_512 = swap(FloatVector.SPECIES_512, 8);

  private LaneSwaps() {}

  private static VectorShuffle<Float> swap(VectorSpecies<Float> species, int distance) {
    return VectorShuffle.fromOp(species, lane -> lane ^ distance);
  }
}
