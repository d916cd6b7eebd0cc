package dev.halyard.fpga.emulator;

import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Makes units: as RTL where the design has been built, else as the Java model. */
final class UnitFactory {
  private final Designs designs;
  private final Map<String, Supplier<Unit>> models;
  private final Events events;

  /** The designs that were built for this machine. */
  interface Designs {
    /**
     * {@return the design as a unit; empty if it was not built}
     *
     * @param hash the SHA-256 of the RTL, in hex
     */
    Optional<Unit> open(String hash);
  }

  /**
   * Makes the factory.
   *
   * @param designs the designs there are
   * @param models what makes each model, by its name
   * @param events told of each unit, and which of the two it is
   */
  UnitFactory(Designs designs, Map<String, Supplier<Unit>> models, Events events) {
    this.designs = designs;
    this.models = models;
    this.events = events;
  }

  /**
   * {@return a new unit}
   *
   * @throws InvalidImageException if neither its design nor its model is here
   */
  Unit open(UnitSpec spec) {
    Optional<Unit> rtl = spec.design().flatMap(designs::open);
    if (rtl.isPresent()) {
      return said(spec, rtl.get(), "design " + spec.design().orElseThrow());
    }
    String why =
        spec.design()
            .map(hash -> "the design " + hash + " was not built here")
            .orElse("it has no RTL");
    @Nullable Supplier<Unit> model = spec.model().map(models::get).orElse(null);
    if (model == null) {
      throw new InvalidImageException(
          "unit %s cannot be emulated: %s, and of its model %s there is none among %s"
              .formatted(spec.name(), why, spec.model().orElse("(not named)"), models.keySet()));
    }
    return said(spec, model.get(), why);
  }

  private Unit said(UnitSpec spec, Unit unit, String why) {
    events.say(Event.UNIT, "%s %s %s".formatted(spec.name(), unit.kind(), why));
    return unit;
  }
}
