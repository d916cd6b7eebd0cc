package dev.halyard.tck.check;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.jr.ob.JSON;

/**
 * The checks that a released kit leaves out for every device alike, read from exclusions.json:
 * {@code [{"check", "reason", "issue"}]}. There is no other way to leave one out.
 */
public final class Exclusions {
  private static final String RESOURCE = "/dev/halyard/tck/exclusions.json";
  private static final List<Exclusion> ALL = parse(text());

  private Exclusions() {}

  /** {@return this kit's, in the order of the file} */
  public static List<Exclusion> all() {
    return ALL;
  }

  private static String text() {
    try (InputStream in = Exclusions.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException("the kit lacks its list of exclusions, " + RESOURCE);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<Exclusion> parse(String json) {
    try {
      return of(JSON.std.listFrom(json));
    } catch (JacksonException e) {
      throw new IllegalArgumentException("exclusions want a JSON array: " + e.getMessage(), e);
    }
  }

  /**
   * {@return the exclusions that a JSON array holds}
   *
   * @param entries a map each, as {@link Exclusion#toMap} writes them
   * @throws IllegalArgumentException if one is malformed, cites no rule or is there twice
   */
  public static List<Exclusion> of(List<?> entries) {
    List<Exclusion> all = new ArrayList<>();
    Set<String> checks = new HashSet<>();
    for (Object entry : entries) {
      Exclusion exclusion = exclusion(entry);
      if (!checks.add(exclusion.check())) {
        throw new IllegalArgumentException("'" + exclusion.check() + "' is excluded twice");
      }
      all.add(exclusion);
    }
    return List.copyOf(all);
  }

  private static Exclusion exclusion(Object entry) {
    if (!(entry instanceof Map<?, ?> members)) {
      throw new IllegalArgumentException("an exclusion wants an object, found " + entry);
    }
    Exclusion exclusion =
        new Exclusion(text(members, "check"), text(members, "reason"), text(members, "issue"));
    Rules.citedBy(exclusion.check());
    return exclusion;
  }

  private static String text(Map<?, ?> members, String name) {
    if (members.get(name) instanceof String text && !text.isBlank()) {
      return text;
    }
    throw new IllegalArgumentException("an exclusion wants " + name + ", a text; found " + members);
  }
}
