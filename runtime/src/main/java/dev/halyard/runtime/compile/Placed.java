package dev.halyard.runtime.compile;

import dev.halyard.Value;
import dev.halyard.spi.Partition;
import java.util.List;

/**
 * A partition and where its values come from and go to.
 *
 * @param target the device that runs it
 * @param partition what it runs
 * @param inputs the value of the lowered graph for each of the partition's inputs
 * @param outputs the value of the lowered graph for each of the partition's outputs
 */
public record Placed(Target target, Partition partition, List<Value> inputs, List<Value> outputs) {}
