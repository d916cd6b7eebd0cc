package dev.halyard.tck.run;

import dev.halyard.tck.check.Area;
import dev.halyard.tck.check.Exclusion;
import dev.halyard.tck.check.Exclusions;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a run is to do, settled before it starts: each check of it owes the report a result.
 *
 * @param checks the ids of the checks of each area that is run
 * @param excluded what this version of the kit leaves out
 */
public record Plan(Map<Area, List<String>> checks, List<Exclusion> excluded) {
  /** Puts the areas in order. */
  public Plan {
    Map<Area, List<String>> ordered = new EnumMap<>(Area.class);
    ordered.putAll(checks);
    checks = Collections.unmodifiableMap(ordered);
  }

  /**
   * {@return a plan for this kit, which has its exclusions}
   *
   * @param checks the ids of the checks of each area
   */
  public static Plan of(Map<Area, List<String>> checks) {
    return new Plan(checks, Exclusions.all());
  }

  /**
   * {@return the plan that a JSON object holds}
   *
   * @param content as {@link #toMap} writes it
   * @throws IllegalArgumentException if it is no plan
   */
  public static Plan from(Map<String, Object> content) {
    if (!(content.get("checks") instanceof Map<?, ?> areas)
        || !(content.get("excluded") instanceof List<?> excluded)) {
      throw new IllegalArgumentException("a plan has the members 'checks' and 'excluded'");
    }
    Map<Area, List<String>> checks = new EnumMap<>(Area.class);
    areas.forEach((area, ids) -> checks.put(area(area), ids(ids)));
    return new Plan(checks, Exclusions.of(excluded));
  }

  private static Area area(Object name) {
    return Area.valueOf(String.valueOf(name).toUpperCase(Locale.ROOT));
  }

  private static List<String> ids(Object list) {
    if (!(list instanceof List<?> ids)) {
      throw new IllegalArgumentException("an area's checks are a list, found " + list);
    }
    return ids.stream().map(String::valueOf).toList();
  }

  /** {@return the members in order, as plan.json has them} */
  public Map<String, Object> toMap() {
    Map<String, Object> areas = new LinkedHashMap<>();
    checks.forEach((area, ids) -> areas.put(area.toString(), ids));
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("checks", areas);
    map.put("excluded", excluded.stream().map(Exclusion::toMap).toList());
    return map;
  }

  /** {@return the areas that are run, in order} */
  public Set<Area> areas() {
    Set<Area> areas = EnumSet.noneOf(Area.class);
    areas.addAll(checks.keySet());
    return areas;
  }

  /**
   * {@return the ids of an area's checks; none if it is not run}
   *
   * @param area the area
   */
  public List<String> of(Area area) {
    return checks.getOrDefault(area, List.of());
  }

  /** {@return the ids of all checks} */
  public List<String> ids() {
    return checks.values().stream().flatMap(List::stream).toList();
  }

  /**
   * {@return the area that a check is planned in}
   *
   * @param id the check
   */
  public Optional<Area> areaOf(String id) {
    return areas().stream().filter(area -> of(area).contains(id)).findFirst();
  }

  /**
   * {@return the planned checks that are not among some}
   *
   * @param done ids of checks
   */
  public List<String> missing(Collection<String> done) {
    Set<String> found = new HashSet<>(done);
    return ids().stream().filter(id -> !found.contains(id)).toList();
  }

  /**
   * {@return this plan for those of some areas that have a check in it}
   *
   * @param areas the areas
   */
  public Plan within(Set<Area> areas) {
    Map<Area, List<String>> kept = new EnumMap<>(Area.class);
    for (Area area : areas) {
      if (!of(area).isEmpty()) {
        kept.put(area, of(area));
      }
    }
    return new Plan(kept, excluded);
  }
}
