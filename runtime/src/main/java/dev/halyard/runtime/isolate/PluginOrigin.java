package dev.halyard.runtime.isolate;

import dev.halyard.PluginException;
import dev.halyard.runtime.load.PluginLoader;
import dev.halyard.spi.DevicePlugin;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.stream.Stream;

/**
 * How another process makes the same plugin.
 *
 * @param type the name of its class
 * @param jars the jars of its own loader; empty where it is the application's
 */
record PluginOrigin(String type, List<Path> jars) {
  /**
   * {@return the origin of a plugin}
   *
   * @throws PluginException if no other process can make it
   */
  static PluginOrigin of(DevicePlugin plugin) {
    Class<?> type = plugin.getClass();
    if (!isRemakeable(type)) {
      throw unreachable(type);
    }
    return new PluginOrigin(type.getName(), PluginLoader.jarsOf(type.getClassLoader()));
  }

  /** {@return whether a class is public with a public constructor that takes nothing} */
  static boolean isRemakeable(Class<?> type) {
    return Modifier.isPublic(type.getModifiers())
        && Stream.of(type.getConstructors()).anyMatch(c -> c.getParameterCount() == 0);
  }

  private static PluginException unreachable(Class<?> type) {
    return new PluginException(
        "a process of its own cannot make the plugin "
            + type.getName()
            + ", which was given as an object; make its class public, with a public constructor"
            + " that takes nothing");
  }

  /**
   * {@return the plugin}
   *
   * @throws PluginException if it cannot be made, with the reason
   */
  DevicePlugin make() {
    ClassLoader loader =
        jars.isEmpty() ? PluginOrigin.class.getClassLoader() : PluginLoader.of(type, jars);
    try {
      Optional<DevicePlugin> service = service(loader);
      return service.isPresent()
          ? service.get()
          : Class.forName(type, true, loader)
              .asSubclass(DevicePlugin.class)
              .getConstructor()
              .newInstance();
    } catch (InvocationTargetException e) {
      throw new PluginException("the constructor of " + type + " failed: " + e.getCause(), e);
    } catch (ReflectiveOperationException | ClassCastException | LinkageError e) {
      throw new PluginException("the plugin " + type + " cannot be made: " + e, e);
    }
  }

  /** Of a module, the class may be known to the service loader alone. */
  private Optional<DevicePlugin> service(ClassLoader loader) {
    try {
      return ServiceLoader.load(DevicePlugin.class, loader).stream()
          .filter(provider -> provider.type().getName().equals(type))
          .findFirst()
          .map(ServiceLoader.Provider::get);
    } catch (ServiceConfigurationError e) {
      // Another plugin is broken: the class may still be found by its name.
      return Optional.empty();
    }
  }

  void write(MessageWriter out) {
    out.text(type).each(jars, (to, jar) -> to.text(jar.toString()));
  }

  static PluginOrigin read(MessageReader in) {
    String type = in.text();
    return new PluginOrigin(type, in.each(from -> Path.of(from.text())));
  }
}
