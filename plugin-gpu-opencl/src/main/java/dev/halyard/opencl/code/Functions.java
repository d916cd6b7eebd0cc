package dev.halyard.opencl.code;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Functions that generated kernels call and OpenCL C lacks, or defines otherwise than the
 * operations do. Those of floats come for single elements ({@code hy_erf}) and for vectors ({@code
 * hy_erf_16}).
 */
final class Functions {
  private static final Pattern NAME = Pattern.compile("\\bhy_[a-z0-9_]+");
  private static final Pattern VECTOR = Pattern.compile("(hy_[a-z0-9_]*?)_(2|4|8|16)");
  private static final Pattern MATRIX = Pattern.compile("(hy_[a-z_]+)_(f16|bf16)");
  private static final Pattern INTEGER = Pattern.compile("(hy_[a-z]+)_(char|uchar|short|int|long)");

  /** FLOAT, INT, UINT, USHORT, WIDE and SUFFIX stand for the types and names of a width. */
  private static final Map<String, String> FLOATS =
      Map.ofEntries(
          Map.entry(
              "hy_to_bf16",
              """
              USHORT hy_to_bf16SUFFIX(FLOAT x) {
                const UINT bits = as_UINT(x);
                const UINT nearest = (bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
                return convert_USHORT(select(nearest, (bits >> 16) | 0x40, isnan(x)));
              }
              """),
          Map.entry(
              "hy_round_bf16",
              """
              FLOAT hy_round_bf16SUFFIX(FLOAT x) {
                return as_FLOAT(convert_UINT(hy_to_bf16SUFFIX(x)) << 16);
              }
              """),
          // Through private memory: PoCL 3.1 crashes on vectors of half that are not aligned.
          Map.entry(
              "hy_from_f16",
              """
              FLOAT hy_from_f16SUFFIX(USHORT bits) {
                return vload_halfWIDE(0, (const half *)&bits);
              }
              """),
          Map.entry(
              "hy_to_f16",
              """
              USHORT hy_to_f16SUFFIX(FLOAT x) {
                USHORT bits;
                vstore_halfWIDE_rte(x, 0, (half *)&bits);
                return bits;
              }
              """),
          Map.entry(
              "hy_round_f16",
              """
              FLOAT hy_round_f16SUFFIX(FLOAT x) {
                return hy_from_f16SUFFIX(hy_to_f16SUFFIX(x));
              }
              """),
          Map.entry(
              "hy_min",
              """
              FLOAT hy_minSUFFIX(FLOAT x, FLOAT y) {
                const FLOAT lesser = select(y, x, x < y);
                const FLOAT number = select(lesser, as_FLOAT(as_INT(x) | as_INT(y)), x == y);
                return select(number, x + y, isnan(x) | isnan(y));
              }
              """),
          Map.entry(
              "hy_max",
              """
              FLOAT hy_maxSUFFIX(FLOAT x, FLOAT y) {
                const FLOAT greater = select(y, x, x > y);
                const FLOAT number = select(greater, as_FLOAT(as_INT(x) & as_INT(y)), x == y);
                return select(number, x + y, isnan(x) | isnan(y));
              }
              """),
          Map.entry(
              "hy_pow",
              """
              FLOAT hy_powSUFFIX(FLOAT x, FLOAT y) {
                return select(pow(x, y), (FLOAT)(NAN), isnan(y) | ((fabs(x) == 1.0f) & isinf(y)));
              }
              """),
          // (e^r - 1 - r) / r^2 on |r| <= ln(2) / 2, a minimax fit: relative error of e^r 3.1e-9.
          Map.entry(
              "hy_expm1",
              """
              /* e^x - 1 for |x| up to 60, exact to the last bits near 0. */
              FLOAT hy_expm1SUFFIX(FLOAT x) {
                const FLOAT shifted = fma(x, (FLOAT)(0x1.715476p0f), (FLOAT)(0x1.8p23f));
                const FLOAT n = shifted - 0x1.8p23f;
                FLOAT r = fma(n, (FLOAT)(-0x1.62e43p-1f), x);
                r = fma(n, (FLOAT)(0x1.05c61p-29f), r);
                FLOAT p = fma(r, (FLOAT)(0.0013950492f), (FLOAT)(0.00836889f));
                p = fma(r, p, (FLOAT)(0.041666206f));
                p = fma(r, p, (FLOAT)(0.16666518f));
                p = fma(r, p, (FLOAT)(0.5f));
                const FLOAT scale = as_FLOAT((as_INT(shifted) - 0x4b400000 + 127) << 23);
                return fma(scale, fma(r * r, p, r), scale - 1.0f);
              }
              """),
          Map.entry(
              "hy_tanh",
              """
              FLOAT hy_tanhSUFFIX(FLOAT x) {
                FLOAT magnitude = fabs(x);
                magnitude = select(magnitude, (FLOAT)(10.0f), magnitude > 10.0f);
                const FLOAT e = hy_expm1SUFFIX(magnitude + magnitude);
                return copysign(e / (e + 2.0f), x);
              }
              """),
          // -ln(1 - erf(x)) / x on [0, 4], a minimax fit: relative error of erf 4.0e-9.
          Map.entry(
              "hy_erf",
              """
              FLOAT hy_erfSUFFIX(FLOAT x) {
                FLOAT u = fabs(x);
                u = select(u, (FLOAT)(4.0f), u > 4.0f);
                FLOAT p = fma(u, (FLOAT)(-9.256251e-6f), (FLOAT)(0.000117641146f));
                p = fma(u, p, (FLOAT)(-0.0006328364f));
                p = fma(u, p, (FLOAT)(0.0016670267f));
                p = fma(u, p, (FLOAT)(-0.00016039531f));
                p = fma(u, p, (FLOAT)(-0.019153064f));
                p = fma(u, p, (FLOAT)(0.10277783f));
                p = fma(u, p, (FLOAT)(0.6366194f));
                p = fma(u, p, (FLOAT)(1.1283792f));
                return copysign(-hy_expm1SUFFIX(-(u * p)), x);
              }
              """));

  /** TYPE and UNSIGNED stand for an integer type and its unsigned companion. */
  private static final Map<String, String> INTEGERS =
      Map.of(
          "hy_div",
          """
          /* x / 0 = 0, and the least integer / -1 is itself: neither may reach the processor. */
          TYPE hy_div_TYPE(TYPE x, TYPE y) {
            const TYPE safe = (y == 0 || y == (TYPE)-1) ? (TYPE)1 : y;
            return y == 0 ? (TYPE)0 : y == (TYPE)-1 && LEAST ? (TYPE)(0 - (UNSIGNED)x) : (TYPE)(x / DIVISOR);
          }
          """,
          "hy_rem",
          """
          TYPE hy_rem_TYPE(TYPE x, TYPE y) {
            const TYPE safe = (y == 0 || y == (TYPE)-1) ? (TYPE)1 : y;
            return y == 0 || (y == (TYPE)-1 && LEAST) ? (TYPE)0 : (TYPE)(x % DIVISOR);
          }
          """,
          "hy_pow",
          """
          TYPE hy_pow_TYPE(TYPE x, TYPE y) {
            if (LEAST && y < 0) {
              return x == 1 ? (TYPE)1 : x == (TYPE)-1 ? (y & 1 ? (TYPE)-1 : (TYPE)1) : (TYPE)0;
            }
            UNSIGNED power = 1;
            UNSIGNED square = (UNSIGNED)x;
            for (UNSIGNED rest = (UNSIGNED)y; rest != 0; rest >>= 1) {
              power = (rest & 1) != 0 ? (UNSIGNED)((ulong)power * square) : power;
              square = (UNSIGNED)((ulong)square * square);
            }
            return (TYPE)power;
          }
          """);

  /** TYPE stands for f16 or bf16; a warp multiplies 16x16 by 16x8 elements. */
  private static final Map<String, String> MATRICES =
      Map.of(
          "hy_mma",
          """
          float4 hy_mma_TYPE(float4 c, uint4 a, uint2 b) {
            float s0 = c.x;
            float s1 = c.y;
            float s2 = c.z;
            float s3 = c.w;
            const uint a0 = a.x;
            const uint a1 = a.y;
            const uint a2 = a.z;
            const uint a3 = a.w;
            const uint b0 = b.x;
            const uint b1 = b.y;
            __asm__ volatile(
                "mma.sync.aligned.m16n8k16.row.col.f32.TYPE.TYPE.f32 "
                "{%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
                : "+f"(s0), "+f"(s1), "+f"(s2), "+f"(s3)
                : "r"(a0), "r"(a1), "r"(a2), "r"(a3), "r"(b0), "r"(b1));
            return (float4)(s0, s1, s2, s3);
          }
          """,
          "hy_emulated_mma",
          """
          /* As the instruction, by all work-items of a group at once; the scratch of a warp holds
             16 rows of a and 8 columns of b, in pairs along k. */
          float4 hy_emulated_mma_TYPE(local uint *scratch, uint lane, float4 c, uint4 a, uint2 b) {
            local uint *left = scratch + lane / 4 * 8;
            local uint *right = scratch + 128;
            left[lane % 4] = a.x;
            left[lane % 4 + 64] = a.y;
            left[lane % 4 + 4] = a.z;
            left[lane % 4 + 68] = a.w;
            right[lane / 4 * 8 + lane % 4] = b.x;
            right[lane / 4 * 8 + lane % 4 + 4] = b.y;
            barrier(CLK_LOCAL_MEM_FENCE);
            right += lane % 4 * 16;
            for (uint k = 0; k < 16; k++) {
              const uint shift = k % 2 * 16;
              const float upper = hy_element_TYPE(left[k / 2] >> shift);
              const float lower = hy_element_TYPE(left[k / 2 + 64] >> shift);
              const float even = hy_element_TYPE(right[k / 2] >> shift);
              const float odd = hy_element_TYPE(right[k / 2 + 8] >> shift);
              c = fma((float4)(upper, upper, lower, lower), (float4)(even, odd, even, odd), c);
            }
            barrier(CLK_LOCAL_MEM_FENCE);
            return c;
          }
          """);

  private static final Map<String, String> OTHERS =
      Map.of(
          "hy_element_f16",
          """
          float hy_element_f16(uint bits) {
            return hy_from_f16((ushort)bits);
          }
          """,
          "hy_element_bf16",
          """
          float hy_element_bf16(uint bits) {
            return as_float(bits << 16);
          }
          """,
          "hy_min_double",
          """
          double hy_min_double(double x, double y) {
            const double lesser = x < y ? x : y;
            const double number = x == y ? as_double(as_long(x) | as_long(y)) : lesser;
            return isnan(x) || isnan(y) ? x + y : number;
          }
          """,
          "hy_max_double",
          """
          double hy_max_double(double x, double y) {
            const double greater = x > y ? x : y;
            const double number = x == y ? as_double(as_long(x) & as_long(y)) : greater;
            return isnan(x) || isnan(y) ? x + y : number;
          }
          """,
          "hy_pow_double",
          """
          double hy_pow_double(double x, double y) {
            return isnan(y) || (fabs(x) == 1.0 && isinf(y)) ? as_double(0x7ff8000000000000UL) : pow(x, y);
          }
          """,
          "hy_odd_double",
          """
          /* The float next towards 0, its last bit set if it is not exact: rounding that once more
             gives what rounding once would have given. */
          float hy_odd_double(double x) {
            const float f = convert_float_rtz(x);
            return (double)f == x || isnan(x) || isinf(x) ? f : as_float(as_uint(f) | 1u);
          }
          """,
          "hy_odd_integer",
          """
          /* As hy_odd_double. */
          float hy_odd_integer(long x) {
            const float f = convert_float_rtz(x);
            return (long)f == x ? f : as_float(as_uint(f) | 1u);
          }
          """);

  private Functions() {}

  /** {@return the definitions that a text needs, each after those it calls itself} */
  static String needed(String text) {
    Map<String, String> found = new LinkedHashMap<>();
    collect(text, found, new LinkedHashSet<>());
    return String.join("\n", found.values());
  }

  private static void collect(String text, Map<String, String> found, Set<String> open) {
    Matcher names = NAME.matcher(text);
    while (names.find()) {
      String name = names.group();
      if (open.add(name)) {
        String definition = definition(name);
        collect(definition, found, open);
        found.put(name, definition);
      }
    }
  }

  private static String definition(String name) {
    String other = OTHERS.get(name);
    if (other != null) {
      return other;
    }
    if (FLOATS.containsKey(name)) {
      return floats(name, "");
    }
    Matcher vector = VECTOR.matcher(name);
    if (vector.matches() && FLOATS.containsKey(vector.group(1))) {
      return floats(vector.group(1), vector.group(2));
    }
    Matcher integer = INTEGER.matcher(name);
    if (integer.matches() && INTEGERS.containsKey(integer.group(1))) {
      return integers(integer.group(1), integer.group(2));
    }
    Matcher matrix = MATRIX.matcher(name);
    if (matrix.matches() && MATRICES.containsKey(matrix.group(1))) {
      return definitionOf(MATRICES, matrix.group(1)).replace("TYPE", matrix.group(2));
    }
    throw new IllegalStateException("a kernel calls " + name + ", which nobody has written");
  }

  private static String floats(String name, String width) {
    return definitionOf(FLOATS, name)
        .replace("USHORT", "ushort" + width)
        .replace("UINT", "uint" + width)
        .replace("INT", "int" + width)
        .replace("FLOAT", "float" + width)
        .replace("WIDE", width)
        .replace("SUFFIX", width.isEmpty() ? "" : "_" + width);
  }

  private static String integers(String name, String type) {
    boolean signed = !type.startsWith("u");
    return definitionOf(INTEGERS, name)
        .replace("UNSIGNED", signed ? "u" + type : type)
        .replace("DIVISOR", signed ? "safe" : "(y == 0 ? (TYPE)1 : y)")
        .replace("LEAST", signed ? "true" : "false")
        .replace("TYPE", type);
  }

  private static String definitionOf(Map<String, String> all, String name) {
    String definition = all.get(name);
    if (definition == null) {
      throw new IllegalStateException(name);
    }
    return definition;
  }
}
