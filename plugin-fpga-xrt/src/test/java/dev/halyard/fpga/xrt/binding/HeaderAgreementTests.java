package dev.halyard.fpga.xrt.binding;

import static java.lang.foreign.MemoryLayout.paddingLayout;
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

  @Test
  void whatIsNotThatOfTheHeadersIsCaught() throws Exception {
    Lanes.require("xrt");
    List<Function> wrong =
        List.of(
            function("xrtBOSync", JAVA_INT, ADDRESS, JAVA_INT, JAVA_LONG, JAVA_INT),
            function("xrtBOMap", ADDRESS, ADDRESS, JAVA_LONG),
            function("xrtBORead", JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG),
            function("xrtBOAddress", JAVA_INT, ADDRESS),
            function("xrtBOFree", JAVA_INT, JAVA_LONG),
            function("xrtDeviceOpen", ADDRESS, JAVA_FLOAT),
            function("xrtRunSetArg", JAVA_INT, ADDRESS, JAVA_INT),
            function("xrtRunForget", JAVA_INT, ADDRESS),
            new Function("xrtBOSize", FunctionDescriptor.ofVoid(ADDRESS), false),
            new Function("xrtRunStart", FunctionDescriptor.of(JAVA_INT, ADDRESS), true));
    Function callback =
        new Function(
            "xrtRunSetCallback", FunctionDescriptor.ofVoid(ADDRESS, JAVA_LONG, ADDRESS), false);
    Constant constant = new Constant("ERT_CMD_STATE_COMPLETED", 5);
    String said =
        HeaderCheck.check(
            XRT, new CDeclarations(wrong, List.of(callback), List.of(), List.of(constant)), folder);
    for (Function each : wrong) {
      assertTrue(said.contains(each.name()), each.name() + " in " + said);
    }
    assertTrue(said.contains("xrtRunSetCallback callback"), said);
    assertTrue(said.contains("ERT_CMD_STATE_COMPLETED"), said);
  }

  private static Function function(String name, MemoryLayout result, MemoryLayout... parameters) {
    return new Function(name, FunctionDescriptor.of(result, parameters), false);
  }

  @Test
  void aStructThatIsNotThatOfTheHeaderIsCaught() throws Exception {
    Lanes.require("xrt");
    List<StructLayout> wrong =
        List.of(
            struct("connection", JAVA_INT.withName("mem_data_index"), paddingLayout(8)),
            struct("ip_data", JAVA_BYTE.withName("m_type"), paddingLayout(79)),
            struct("mem_data", JAVA_BYTE.withName("m_type"), paddingLayout(40)),
            struct("axlf_header", JAVA_LONG.withName("m_size"), paddingLayout(144)));
    CDeclarations bindings = new CDeclarations(List.of(), List.of(), wrong, List.of());
    String said = HeaderCheck.check(List.of("xclbin.h"), bindings, folder);
    for (StructLayout each : wrong) {
      String name = "struct " + each.name().orElseThrow();
      assertTrue(said.contains(name), name + " in " + said);
    }
  }

  private static StructLayout struct(String name, MemoryLayout... fields) {
    return MemoryLayout.structLayout(fields).withName(name);
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
    assertEquals(
        function.type().toMethodType().returnType(), call.getReturnType(), function.name());
  }
}
