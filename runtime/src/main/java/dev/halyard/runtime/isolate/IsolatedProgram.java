package dev.halyard.runtime.isolate;

import dev.halyard.spi.Binding;
import dev.halyard.spi.MemorySlice;
import dev.halyard.spi.Program;
import dev.halyard.spi.TextSink;
import java.util.List;

/** A program that the child knows by a number. */
final class IsolatedProgram implements Program {
  private final IsolatedDriver driver;
  private final int id;

  IsolatedProgram(IsolatedDriver driver, int id) {
    this.driver = driver;
    this.id = id;
  }

  @Override
  public long workspaceBytes(long[] dims) {
    driver.requireAlive();
    return driver
        .child()
        .call(
            Request.WORKSPACE, new MessageWriter().count(id).numbers(dims), MessageReader::number);
  }

  @Override
  public Binding bind(
      List<MemorySlice> in, List<MemorySlice> out, MemorySlice workspace, long[] dims) {
    driver.requireAlive();
    MessageWriter message = new MessageWriter().count(id);
    message.each(in, IsolatedProgram::slice).each(out, IsolatedProgram::slice);
    slice(message, workspace);
    message.numbers(dims);
    int binding = driver.child().call(Request.BIND, message, MessageReader::count);
    return new IsolatedBinding(driver, binding);
  }

  private static void slice(MessageWriter out, MemorySlice slice) {
    IsolatedMemory memory = IsolatedMemory.of(slice);
    out.number(memory.id()).number(memory.offset(slice)).number(slice.bytes());
  }

  @Override
  public void describe(TextSink out) {
    driver
        .child()
        .call(
            Request.DESCRIBE,
            new MessageWriter().count(id),
            in -> in.each(from -> new String[] {from.text(), from.text()}))
        .forEach(section -> out.section(section[0], section[1]));
  }

  @Override
  public void close() {
    driver.release(Request.CLOSE_PROGRAM, new MessageWriter().count(id));
  }
}
