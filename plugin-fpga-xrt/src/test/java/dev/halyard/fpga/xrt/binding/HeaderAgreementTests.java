package dev.halyard.fpga.xrt.binding;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.fpga.xrt.Lanes;
import dev.halyard.fpga.xrt.binding.CDeclarations.Constant;
import dev.halyard.fpga.xrt.binding.CDeclarations.Function;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.StructLayout;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(600)
class HeaderAgreementTests {
  private static final List<String> XRT =
      List.of("xrt/xrt_device.h", "xrt/xrt_bo.h", "xrt/xrt_kernel.h");

  @TempDir Path folder;

  @Test
  void theNativeApiIsThatOfTheHeaders() throws Exception {
    Lanes.require("xrt");
    CDeclarations bindings = CDeclarations.of(xrt_h.class);
    assertTrue(bindings.functions().size() >= 30, bindings.functions().toString());
    assertEquals(1, bindings.callbacks().size());
    assertTrue(bindings.constants().size() >= 14, bindings.constants().toString());
    assertEquals("", HeaderCheck.check(XRT, bindings, folder));
  }

  @Test
  void theUuidHasTheSizeOfTheHeaders() throws Exception {
    Lanes.require("xrt");
    Constant size = new Constant("sizeof(xuid_t)", xrt_h.UUID_BYTES);
    CDeclarations uuid = new CDeclarations(List.of(), List.of(), List.of(), List.of(size));
    assertEquals("", HeaderCheck.check(List.of("xrt/xrt_uuid.h"), uuid, folder));
  }

  @Test
  void xclbinFilesAreLaidOutAsTheHeaderSays() throws Exception {
    Lanes.require("xrt");
    CDeclarations bindings = CDeclarations.of(xclbin_h.class);
    assertEquals(6, bindings.structs().size());
    assertEquals("", HeaderCheck.check(List.of("xclbin.h"), bindings, folder));
  }

  @Test
  void signalHandlersAreLaidOutAsTheHeaderSays() throws Exception {
    Lanes.require("xrt");
    CDeclarations bindings = CDeclarations.of(signal_h.class);
    assertEquals(1, bindings.structs().size());
    assertEquals(1, bindings.functions().size());
    assertEquals("", HeaderCheck.check(List.of("signal.h"), bindings, folder));
  }

  static List<Function> wrongFunctions() {
    return List.of(
        new Function("xrtBOSync", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_LONG, JAVA_INT), false),
        new Function("xrtBOSync", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_LONG), false),
        new Function("xrtBOAddress", FunctionDescriptor.of(JAVA_INT, ADDRESS), false),
        new Function("xrtBOAddress", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG), false),
        new Function("xrtBOAddress", FunctionDescriptor.ofVoid(ADDRESS), false),
        new Function("xrtDeviceOpen", FunctionDescriptor.of(ADDRESS, JAVA_FLOAT), false),
        new Function("xrtRunSetArg", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT), false),
        new Function("xrtRunStart", FunctionDescriptor.of(JAVA_INT, ADDRESS), true),
        new Function("xrtRunForget", FunctionDescriptor.of(JAVA_INT, ADDRESS), false));
  }

  @ParameterizedTest
  @MethodSource("wrongFunctions")
  void aFunctionThatIsNotThatOfTheHeadersIsCaught(Function wrong) throws Exception {
    Lanes.require("xrt");
    assertCaught(
        wrong.name(), new CDeclarations(List.of(wrong), List.of(), List.of(), List.of()));
  }

  @Test
  void aCallbackThatIsNotThatOfTheHeadersIsCaught() throws Exception {
    Lanes.require("xrt");
    Function wrong =
        new Function("xrtRunSetCallback", FunctionDescriptor.ofVoid(ADDRESS, JAVA_LONG, ADDRESS), false);
    assertCaught(
        "xrtRunSetCallback callback",
        new CDeclarations(List.of(), List.of(wrong), List.of(), List.of()));
  }

  @Test
  void aConstantThatIsNotThatOfTheHeadersIsCaught() throws Exception {
    Lanes.require("xrt");
    Constant wrong = new Constant("ERT_CMD_STATE_COMPLETED", 5);
    assertCaught(
        wrong.name(), new CDeclarations(List.of(), List.of(), List.of(), List.of(wrong)));
  }

  static List<StructLayout> wrongStructs() {
    return List.of(
        MemoryLayout.structLayout(
                JAVA_INT.withName("m_ip_layout_index"),
                JAVA_INT.withName("arg_index"),
                JAVA_INT.withName("mem_data_index"))
            .withName("connection"),
        MemoryLayout.structLayout(JAVA_INT.withName("arg_index"), JAVA_INT).withName("connection"),
        MemoryLayout.structLayout(
                JAVA_BYTE.withName("arg_index"), MemoryLayout.paddingLayout(11))
            .withName("connection"));
  }

  @ParameterizedTest
  @MethodSource("wrongStructs")
  void aStructThatIsNotThatOfTheHeaderIsCaught(StructLayout wrong) throws Exception {
    Lanes.require("xrt");
    CDeclarations bindings = new CDeclarations(List.of(), List.of(), List.of(wrong), List.of());
    String said = HeaderCheck.check(List.of("xclbin.h"), bindings, folder);
    assertTrue(said.contains("struct connection"), said);
  }

  @Test
  void everyCallHasAHolderOfItsNameAndType() throws Exception {
    Set<String> held =
        CDeclarations.of(xrt_h.class).functions().stream()
            .map(Function::name)
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> called = new TreeSet<>();
    for (Method method : xrt_h.class.getDeclaredMethods()) {
      if (!method.isSynthetic()) {
        called.add(method.getName());
      }
    }
    assertEquals(held, called);
    for (Function function : CDeclarations.of(xrt_h.class).functions()) {
      if (!function.variadic()) {
        assertParameters(function);
      }
    }
  }

  /** The parameters of the call are those of the function, with errno before them or not. */
  private static void assertParameters(Function function) {
    Method call =
        Arrays.stream(xrt_h.class.getDeclaredMethods())
            .filter(method -> method.getName().equals(function.name()))
            .findFirst()
            .orElseThrow();
    List<Class<?>> parameters = List.of(call.getParameterTypes());
    List<Class<?>> expected = function.type().toMethodType().parameterList();
    int errno = parameters.size() - expected.size();
    assertTrue(errno == 0 || errno == 1, function.name());
    assertEquals(expected, parameters.subList(errno, parameters.size()), function.name());
    assertEquals(function.type().toMethodType().returnType(), call.getReturnType(), function.name());
  }

  private void assertCaught(String name, CDeclarations bindings) throws Exception {
    String said = HeaderCheck.check(XRT, bindings, folder);
    assertTrue(said.contains(name), said);
  }
}
