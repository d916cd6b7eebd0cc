package dev.halyard.tck.robustness;

import dev.halyard.Halyard;
import dev.halyard.spi.Spi;
import dev.halyard.tck.check.Subject;
import dev.halyard.tck.check.Trial;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;

/** Broken plugins beside the one under test. Their classes are made here, byte by byte. */
final class PluginScenarios {
  private static final String SERVICE = "META-INF/services/dev.halyard.spi.DevicePlugin";
  private static final String THROWN = "this plugin's constructor always throws";
  private static final String LIBRARY = "no-such-vendor-library";
  private static final ClassDesc PLUGIN = ClassDesc.of("dev.halyard.spi.DevicePlugin");

  private PluginScenarios() {}

  static void addTo(List<Scenario> scenarios) {
    scenarios.add(Scenario.of("R-601", "broken neighbours", PluginScenarios::hideNothing));
  }

  private static void hideNothing(Trial trial) throws IOException {
    Path folder = Files.createTempDirectory("halyard-tck-plugins");
    try {
      Map<String, String> broken = write(folder);
      Subject subject = trial.subject();
      Halyard.Config config =
          Halyard.Config.fromEnvironment().plugin(subject.plugin()).pluginFolder(folder);
      try (Halyard halyard = Halyard.open(config)) {
        require(
            halyard.devices().stream().anyMatch(d -> d.id().equals(subject.deviceId())),
            "with broken plugins beside it, the device is not found");
        broken.forEach((name, reason) -> requireReported(halyard.reports(), name, reason));
      }
      Work.of(subject).requireWorks(subject, "beside broken plugins");
    } finally {
      try (var files = Files.list(folder)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(folder);
    }
  }

  /** {@return for each broken plugin, what its report is named by, and what it must mention} */
  private static Map<String, String> write(Path folder) throws IOException {
    jar(folder.resolve("throwing.jar"), "broken.Throwing", constructorThrows("broken.Throwing"));
    jar(folder.resolve("native.jar"), "broken.Native", lacksLibrary("broken.Native"));
    jar(folder.resolve("other.jar"), "broken.Other", isNoPlugin("broken.Other"));
    jar(folder.resolve("absent.jar"), "broken.Absent", null);
    jar(folder.resolve("level.jar"), "broken.Level", isOfLevel("broken.Level", Spi.LEVEL + 1));
    jar(folder.resolve("zero.jar"), "broken.Zero", isOfLevel("broken.Zero", 0));
    Files.write(folder.resolve("truncated.jar"), new byte[] {'P', 'K', 3, 4, 0});
    return Map.of(
        "throwing.jar", THROWN,
        "native.jar", LIBRARY,
        "other.jar", "broken.Other",
        "absent.jar", "broken.Absent",
        "broken-level", "level " + (Spi.LEVEL + 1),
        "broken-zero", "level 0",
        "truncated.jar", "jar");
  }

  private static void requireReported(List<Halyard.Report> reports, String name, String reason) {
    require(
        reports.stream()
            .filter(report -> report.device().isEmpty() && report.id().contains(name))
            .anyMatch(report -> report.reason().contains(reason)),
        "no report of '" + name + "' says '" + reason + "'; there are " + reports);
  }

  private static void require(boolean holds, String breach) {
    if (!holds) {
      throw new AssertionError(breach);
    }
  }

  private static void jar(Path file, String name, byte @Nullable [] type) throws IOException {
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry(SERVICE));
      zip.write(name.getBytes(StandardCharsets.UTF_8));
      if (type != null) {
        zip.putNextEntry(new ZipEntry(name.replace('.', '/') + ".class"));
        zip.write(type);
      }
    }
  }

  private static byte[] constructorThrows(String name) {
    return ClassFile.of()
        .build(
            ClassDesc.of(name),
            type -> {
              type.withFlags(ClassFile.ACC_PUBLIC);
              type.withInterfaceSymbols(PLUGIN);
              constructor(type, true);
            });
  }

  /** As a plugin does whose library is not installed: loads it when the class is initialised. */
  private static byte[] lacksLibrary(String name) {
    ClassDesc system = ClassDesc.of("java.lang.System");
    return ClassFile.of()
        .build(
            ClassDesc.of(name),
            type -> {
              type.withFlags(ClassFile.ACC_PUBLIC);
              type.withInterfaceSymbols(PLUGIN);
              constructor(type, false);
              type.withMethodBody(
                  ConstantDescs.CLASS_INIT_NAME,
                  ConstantDescs.MTD_void,
                  ClassFile.ACC_STATIC,
                  code ->
                      code.loadConstant(LIBRARY)
                          .invokestatic(
                              system,
                              "loadLibrary",
                              MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_String))
                          .return_());
            });
  }

  /** Says who it is, and the level that it was built against: one that there is not. */
  private static byte[] isOfLevel(String name, int level) {
    ClassDesc info = ClassDesc.of("dev.halyard.spi.PluginInfo");
    ClassDesc builder = info.nested("Builder");
    MethodTypeDesc start =
        MethodTypeDesc.of(
            builder,
            ConstantDescs.CD_String,
            ConstantDescs.CD_String,
            ConstantDescs.CD_String,
            ConstantDescs.CD_int);
    return ClassFile.of()
        .build(
            ClassDesc.of(name),
            type -> {
              type.withFlags(ClassFile.ACC_PUBLIC);
              type.withInterfaceSymbols(PLUGIN);
              constructor(type, false);
              type.withMethodBody(
                  "info",
                  MethodTypeDesc.of(info),
                  ClassFile.ACC_PUBLIC,
                  code ->
                      code.loadConstant(name.toLowerCase(Locale.ROOT).replace('.', '-'))
                          .loadConstant("Broken")
                          .loadConstant("1")
                          .loadConstant(level)
                          .invokestatic(info, "builder", start)
                          .invokevirtual(builder, "build", MethodTypeDesc.of(info))
                          .areturn());
            });
  }

  private static byte[] isNoPlugin(String name) {
    return ClassFile.of()
        .build(
            ClassDesc.of(name),
            type -> {
              type.withFlags(ClassFile.ACC_PUBLIC);
              constructor(type, false);
            });
  }

  private static void constructor(ClassBuilder type, boolean throwing) {
    type.withMethodBody(
        ConstantDescs.INIT_NAME,
        ConstantDescs.MTD_void,
        ClassFile.ACC_PUBLIC,
        code -> {
          code.aload(0)
              .invokespecial(
                  ConstantDescs.CD_Object, ConstantDescs.INIT_NAME, ConstantDescs.MTD_void);
          if (throwing) {
            ClassDesc error = ClassDesc.of("java.lang.IllegalStateException");
            code.new_(error)
                .dup()
                .loadConstant(THROWN)
                .invokespecial(
                    error,
                    ConstantDescs.INIT_NAME,
                    MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_String))
                .athrow();
          } else {
            code.return_();
          }
        });
  }
}
