package dev.halyard.tck.contract;

import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import dev.halyard.spi.CompileMode;
import dev.halyard.spi.MemorySlice;
import dev.halyard.spi.Port;
import dev.halyard.spi.Program;
import dev.halyard.spi.Stream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A sample that a driver has compiled. */
final class Prepared {
  static final byte UNWRITTEN = 0x5A;

  final Sample sample;
  final Program program;
  private final BareDevice device;
  private final BareDevice.Taken taken;

  private Prepared(BareDevice device, Sample sample, BareDevice.Taken taken, Program program) {
    this.device = device;
    this.sample = sample;
    this.taken = taken;
    this.program = program;
  }

  /** {@return the first sample that the device claims} */
  static Prepared of(BareDevice device) {
    return of(device, Sample.of(device.id(), device::claims));
  }

  static Prepared of(BareDevice device, Sample sample) {
    return of(device, sample, CompileMode.JIT, new KitContexts.Store());
  }

  static Prepared of(
      BareDevice device, Sample sample, CompileMode mode, KitContexts.Store artefacts) {
    BareDevice.Taken taken = device.taken(sample.graph());
    Program program = device.compile(taken.partition(), mode, artefacts);
    return new Prepared(device, sample, taken, program);
  }

  /** {@return a binding to new memory} */
  BareDevice.Bound bind() {
    return device.bind(taken.partition(), program);
  }

  /** Submits the inputs of a variant, and the pattern of an output that nobody writes. */
  void upload(Stream stream, BareDevice.Bound bound, int variant) {
    for (int i = 0; i < bound.in().size(); i++) {
      String port = taken.inputs().get(i);
      Tensor tensor = sample.inputs(variant).get(port);
      if (tensor == null) {
        throw new IllegalStateException("the sample has no input '" + port + "'");
      }
      stream.upload(copy(tensor.segment()), bound.in().get(i));
    }
    for (MemorySlice out : bound.out()) {
      stream.upload(device.host(out.bytes()).fill(UNWRITTEN), out);
    }
  }

  /** Inputs are heap or automatic memory; what a stream gets is native and stays. */
  private MemorySegment copy(MemorySegment bytes) {
    return device.host(Math.max(1, bytes.byteSize())).asSlice(0, bytes.byteSize()).copyFrom(bytes);
  }

  /** Submits copies of the outputs to the host. */
  Results download(Stream stream, BareDevice.Bound bound) {
    Map<String, MemorySegment> segments = new LinkedHashMap<>();
    long ticket = 0;
    for (int i = 0; i < bound.out().size(); i++) {
      MemorySlice out = bound.out().get(i);
      MemorySegment host = device.host(Math.max(1, out.bytes())).asSlice(0, out.bytes());
      ticket = stream.download(out, host);
      segments.put(taken.outputs().get(i), host);
    }
    return new Results(ticket, segments);
  }

  /**
   * Outputs on the host.
   *
   * @param ticket the last copy
   * @param segments the bytes by the names of the outputs, there once the ticket has completed
   */
  record Results(long ticket, Map<String, MemorySegment> segments) {}

  /** Requires that outputs are those of a variant. */
  void require(Results results, int variant, String when) {
    try {
      sample.check(variant, tensors(results.segments()));
    } catch (AssertionError e) {
      throw new AssertionError(when + ": " + e.getMessage(), e);
    }
  }

  /** Requires that outputs in host-visible memory are those of a variant, at this very moment. */
  void requireSeen(BareDevice.Bound bound, int variant, String when) {
    Map<String, MemorySegment> seen = new LinkedHashMap<>();
    for (int i = 0; i < bound.out().size(); i++) {
      seen.put(taken.outputs().get(i), bound.out().get(i).segment());
    }
    require(new Results(0, seen), variant, when);
  }

  /** Requires that outputs hold the pattern of before. */
  static void requireUnwritten(Results results, String when) {
    for (MemorySegment bytes : results.segments().values()) {
      for (long i = 0; i < bytes.byteSize(); i++) {
        if (bytes.get(ValueLayout.JAVA_BYTE, i) != UNWRITTEN) {
          throw new AssertionError(when + ": byte " + i + " of an output was written");
        }
      }
    }
  }

  private Map<String, Tensor> tensors(Map<String, MemorySegment> segments) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    List<? extends Port> outputs = taken.partition().outputs();
    for (int i = 0; i < outputs.size(); i++) {
      String name = taken.outputs().get(i);
      MemorySegment bytes = segments.get(name);
      if (bytes != null) {
        long[] shape = outputs.get(i).value().shape().toArray();
        tensors.put(
            name,
            Tensor.copyOf(TensorArena.ofAuto(), bytes, outputs.get(i).value().dtype(), shape));
      }
    }
    return tensors;
  }

  /** Runs a variant on new memory, and gives the bytes of the outputs. */
  Results run(Stream stream, int variant) {
    BareDevice.Bound bound = bind();
    upload(stream, bound, variant);
    stream.execute(bound.binding());
    Results results = download(stream, bound);
    BareDevice.await(stream, results.ticket());
    return results;
  }

  /** Runs every variant, and requires the right results. */
  void requireWorks(Stream stream, String when) {
    for (int variant = 0; variant < Sample.VARIANTS; variant++) {
      require(run(stream, variant), variant, when);
    }
  }
}
