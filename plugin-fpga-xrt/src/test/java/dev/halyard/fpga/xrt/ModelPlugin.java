package dev.halyard.fpga.xrt;

/** A model board as a plugin that the conformance kit can open in processes of its own. */
public final class ModelPlugin extends InProcessPlugin {
  /** What it is found by. */
  static final String ID = "fpga-model";

  /** Makes the plugin. */
  public ModelPlugin() {
    super(ID, ModelSource.of(ModelSource.EMULATED));
  }
}
