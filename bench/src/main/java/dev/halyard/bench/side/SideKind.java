package dev.halyard.bench.side;

import java.util.Arrays;

/** Who runs a case. */
public enum SideKind {
  /** Halyard, on the device asked for. */
  HALYARD("halyard"),
  /** Halyard's CPU plugin, beside another device. */
  CPU_PLUGIN("halyard-cpu"),
  /** OpenBLAS, from bytedeco's artefact. */
  OPENBLAS("openblas"),
  /** CLBlast, as installed, on an OpenCL device. */
  CLBLAST("clblast"),
  /** ONNX Runtime on the CPU. */
  ONNX_RUNTIME("onnxruntime"),
  /** A C program on an OpenCL device. */
  C_OPENCL("c-opencl"),
  /** A C program on an emulated FPGA board of its own, through XRT. */
  C_XRT("c-xrt"),
  /** PyTorch, one operation after the other, on CUDA where it has it. */
  PYTORCH("pytorch"),
  /** PyTorch's torch.compile, on CUDA where it has it. */
  TORCH_COMPILE("torch-compile");

  private final String id;

  SideKind(String id) {
    this.id = id;
  }

  /** {@return what it is called in results} */
  public String id() {
    return id;
  }

  static SideKind of(String id) {
    return Arrays.stream(values())
        .filter(kind -> kind.id.equals(id))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no side '" + id + "'"));
  }
}
