package dev.halyard;

import dev.halyard.spi.Permission;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How a graph is compiled. Immutable; each method returns a changed copy. */
public final class CompileOptions {
  private static final CompileOptions DEFAULTS =
      new CompileOptions(true, true, Set.of(), false, null, 16, (fraction, step) -> {});

  private final boolean fusion;
  private final boolean fallback;
  private final Set<Permission> permissions;
  private final boolean allowBuild;
  private final @Nullable Duration warmUp;
  private final int specializations;
  private final BiConsumer<Double, String> progress;

  private CompileOptions(
      boolean fusion,
      boolean fallback,
      Set<Permission> permissions,
      boolean allowBuild,
      @Nullable Duration warmUp,
      int specializations,
      BiConsumer<Double, String> progress) {
    this.fusion = fusion;
    this.fallback = fallback;
    this.permissions = Set.copyOf(permissions);
    this.allowBuild = allowBuild;
    this.warmUp = warmUp;
    this.specializations = specializations;
    this.progress = progress;
  }

  /**
   * {@return fusion on, fallback allowed, no permissions, no builds, no warm-up, 16 specialisations
   * kept}
   */
  public static CompileOptions defaults() {
    return DEFAULTS;
  }

  /**
   * {@return this with fusion on or off; off, every fusable node is a region of its own, to bisect
   * a fault}
   *
   * @param on whether nodes may be fused
   */
  public CompileOptions fusion(boolean on) {
    return new CompileOptions(
        on, fallback, permissions, allowBuild, warmUp, specializations, progress);
  }

  /**
   * {@return this with fallback allowed or forbidden}
   *
   * @param allowed whether parts that the device refuses may run on the configured fallback device
   */
  public CompileOptions fallback(boolean allowed) {
    return new CompileOptions(
        fusion, allowed, permissions, allowBuild, warmUp, specializations, progress);
  }

  /**
   * {@return this with one more freedom granted}
   *
   * @param permission the freedom
   */
  public CompileOptions permit(Permission permission) {
    Set<Permission> more = new LinkedHashSet<>(permissions);
    more.add(permission);
    return new CompileOptions(
        fusion, fallback, more, allowBuild, warmUp, specializations, progress);
  }

  /**
   * {@return this with builds allowed or not}
   *
   * @param allowed whether an artefact may be built during the call, which can take hours
   */
  public CompileOptions allowBuild(boolean allowed) {
    return new CompileOptions(
        fusion, fallback, permissions, allowed, warmUp, specializations, progress);
  }

  /**
   * {@return this with a warm-up}
   *
   * @param budget how long each specialisation may be run on zeros before it is handed out
   */
  public CompileOptions warmUp(Duration budget) {
    return new CompileOptions(
        fusion, fallback, permissions, allowBuild, budget, specializations, progress);
  }

  /**
   * {@return this with another limit to the specialisations that a kernel keeps}
   *
   * @param limit how many choices of dimensions are kept, at least 1; the least recently used goes
   *     first
   * @throws IllegalArgumentException if the limit is below 1
   */
  public CompileOptions specializations(int limit) {
    if (limit < 1) {
      throw new IllegalArgumentException(
          "CompileOptions.specializations: wants at least 1, found " + limit);
    }
    return new CompileOptions(fusion, fallback, permissions, allowBuild, warmUp, limit, progress);
  }

  /**
   * {@return this with a listener}
   *
   * @param listener receives the fraction done, from 0 to 1, and the step, on any thread
   */
  public CompileOptions progress(BiConsumer<Double, String> listener) {
    return new CompileOptions(
        fusion, fallback, permissions, allowBuild, warmUp, specializations, listener);
  }

  /** {@return whether nodes may be fused} */
  public boolean fusion() {
    return fusion;
  }

  /** {@return whether parts may run on the fallback device} */
  public boolean fallback() {
    return fallback;
  }

  /** {@return the freedoms granted} */
  public Set<Permission> permissions() {
    return permissions;
  }

  /** {@return whether artefacts may be built} */
  public boolean allowBuild() {
    return allowBuild;
  }

  /** {@return the warm-up's budget, if there is one} */
  public Optional<Duration> warmUp() {
    return Optional.ofNullable(warmUp);
  }

  /** {@return how many specialisations a kernel keeps} */
  public int specializations() {
    return specializations;
  }

  /** {@return what receives progress} */
  public BiConsumer<Double, String> progress() {
    return progress;
  }

  /** {@return a text that is equal for options that compile alike; part of cache keys} */
  public String fingerprint() {
    String granted =
        permissions.stream()
            .map(Permission::name)
            .collect(Collectors.toCollection(TreeSet::new))
            .toString();
    return "fusion=" + fusion + " fallback=" + fallback + " permissions=" + granted;
  }
}
