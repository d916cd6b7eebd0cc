package dev.halyard.runtime.rank;

import dev.halyard.Device;
import dev.halyard.Graph;
import dev.halyard.Halyard;
import dev.halyard.Objective;
import dev.halyard.Ranking.Measurement;
import dev.halyard.Workload;
import dev.halyard.runtime.cache.CacheFolder;
import dev.halyard.runtime.execute.DefaultDevice;
import dev.halyard.spi.DeviceDescriptor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;

/**
 * Keeps measurements between processes, under a fingerprint of all that they depend on: host, JVM,
 * devices with driver and plugin versions, graph, dimensions and objective.
 */
final class RankingCache {
  private static final long MAX_BYTES = 8 << 20;

  private final CacheFolder folder;

  /** What was kept: measurements, reasons and notes by device id, and who won. */
  record Kept(
      Map<String, Measurement> measurements,
      Map<String, String> reasons,
      Map<String, String> notes,
      String winner,
      Instant at) {}

  RankingCache(Halyard.Config config) {
    folder = new CacheFolder(CacheFolder.root(config).resolve("ranking"), MAX_BYTES);
  }

  /** {@return the fingerprint of a question and of every device that may answer it} */
  static String key(
      Objective objective,
      Graph graph,
      Workload workload,
      List<DefaultDevice> devices,
      Halyard.Config config) {
    StringBuilder text = new StringBuilder(question(objective, graph, workload));
    for (DefaultDevice device : devices) {
      DeviceDescriptor descriptor = device.descriptor();
      text.append('\n')
          .append(device.id())
          .append(' ')
          .append(descriptor.stableId())
          .append(' ')
          .append(descriptor.driver())
          .append(' ')
          .append(new TreeMap<>(descriptor.properties()))
          .append(' ')
          .append(device.info().version());
    }
    text.append('\n')
        .append(new TreeMap<>(config.properties()))
        .append(' ')
        .append(config.fallback());
    return "rank-" + CacheFolder.hex(text.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** {@return the key of the last winner, which outlives a change of the devices} */
  static String incumbentKey(Objective objective, Graph graph, Workload workload) {
    return "incumbent-"
        + CacheFolder.hex(question(objective, graph, workload).getBytes(StandardCharsets.UTF_8));
  }

  private static String question(Objective objective, Graph graph, Workload workload) {
    String host =
        System.getProperty("os.name")
            + ' '
            + System.getProperty("os.arch")
            + ' '
            + Runtime.version()
            + ' '
            + Runtime.getRuntime().availableProcessors();
    return "4 "
        + objective
        + ' '
        + host
        + ' '
        + workload.dims()
        + ' '
        + CacheFolder.hex(graph.canonicalBytes());
  }

  Optional<Kept> get(String key) {
    return folder.get(key).flatMap(RankingCache::parse);
  }

  private static Optional<Kept> parse(byte[] content) {
    Properties properties = new Properties();
    try {
      properties.load(new ByteArrayInputStream(content));
      Map<String, Measurement> measurements = new LinkedHashMap<>();
      Map<String, String> reasons = new LinkedHashMap<>();
      Map<String, String> notes = new LinkedHashMap<>();
      for (String name : properties.stringPropertyNames()) {
        String value = properties.getProperty(name);
        if (name.startsWith("measured ")) {
          String[] parts = value.split(" ", -1);
          measurements.put(
              name.substring(9),
              new Measurement(
                  Double.parseDouble(parts[0]),
                  Double.parseDouble(parts[1]),
                  Double.parseDouble(parts[2]),
                  Integer.parseInt(parts[3])));
        } else if (name.startsWith("reason ")) {
          reasons.put(name.substring(7), value);
        } else if (name.startsWith("note ")) {
          notes.put(name.substring(5), value);
        }
      }
      return Optional.of(
          new Kept(
              measurements,
              reasons,
              notes,
              properties.getProperty("winner", ""),
              Instant.parse(properties.getProperty("at"))));
    } catch (IOException | RuntimeException e) {
      // Written by another version of Halyard: as good as absent.
      return Optional.empty();
    }
  }

  void put(String key, Map<Device, Measured> measured, String winner, Instant at) {
    Properties properties = new Properties();
    measured.forEach(
        (device, result) -> {
          Measurement m = result.measurement();
          if (m != null) {
            properties.setProperty(
                "measured " + device.id(),
                m.p50Micros() + " " + m.p99Micros() + " " + m.runsPerSecond() + " " + m.runs());
          }
          if (!result.reason().isEmpty()) {
            properties.setProperty("reason " + device.id(), result.reason());
          }
          if (!result.note().isEmpty()) {
            properties.setProperty("note " + device.id(), result.note());
          }
        });
    properties.setProperty("winner", winner);
    properties.setProperty("at", at.toString());
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      properties.store(bytes, null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    folder.put(key, bytes.toByteArray());
  }

  Optional<String> incumbent(String key) {
    return folder.get(key).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
  }

  void putIncumbent(String key, String deviceId) {
    folder.put(key, deviceId.getBytes(StandardCharsets.UTF_8));
  }
}
