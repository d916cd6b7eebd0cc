package dev.halyard.runtime.execute;

import dev.halyard.Graph;
import dev.halyard.Tensor;
import dev.halyard.Value;
import dev.halyard.spi.MemorySlice;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Turns one specialisation and what is bound into a {@link Variant}: finds a place for every value
 * on every device that uses it, binds the programs, and puts copies where a value changes devices.
 */
final class VariantPlanner {
  private final Specialization specialization;
  private final DefaultInvocationBuilder bound;
  private final InvocationMemory memory;
  private final Map<Value, Place> places = new HashMap<>();
  private final List<Step> steps = new ArrayList<>();
  private final List<Variant.Copy> before = new ArrayList<>();
  private final List<Variant.Copy> after = new ArrayList<>();

  /** Where a value lies: in host memory, and as each device sees it. */
  private static final class Place {
    final MemorySegment host;
    final boolean wanted;
    final Map<OpenDevice, MemorySlice> seen = new HashMap<>();
    final Set<OpenDevice> current = new HashSet<>();

    Place(MemorySegment host, boolean wanted) {
      this.host = host;
      this.wanted = wanted;
    }
  }

  private VariantPlanner(
      Specialization specialization, DefaultInvocationBuilder bound, InvocationMemory memory) {
    this.specialization = specialization;
    this.bound = bound;
    this.memory = memory;
  }

  static Variant plan(
      Specialization specialization, DefaultInvocationBuilder bound, InvocationMemory memory) {
    return new VariantPlanner(specialization, bound, memory).plan();
  }

  private Variant plan() {
    Graph graph = specialization.graph();
    graph.inputs().forEach(this::placeInput);
    for (int i = 0; i < graph.outputs().size(); i++) {
      placeOutput(graph.outputNames().get(i), graph.outputs().get(i));
    }
    for (Compiled.Part part : specialization.compiled().parts()) {
      add(part);
    }
    return new Variant(steps, before, after);
  }

  private void placeInput(Value input) {
    long bytes = specialization.bytes(input);
    MemorySegment plain = bound.plainInputs().get(input.name());
    Place place;
    if (plain != null) {
      place = new Place(memory.hostBytes(bytes), false);
      before.add(new Variant.Copy(plain.asSlice(0, bytes), place.host));
    } else {
      place =
          new Place(required(bound.inputs().get(input.name())).segment().asSlice(0, bytes), false);
    }
    places.put(input, place);
  }

  private void placeOutput(String name, Value output) {
    long bytes = specialization.bytes(output);
    Tensor tensor = bound.outputs().get(name);
    MemorySegment plain = bound.plainOutputs().get(name);
    if (tensor != null && !bound.states().contains(name)) {
      places.put(output, new Place(tensor.segment().asSlice(0, bytes), true));
      return;
    }
    Place own = new Place(memory.hostBytes(bytes), tensor != null || plain != null);
    places.put(output, own);
    // A state's next value is written aside, since regions may still read the old one.
    MemorySegment destination = tensor != null ? tensor.segment() : plain;
    if (destination != null) {
      after.add(new Variant.Copy(own.host, destination.asSlice(0, bytes)));
    }
  }

  private void add(Compiled.Part part) {
    OpenDevice device = part.device();
    int stream = memory.stream(device);
    List<MemorySlice> in =
        part.inputs().stream().map(value -> read(value, device, stream)).toList();
    List<MemorySlice> out =
        part.outputs().stream().map(value -> seen(place(value), device)).toList();
    steps.add(
        new Step.Run(
            stream,
            part.program().bind(in, out, memory.workspace(device), specialization.dimsOf(part))));
    for (Value value : part.outputs()) {
      wrote(place(value), device, stream, isReadElsewhere(value, device));
    }
  }

  private boolean isReadElsewhere(Value value, OpenDevice device) {
    return specialization.compiled().parts().stream()
        .anyMatch(part -> part.device() != device && part.inputs().contains(value));
  }

  private Place place(Value value) {
    return places.computeIfAbsent(
        value, v -> new Place(memory.hostBytes(specialization.bytes(v)), false));
  }

  private MemorySlice seen(Place place, OpenDevice device) {
    return place.seen.computeIfAbsent(device, d -> memory.visible(d, place.host));
  }

  private MemorySlice read(Value value, OpenDevice device, int stream) {
    Place place = place(value);
    MemorySlice slice = seen(place, device);
    if (place.current.add(device) && !InvocationMemory.isSame(slice, place.host)) {
      steps.add(new Step.Upload(stream, device, place.host, slice));
    }
    return slice;
  }

  private void wrote(Place place, OpenDevice device, int stream, boolean readElsewhere) {
    place.current.clear();
    place.current.add(device);
    MemorySlice slice = seen(place, device);
    if ((place.wanted || readElsewhere) && !InvocationMemory.isSame(slice, place.host)) {
      steps.add(new Step.Download(stream, device, slice, place.host));
    }
  }

  private static Tensor required(@Nullable Tensor tensor) {
    if (tensor == null) {
      throw new IllegalStateException("an unbound port passed the checks");
    }
    return tensor;
  }
}
