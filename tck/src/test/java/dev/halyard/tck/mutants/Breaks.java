package dev.halyard.tck.mutants;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What is wrong with a mutant, and which rules that breaks. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@interface Breaks {
  /** The fault in a sentence. */
  String fault();

  /** The rules made to find it: each must. */
  String[] aim();

  /** Other rules that it breaks too; each may find it. */
  String[] also() default {};
}
