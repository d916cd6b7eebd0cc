package dev.halyard.tck.check;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is tested, and how thoroughly. Immutable; travels between the kit's processes as system
 * properties {@code halyard.tck.*}.
 *
 * @param device {@code <plugin>:<index>} or a stable id
 * @param pluginFolder the plugins folder, as for {@code HALYARD_PLUGINS}; null for the class path
 *     alone
 * @param pluginClass the name of a plugin class on the class path that no service file names; null
 *     if the plugin is discovered
 * @param profile how thoroughly
 * @param tight whether dot products are held to the narrower limit (rule N-302)
 * @param seed what every random choice follows from
 * @param only the id of the only check to run; null for all
 * @param rules the only rules to look at; empty for all
 * @param isolate whether the device's plugin runs in processes of its own, as one that asks for it
 *     does in any case
 */
public record Settings(
    String device,
    @Nullable Path pluginFolder,
    @Nullable String pluginClass,
    Profile profile,
    boolean tight,
    long seed,
    @Nullable String only,
    List<String> rules,
    boolean isolate) {
  private static final String PREFIX = "halyard.tck.";

  /** How thoroughly the kit looks. */
  public enum Profile {
    /** At most 5 minutes; never certifies. */
    QUICK,
    /** Some 30 minutes; an hour where a driver takes long to compile. */
    FULL
  }

  /**
   * {@return a quick run with a fresh seed}
   *
   * @param device {@code <plugin>:<index>} or a stable id
   */
  public static Settings quick(String device) {
    return new Settings(
        device, null, null, Profile.QUICK, false, freshSeed(), null, List.of(), false);
  }

  /** {@return a seed that no run had before, short enough to type} */
  public static long freshSeed() {
    return new SplittableRandom().nextLong(1L << 40);
  }

  /**
   * {@return the settings that system properties hold: {@code halyard.tck.device} (required) and
   * the names of the components}
   */
  public static Settings fromSystemProperties() {
    Properties all = System.getProperties();
    String device = all.getProperty(PREFIX + "device", "cpu:0");
    return new Settings(
        device,
        value(all, "pluginFolder").map(Path::of).orElse(null),
        value(all, "pluginClass").orElse(null),
        value(all, "profile").map(Profile::valueOf).orElse(Profile.QUICK),
        Boolean.parseBoolean(all.getProperty(PREFIX + "tight")),
        value(all, "seed").map(Long::parseLong).orElseGet(Settings::freshSeed),
        value(all, "only").orElse(null),
        value(all, "rules").map(Settings::listed).orElse(List.of()),
        Boolean.parseBoolean(all.getProperty(PREFIX + "isolate")));
  }

  private static List<String> listed(String names) {
    return Stream.of(names.split(",", -1)).map(String::strip).toList();
  }

  private static Optional<String> value(Properties all, String name) {
    return Optional.ofNullable(all.getProperty(PREFIX + name)).filter(text -> !text.isEmpty());
  }

  /** {@return the flags that hand these settings to another JVM} */
  public List<String> toFlags() {
    List<String> flags = new ArrayList<>();
    flag(flags, "device", device);
    flag(flags, "pluginFolder", pluginFolder);
    flag(flags, "pluginClass", pluginClass);
    flag(flags, "profile", profile);
    flag(flags, "tight", tight);
    flag(flags, "seed", seed);
    flag(flags, "only", only);
    flag(flags, "rules", rules.isEmpty() ? null : String.join(",", rules));
    flag(flags, "isolate", isolate);
    return flags;
  }

  private static void flag(List<String> flags, String name, @Nullable Object value) {
    if (value != null) {
      flags.add("-D" + PREFIX + name + "=" + value);
    }
  }

  /** {@return whether this is a full run} */
  public boolean isFull() {
    return profile == Profile.FULL;
  }

  /**
   * {@return these settings for one check alone}
   *
   * @param checkId the check
   */
  public Settings only(String checkId) {
    return new Settings(
        device, pluginFolder, pluginClass, profile, tight, seed, checkId, rules, isolate);
  }

  /**
   * {@return these settings for some rules alone}
   *
   * @param ruleIds the rules; all if empty
   */
  public Settings rules(List<String> ruleIds) {
    return new Settings(
        device,
        pluginFolder,
        pluginClass,
        profile,
        tight,
        seed,
        only,
        List.copyOf(ruleIds),
        isolate);
  }

  /**
   * {@return these settings for a plugin that no service file names}
   *
   * @param className a class on the class path
   */
  public Settings plugin(String className) {
    return new Settings(
        device, pluginFolder, className, profile, tight, seed, only, rules, isolate);
  }

  /**
   * {@return these settings with the device's plugin in processes of its own, or not}
   *
   * @param apart whether it runs in processes of its own
   */
  public Settings isolate(boolean apart) {
    return new Settings(
        device, pluginFolder, pluginClass, profile, tight, seed, only, rules, apart);
  }
}
