package dev.halyard.cpu;

/** Comparisons of two elements of one type, as the primitives of the same names. */
enum Comparison {
  EQ,
  NE,
  LT,
  LE,
  GT,
  GE
}
