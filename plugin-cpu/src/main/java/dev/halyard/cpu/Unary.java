package dev.halyard.cpu;

/** Functions of one F32 element; those after ERF are composites worth a loop of their own. */
enum Unary {
  NEG,
  ABS,
  FLOOR,
  CEIL,
  ROUND,
  SQRT,
  EXP,
  LOG,
  SIN,
  COS,
  TANH,
  ERF,
  RELU,
  SIGMOID,
  SILU,
  GELU_ERF,
  GELU_TANH
}
