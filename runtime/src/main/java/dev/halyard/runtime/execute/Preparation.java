package dev.halyard.runtime.execute;

import dev.halyard.Dims;
import dev.halyard.spi.Stream;
import java.util.ArrayList;
import java.util.List;

/** Makes one invocation, or leaves nothing behind. */
final class Preparation {
  private final DefaultKernel kernel;
  private final DefaultInvocationBuilder builder;
  private final InvocationMemory memory = new InvocationMemory();
  private final List<Variant> variants = new ArrayList<>();
  private final List<Stream> streams = new ArrayList<>();

  Preparation(DefaultKernel kernel, DefaultInvocationBuilder builder) {
    this.kernel = kernel;
    this.builder = builder;
  }

  DefaultInvocation prepare(List<Dims> choices) {
    BoundMemory bound = builder.boundMemory();
    bound.lease();
    try {
      return prepare(choices, bound);
    } catch (RuntimeException e) {
      undo();
      throw kernel.preparationFailure(e);
    } catch (Error e) {
      undo();
      throw e;
    } finally {
      bound.release();
    }
  }

  private DefaultInvocation prepare(List<Dims> choices, BoundMemory bound) {
    List<Specialization> chosen = kernel.retained(choices, memory);
    memory.allocateWorkspaces(chosen);
    for (Specialization specialization : chosen) {
      variants.add(VariantPlanner.plan(specialization, builder, memory));
    }
    for (OpenDevice device : memory.devices()) {
      streams.add(device.driver().openStream());
    }
    return new DefaultInvocation(kernel, memory, variants, streams.toArray(Stream[]::new), bound);
  }

  private void undo() {
    streams.forEach(Stream::close);
    variants.forEach(Variant::close);
    memory.close(false);
  }
}
