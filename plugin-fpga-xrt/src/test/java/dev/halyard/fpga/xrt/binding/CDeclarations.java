package dev.halyard.fpga.xrt.binding;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.StructLayout;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a class of bindings says about C, read off the class itself, so that nothing it says can be
 * left out of a comparison.
 *
 * @param functions a holder each
 * @param callbacks the types of functions that functions take
 * @param structs layouts with the name of a struct
 * @param constants enum values and macros
 */
record CDeclarations(
    List<Function> functions,
    List<Function> callbacks,
    List<StructLayout> structs,
    List<Constant> constants) {

  /**
   * A function, or the type of the only function that a function takes.
   *
   * @param name of the function
   * @param type its fixed part
   * @param variadic whether more arguments may follow
   */
  record Function(String name, FunctionDescriptor type, boolean variadic) {}

  /** A number with a name. */
  record Constant(String name, long value) {}

  /** {@return what a class says} */
  static CDeclarations of(Class<?> bindings) throws ReflectiveOperationException {
    List<Function> functions = new ArrayList<>();
    List<Function> callbacks = new ArrayList<>();
    List<StructLayout> structs = new ArrayList<>();
    List<Constant> constants = new ArrayList<>();
    List<Class<?>> classes = new ArrayList<>(List.of(bindings.getDeclaredClasses()));
    for (Class<?> holder : classes) {
      if (hasField(holder, "DESC")) {
        FunctionDescriptor type = (FunctionDescriptor) value(holder.getDeclaredField("DESC"));
        String[] name = holder.getSimpleName().split("\\$", -1);
        (name.length == 1 ? functions : callbacks)
            .add(new Function(name[0], type, isVariadic(holder)));
      }
    }
    classes.add(bindings);
    for (Class<?> holder : classes) {
      for (Field field : holder.getDeclaredFields()) {
        if (field.getType() == StructLayout.class) {
          structs.add((StructLayout) value(field));
        } else if (field.getType() == int.class) {
          constants.add(new Constant(expression(field), ((Number) value(field)).longValue()));
        }
      }
    }
    return new CDeclarations(functions, callbacks, structs, constants);
  }

  /** {@return the fields of a struct that have a name} */
  static List<MemoryLayout> fields(StructLayout struct) {
    return struct.memberLayouts().stream().filter(field -> field.name().isPresent()).toList();
  }

  /** {@return the C++ that a constant stands for, which is its name wherever C has one} */
  private static String expression(Field field) {
    return field.getName().equals("UUID_BYTES") ? "sizeof(xuid_t)" : field.getName();
  }

  private static boolean isVariadic(Class<?> holder) {
    return Arrays.stream(holder.getDeclaredMethods())
        .anyMatch(method -> method.getName().equals("makeInvoker"));
  }

  private static boolean hasField(Class<?> holder, String name) {
    return Arrays.stream(holder.getDeclaredFields()).anyMatch(f -> f.getName().equals(name));
  }

  private static Object value(Field field) throws ReflectiveOperationException {
    if (!Modifier.isStatic(field.getModifiers())) {
      throw new IllegalArgumentException(field + " is not static");
    }
    field.setAccessible(true);
    return field.get(null);
  }
}
