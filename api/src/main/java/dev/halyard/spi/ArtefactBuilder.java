package dev.halyard.spi;

/** Builds what a device loads, with no device attached: hours, in a build farm. */
public interface ArtefactBuilder {
  /**
   * Builds the artefact of a partition and stores it in {@link CompileContext#artefacts}.
   *
   * @param partition what the artefact computes
   * @param target which hardware, in the vendor's own words
   * @param context deadline, progress and store
   * @throws dev.halyard.CompileException with the vendor's log
   */
  void build(Partition partition, String target, CompileContext context);
}
