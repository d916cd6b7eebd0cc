package dev.halyard.cpu;

/** Functions of two elements of one type, as the primitives of the same names. */
enum Binary {
  ADD,
  SUB,
  MUL,
  DIV,
  REM,
  POW,
  MIN,
  MAX
}
