package dev.halyard.fpga.xrt.binding;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.lang.foreign.AddressLayout;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Compares bindings with headers: writes C++ that asserts what the bindings say, one static_assert
 * a fact, and has g++ compile it. A fact that is wrong, or a name that the headers lack, is an
 * error that names it.
 */
final class HeaderCheck {
  private static final long SECONDS = 300;

  /**
   * A type is -1 for void, 1000 for a pointer, 2000 more than its size for a floating-point number,
   * else its size. A signature lists the result and then the parameters.
   */
  private static final String PRELUDE =
      """
      #include <cstddef>
      #include <type_traits>

      template <class T> constexpr int kind() {
        if constexpr (std::is_void_v<T>) return -1;
        else if constexpr (std::is_pointer_v<T>) return 1000;
        else if constexpr (std::is_floating_point_v<T>) return 2000 + (int) sizeof(T);
        else if constexpr (std::is_integral_v<T> || std::is_enum_v<T>) return (int) sizeof(T);
        else return -2;
      }
      template <int... K> struct kinds {};
      template <class F> struct signature;
      template <class R, class... A> struct signature<R(A...)> {
        using type = kinds<kind<R>(), kind<A>()...>;
        static constexpr bool variadic = false;
      };
      template <class R, class... A> struct signature<R(A..., ...)> {
        using type = kinds<kind<R>(), kind<A>()...>;
        static constexpr bool variadic = true;
      };
      template <class R, class... A> struct signature<R(A...) noexcept> : signature<R(A...)> {};
      template <class F, bool variadic, int... K> constexpr bool is =
          std::is_same_v<typename signature<F>::type, kinds<K...>> && signature<F>::variadic == variadic;

      // The type of the function that a function takes.
      template <class A, class... More> struct first_function : first_function<More...> {};
      template <class R, class... A, class... More> struct first_function<R (*)(A...), More...> {
        using type = R(A...);
      };
      template <class F> struct callback;
      template <class R, class... A> struct callback<R(A...)> : first_function<A...> {};

      """;

  private HeaderCheck() {}

  /**
   * {@return what g++ has to say; empty if all agrees}
   *
   * @param includes the headers, as they are included
   * @param bindings what to compare with them
   * @param folder for the source
   */
  static String check(List<String> includes, CDeclarations bindings, Path folder)
      throws IOException, InterruptedException {
    Path source = Files.writeString(folder.resolve("check.cc"), source(includes, bindings));
    Path output = folder.resolve("check.log");
    List<String> command = new ArrayList<>(List.of("g++", "-std=c++17", "-fsyntax-only"));
    includeFolders().forEach(include -> command.add("-I" + include));
    command.add(source.toString());
    Process compiler =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    boolean ended = compiler.waitFor(SECONDS, TimeUnit.SECONDS);
    compiler.destroyForcibly();
    String said = Files.readString(output);
    if (!ended || (compiler.exitValue() != 0) == said.isEmpty()) {
      throw new IOException("g++ did not end as it should: " + said);
    }
    return compiler.exitValue() == 0 ? "" : said;
  }

  private static List<String> includeFolders() {
    String xrt = System.getenv("XILINX_XRT");
    return Stream.of("/usr/include/xrt", "/opt/xilinx/xrt/include", xrt + "/include")
        .filter(folder -> Files.isDirectory(Path.of(folder)))
        .toList();
  }

  /** {@return the C++} */
  static String source(List<String> includes, CDeclarations bindings) {
    StringBuilder source = new StringBuilder(PRELUDE);
    includes.forEach(header -> source.append("#include <").append(header).append(">\n"));
    for (CDeclarations.Function function : bindings.functions()) {
      String type = "std::remove_pointer_t<decltype(&::" + function.name() + ")>";
      fact(source, signature(type, function), function.name());
    }
    for (CDeclarations.Function function : bindings.callbacks()) {
      String taker = "std::remove_pointer_t<decltype(&::" + function.name() + ")>";
      String type = "callback<" + taker + ">::type";
      fact(source, signature(type, function), function.name() + " callback");
    }
    for (StructLayout struct : bindings.structs()) {
      addStruct(source, struct);
    }
    for (CDeclarations.Constant constant : bindings.constants()) {
      fact(
          source,
          "(long long) " + constant.name() + " == " + constant.value() + "LL",
          constant.name());
    }
    return source.toString();
  }

  private static void addStruct(StringBuilder source, StructLayout struct) {
    String type = "struct " + struct.name().orElseThrow();
    fact(source, "sizeof(" + type + ") == " + struct.byteSize(), type);
    for (MemoryLayout field : CDeclarations.fields(struct)) {
      String name = field.name().orElseThrow();
      long offset = struct.byteOffset(MemoryLayout.PathElement.groupElement(name));
      fact(source, "offsetof(" + type + ", " + name + ") == " + offset, type + " " + name);
      fact(
          source,
          "sizeof(((" + type + "*) nullptr)->" + name + ") == " + field.byteSize(),
          type + " " + name);
    }
  }

  private static String signature(String type, CDeclarations.Function function) {
    return "is<" + type + ", " + function.variadic() + ", " + kinds(function.type()) + ">";
  }

  private static String kinds(FunctionDescriptor type) {
    int result = type.returnLayout().map(HeaderCheck::kind).orElse(-1);
    return Stream.concat(Stream.of(result), type.argumentLayouts().stream().map(HeaderCheck::kind))
        .map(String::valueOf)
        .collect(joining(", "));
  }

  private static int kind(MemoryLayout layout) {
    int bytes = Math.toIntExact(layout.byteSize());
    return switch (layout) {
      case AddressLayout _ -> 1000;
      case ValueLayout.OfFloat _, ValueLayout.OfDouble _ -> 2000 + bytes;
      default -> bytes;
    };
  }

  private static void fact(StringBuilder source, String fact, String about) {
    source.append("static_assert(").append(fact).append(", \"").append(about).append("\");\n");
  }
}
