package dev.halyard.tck.wrap;

import dev.halyard.spi.Binding;
import dev.halyard.spi.MemorySlice;
import dev.halyard.spi.Program;
import dev.halyard.spi.TextSink;
import java.util.List;

/** A program in front of another that changes nothing; subclasses change one thing. */
public class WrappedProgram implements Program {
  /** The program behind this one. */
  protected final Program program;

  /**
   * Wraps a program.
   *
   * @param program the program behind this one
   */
  public WrappedProgram(Program program) {
    this.program = program;
  }

  @Override
  public long workspaceBytes(long[] dims) {
    return program.workspaceBytes(dims);
  }

  @Override
  public Binding bind(
      List<MemorySlice> in, List<MemorySlice> out, MemorySlice workspace, long[] dims) {
    return program.bind(in, out, workspace, dims);
  }

  @Override
  public void describe(TextSink out) {
    program.describe(out);
  }

  @Override
  public void close() {
    program.close();
  }
}
