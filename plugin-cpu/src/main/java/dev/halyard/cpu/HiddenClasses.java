package dev.halyard.cpu;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.function.Consumer;

/** Generated classes: without state, each with one instance, unloaded when that goes. */
final class HiddenClasses {
  private HiddenClasses() {}

  /**
   * {@return a class file with a constructor without arguments}
   *
   * @param name of the class, for stack traces and profiles
   * @param type the interface that it implements
   * @param methods adds the interface's methods
   */
  static byte[] write(String name, ClassDesc type, Consumer<ClassBuilder> methods) {
    return ClassFile.of()
        .build(
            ClassDesc.of(name),
            builder -> {
              builder
                  .withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SYNTHETIC)
                  .withInterfaceSymbols(type)
                  .withMethodBody(
                      ConstantDescs.INIT_NAME,
                      ConstantDescs.MTD_void,
                      0,
                      code ->
                          code.aload(0)
                              .invokespecial(
                                  ConstantDescs.CD_Object,
                                  ConstantDescs.INIT_NAME,
                                  ConstantDescs.MTD_void)
                              .return_());
              methods.accept(builder);
            });
  }

  /**
   * {@return an instance of a generated class}
   *
   * @param lookup of the package that the class belongs to
   * @param bytes a class file with a constructor without arguments
   * @param type what it implements
   * @param <T> what it implements
   */
  static <T> T instantiate(MethodHandles.Lookup lookup, byte[] bytes, Class<T> type) {
    try {
      MethodHandles.Lookup hidden = lookup.defineHiddenClass(bytes, true);
      return type.cast(
          hidden.findConstructor(hidden.lookupClass(), MethodType.methodType(void.class)).invoke());
    } catch (Throwable failure) {
      throw new IllegalStateException(
          "cannot define a generated kernel of type " + type.getSimpleName(), failure);
    }
  }
}
