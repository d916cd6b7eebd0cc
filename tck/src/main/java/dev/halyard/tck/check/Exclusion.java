package dev.halyard.tck.check;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A check that this version of the kit puts no device to, since a challenge to it stands.
 *
 * @param check the check's id
 * @param reason why a correct device may break it
 * @param issue where that was found out
 */
public record Exclusion(String check, String reason, String issue) {
  /** {@return the members in order, as exclusions.json has them} */
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("check", check);
    map.put("reason", reason);
    map.put("issue", issue);
    return map;
  }

  @Override
  public String toString() {
    return "'" + check + "' is excluded: " + reason + " (" + issue + ")";
  }
}
