package dev.halyard.internal;

import dev.halyard.Graph;
import dev.halyard.Value;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One operation of the vocabulary.
 *
 * @param id its versioned id
 * @param level the SPI level that brought it
 * @param attributes its attributes, each with the kind of its value; no more are ever added
 * @param operands the names of its operands; a name ending in {@code ?} may be left off, one ending
 *     in {@code *} stands for any number
 * @param dtypes which element types it takes, for docs/operations.md
 * @param rule its meaning in one line, for docs/operations.md
 * @param meaning how the types of its results follow
 */
public record Op(
    String id,
    int level,
    SortedMap<String, Kind> attributes,
    List<String> operands,
    String dtypes,
    String rule,
    Meaning meaning) {

  /** What kind of value an attribute has. */
  public enum Kind {
    INTEGER,
    NUMBER,
    FLAG,
    TEXT,
    DTYPE,
    INTEGERS,
    SHAPE;

    /** {@return the number that stands for this kind in canonical bytes; never reused} */
    int code() {
      return switch (this) {
        case INTEGER -> 1;
        case NUMBER -> 2;
        case FLAG -> 3;
        case TEXT -> 4;
        case DTYPE -> 5;
        case INTEGERS -> 6;
        case SHAPE -> 7;
      };
    }

    /** {@return the kind of a code} */
    static Kind of(int code) {
      return Arrays.stream(values())
          .filter(kind -> kind.code() == code)
          .findFirst()
          .orElseThrow(() -> new IllegalArgumentException("there is no kind of attribute " + code));
    }
  }

  /** What an operation makes of its operands. */
  public sealed interface Meaning {}

  /** A primitive: the reference interpreter defines its values, this its types. */
  @FunctionalInterface
  public non-sealed interface Typing extends Meaning {
    /** {@return the types of the results} */
    List<ValueType> infer(OpCall call);
  }

  /** A composite: a body in terms of other operations. */
  @FunctionalInterface
  public non-sealed interface Body extends Meaning {
    /** {@return the results, built with the operands given} */
    List<Value> build(OpCall call, Graph.Builder graph, List<Value> operands);
  }

  /** {@return whether this is a composite} */
  public boolean isComposite() {
    return meaning instanceof Body;
  }

  /** {@return the number of operands that must be given} */
  public int minOperands() {
    return (int)
        operands.stream().filter(name -> !name.endsWith("?") && !name.endsWith("*")).count();
  }

  /** {@return the number of operands that may be given} */
  public int maxOperands() {
    return operands.stream().anyMatch(name -> name.endsWith("*"))
        ? Integer.MAX_VALUE
        : operands.size();
  }

  /** Collects the parts of an operation. */
  static final class Declaration {
    private final String id;
    private final TreeMap<String, Kind> attributes = new TreeMap<>();
    private List<String> operands = List.of();
    private String dtypes = "";
    private String rule = "";

    private Declaration(String id) {
      this.id = id;
    }

    Declaration attribute(String name, Kind kind) {
      attributes.put(name, kind);
      return this;
    }

    Declaration operands(String... names) {
      operands = List.of(names);
      return this;
    }

    Declaration dtypes(String text) {
      dtypes = text;
      return this;
    }

    Declaration rule(String text) {
      rule = text;
      return this;
    }

    Op primitive(Typing typing) {
      return new Op(id, 1, attributes, operands, dtypes, rule, typing);
    }

    Op composite(Body body) {
      return new Op(id, 1, attributes, operands, dtypes, rule, body);
    }
  }

  static Declaration declare(String id) {
    return new Declaration(id);
  }
}
