package dev.halyard.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.InvalidGraphException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What each operation takes, gives and refuses. A line reads {@code id attributes | operands; ... |
 * results, or the reason of the refusal}; a letter is a symbol from 1 to 512.
 */
class TypeInferenceTests {
  private static final String ACCEPTED =
      """
      neg/1 | I8[2, n] | I8[2, n]
      abs/1 | U8[0] | U8[0]
      floor/1 | F16[] | F16[]
      ceil/1 | BF16[3] | BF16[3]
      round/1 | F64[3] | F64[3]
      sqrt/1 | F32[3] | F32[3]
      exp/1 | F32[3] | F32[3]
      log/1 | F32[3] | F32[3]
      sin/1 | F32[3] | F32[3]
      cos/1 | F32[3] | F32[3]
      tanh/1 | F32[3] | F32[3]
      erf/1 | F32[3] | F32[3]
      not/1 | BOOL[3] | BOOL[3]
      add/1 | I64[n]; I64[n] | I64[n]
      sub/1 | F32[2, 3]; F32[2, 3] | F32[2, 3]
      mul/1 | U8[2]; U8[2] | U8[2]
      div/1 | I16[2]; I16[2] | I16[2]
      rem/1 | I32[2]; I32[2] | I32[2]
      pow/1 | F16[2]; F16[2] | F16[2]
      min/1 | BF16[2]; BF16[2] | BF16[2]
      max/1 | F64[2]; F64[2] | F64[2]
      and/1 | BOOL[2]; BOOL[2] | BOOL[2]
      or/1 | BOOL[2]; BOOL[2] | BOOL[2]
      eq/1 | BOOL[2]; BOOL[2] | BOOL[2]
      ne/1 | F32[2]; F32[2] | BOOL[2]
      lt/1 | I8[2]; I8[2] | BOOL[2]
      le/1 | U8[2]; U8[2] | BOOL[2]
      gt/1 | F16[2]; F16[2] | BOOL[2]
      ge/1 | I64[n]; I64[n] | BOOL[n]
      select/1 | BOOL[2, n]; I8[2, n]; I8[2, n] | I8[2, n]
      cast/1 to=BOOL | F32[2, n] | BOOL[2, n]
      matmul/1 to=F32 | F32[b, 2, k]; F32[b, k, 5] | F32[b, 2, 5]
      matmul/1 to=I32 | U8[2, 3]; I8[3, 4] | I32[2, 4]
      matmul/1 to=I64 | I16[2, 0]; I16[0, 4] | I64[2, 4]
      matmul/1 to=F32 | BF16[2, 3]; BF16[3, 4] | F32[2, 4]
      conv/1 strides=[2, 1] dilations=[1, 2] input_dilations=[1, 1] pad_low=[1, 0] pad_high=[1, 0] \
      groups=2 to=F32 | F32[n, 4, 7, w]; F32[6, 2, 3, 3] | F32[n, 6, 4, w-4]
      conv/1 strides=[1] dilations=[1] input_dilations=[3] pad_low=[2] pad_high=[0] groups=1 to=I32 \
      | I8[1, 2, 5]; U8[3, 2, 4] | I32[1, 3, 12]
      reduce_sum/1 axes=[-1, 0] keep_dims=false | I8[2, n, 4] | I8[n]
      reduce_prod/1 axes=[1] keep_dims=true | F32[2, n] | F32[2, 1]
      reduce_max/1 axes=[] keep_dims=false | F32[2, n] | F32[2, n]
      reduce_min/1 axes=[0] keep_dims=false | F32[0, 3] | F32[3]
      window_sum/1 window=[1, 3] strides=[1, 2] dilations=[1, 1] pad_low=[0, 1] pad_high=[0, 1] \
      | F32[2, n] | F32[2, floor((n+1)/2)]
      window_max/1 window=[3] strides=[1] dilations=[2] pad_low=[0] pad_high=[0] | I8[9] | I8[5]
      argmax/1 axis=-1 keep_dims=false select_last=false | F16[2, n] | I64[2]
      sort/1 axis=0 descending=true | U8[n, 2] | U8[n, 2] I64[n, 2]
      reshape/1 shape=(n, 6) | F32[2, n, 3] | F32[n, 6]
      reshape/1 shape=(0, 7) | F32[n, 0] | F32[0, 7]
      transpose/1 permutation=[2, 0, 1] | BOOL[2, 3, n] | BOOL[n, 2, 3]
      broadcast/1 shape=(4, n, 3) | F32[n, 1] | F32[4, n, 3]
      slice/1 start=(1, 4) size=(2, 3) strides=[1, -2] | F32[3, 5] | F32[2, 3]
      concat/1 axis=1 | F32[2, n]; F32[2, 3]; F32[2, 0] | F32[2, n+3]
      pad/1 low=[1, 0] high=[2, 0] | F32[n, 2]; F32[] | F32[n+3, 2]
      gather/1 axis=1 | F32[2, 5, 3]; I32[n, 4] | F32[2, n, 4, 3]
      scatter/1 axis=0 reduction=add | F32[5, 3]; I64[n, 3]; F32[n, 3] | F32[5, 3]
      iota/1 dtype=I64 shape=(2, n) axis=1 | | I64[2, n]
      quantize/1 axis=1 rounding=HALF_UP to=U8 | F32[2, 3]; F32[3]; U8[3] | U8[2, 3]
      dequantize/1 axis=0 | I32[n]; F16[]; I32[] | F16[n]
      halyard.relu/1 | U8[n] | U8[n]
      halyard.sigmoid/1 | F16[n] | F16[n]
      halyard.silu/1 | BF16[n] | BF16[n]
      halyard.hard_swish/1 | F32[n] | F32[n]
      halyard.softplus/1 | F64[n] | F64[n]
      halyard.rsqrt/1 | F32[n] | F32[n]
      halyard.reciprocal/1 | F32[n] | F32[n]
      halyard.leaky_relu/1 alpha=0.1 | F16[n] | F16[n]
      halyard.elu/1 alpha=1.0 | F16[n] | F16[n]
      halyard.hard_sigmoid/1 alpha=0.2 beta=0.5 | F16[n] | F16[n]
      halyard.gelu.erf/1 | F16[0, n] | F16[0, n]
      halyard.gelu.tanh/1 | BF16[] | BF16[]
      halyard.clip/1 min=-1.5 max=300.0 | I8[n] | I8[n]
      halyard.softmax/1 axis=-1 | F16[2, n] | F16[2, n]
      halyard.log_softmax/1 axis=0 | F32[n, 2] | F32[n, 2]
      halyard.mean/1 axes=[0, 2] keep_dims=false | I8[n, 3, m] | I8[3]
      halyard.layer_norm/1 axis=-2 epsilon=0.1 | F16[2, n, 3]; F16[n, 3]; F16[n, 3] | F16[2, n, 3]
      halyard.rms_norm/1 axis=1 epsilon=0.1 | F32[n, 4]; F32[4] | F32[n, 4]
      halyard.batch_norm/1 epsilon=0.1 | F32[n, 3]; F32[3]; F32[3]; F32[3]; F32[3] | F32[n, 3]
      halyard.attention/1 scale=0.5 | F16[2, 1, n, 4]; F16[3, m, 4]; F16[m, 5] | F16[2, 3, n, 5]
      halyard.attention/1 scale=0.5 | F32[n, 4]; F32[m, 4]; F32[m, 5]; F32[n, m] | F32[n, 5]
      halyard.max_pool/1 window=[2] strides=[2] dilations=[1] pad_low=[0] pad_high=[1] | I8[n, 3, 5] \
      | I8[n, 3, 3]
      halyard.average_pool/1 window=[2] strides=[1] dilations=[1] pad_low=[0] pad_high=[0] \
      count_padding=false | F16[1, 3, n] | F16[1, 3, n-1]
      halyard.conv_transpose/1 strides=[2] dilations=[1] pad_low=[1] pad_high=[-1] groups=2 \
      | F32[b, 4, n]; F32[4, 3, 3] | F32[b, 6, 2*n+1]
      halyard.conv_transpose/1 strides=[1] dilations=[1] pad_low=[3] pad_high=[0] groups=1 \
      | I8[1, 1, 5]; I8[1, 1, 2] | I32[1, 1, 3]
      halyard.resize.nearest/1 sizes=(n, 7) | BOOL[n, 3] | BOOL[n, 7]
      halyard.resize.linear/1 sizes=(m, 2) | F16[n, 2] | F16[m, 2]
      halyard.cumsum/1 axis=-1 | I8[n, 4] | I8[n, 4]
      halyard.cumsum/1 axis=0 | F32[0] | F32[0]
      halyard.top_k/1 k=3 axis=1 largest=true | F16[2, n] | F16[2, 3] I64[2, 3]
      halyard.argmin/1 axis=0 keep_dims=true | U8[4, n] | I64[1, n]
      halyard.qmatmul/1 rounding=HALF_EVEN to=I8 | U8[b, 2, 3]; F32[]; U8[]; I8[3, n]; F32[n]; I8[n]; \
      F32[]; I8[]; I32[n] | I8[b, 2, n]
      halyard.qconv/1 rounding=HALF_UP to=I16 strides=[1] dilations=[1] input_dilations=[1] \
      pad_low=[1] pad_high=[1] groups=1 | I16[b, 2, 5]; F32[]; I16[]; I8[4, 2, 3]; F32[4]; I8[4]; F32[]; \
      I16[]; I64[4] | I16[b, 4, 5]
      """;

  private static final String REFUSED =
      """
      neg/1 | BOOL[2] | operand 0 must be one of F32 F64 F16 BF16 I8 U8 I16 I32 I64, is BOOL
      abs/1 | BOOL[2] | is BOOL
      floor/1 | I8[2] | operand 0 must be one of F32 F64 F16 BF16, is I8
      ceil/1 | I8[2] | is I8
      round/1 | I8[2] | is I8
      sqrt/1 | I8[2] | is I8
      exp/1 | I8[2] | is I8
      log/1 | I8[2] | is I8
      sin/1 | I8[2] | is I8
      cos/1 | I8[2] | is I8
      tanh/1 | I8[2] | is I8
      erf/1 | I8[2] | is I8
      not/1 | I8[2] | operand 0 must be one of BOOL, is I8
      add/1 | F32[2]; F32[1] | operands 0 and 1 must have the same shape, are [2] and [1]
      sub/1 | F32[2]; F64[2] | operands 0 and 1 must have the same dtype, are F32 and F64
      mul/1 | BOOL[2]; BOOL[2] | is BOOL
      div/1 | F32[n]; F32[m] | are [n] and [m]
      rem/1 | F32[2]; F32[] | are [2] and []
      pow/1 | F32[2]; I32[2] | are F32 and I32
      min/1 | F32[2]; F32[3] | are [2] and [3]
      max/1 | BOOL[2]; BOOL[2] | is BOOL
      and/1 | I8[2]; I8[2] | is I8
      or/1 | BOOL[2]; BOOL[3] | are [2] and [3]
      eq/1 | I8[2]; U8[2] | are I8 and U8
      ne/1 | I8[2]; I8[3] | are [2] and [3]
      lt/1 | BOOL[2]; BOOL[2] | is BOOL
      le/1 | BOOL[2]; BOOL[2] | is BOOL
      gt/1 | F32[2]; F16[2] | are F32 and F16
      ge/1 | F32[2]; F32[1, 2] | are [2] and [1, 2]
      select/1 | I8[2]; F32[2]; F32[2] | operand 0 must be one of BOOL, is I8
      select/1 | BOOL[2]; F32[2]; I8[2] | operands 1 and 2 must have the same dtype
      cast/1 to=half | F32[2] | attribute 'to' must be of kind DTYPE
      matmul/1 to=F32 | F32[2, 3]; F32[4, 5] | the inner extents must be equal, are 3 and 4
      matmul/1 to=F32 | F32[3]; F32[3] | the same rank, at least 2
      matmul/1 to=F32 | F32[1, 2, 3]; F32[4, 3, 2] | the batch extents must be equal
      matmul/1 to=I8 | I8[2, 3]; I8[3, 2] | a product of I8 may give [I32], not I8
      conv/1 strides=[1] dilations=[1] input_dilations=[1] pad_low=[0] pad_high=[0] groups=3 to=F32 \
      | F32[1, 4, 5]; F32[3, 1, 2] | with groups dividing 4 channels
      conv/1 strides=[1] dilations=[1] input_dilations=[1] pad_low=[0] pad_high=[0] groups=1 to=F32 \
      | F32[1, 4, 2]; F32[3, 4, 5] | the window 5 (dilation 1) does not fit the extent 2
      conv/1 strides=[1] dilations=[1] input_dilations=[0] pad_low=[0] pad_high=[0] groups=1 to=F32 \
      | F32[1, 4, 2]; F32[3, 4, 1] | input_dilations must be positive
      reduce_sum/1 axes=[2] keep_dims=true | F32[2, 3] | axis 2 is outside rank 2
      reduce_prod/1 axes=[0, -2] keep_dims=true | F32[2, 3] | axes names an axis twice
      reduce_max/1 axes=[0] keep_dims=true | BOOL[2] | is BOOL
      reduce_min/1 axes=[-3] keep_dims=true | F32[2, 3] | axis -3 is outside rank 2
      window_sum/1 window=[0] strides=[1] dilations=[1] pad_low=[0] pad_high=[0] | F32[4] \
      | windows must be positive
      window_max/1 window=[2] strides=[0] dilations=[1] pad_low=[0] pad_high=[0] | F32[4] \
      | strides and dilations must be positive
      window_max/1 window=[2, 2] strides=[1] dilations=[1] pad_low=[0] pad_high=[0] | F32[4] \
      | window must have 1 entries, one per axis, has 2
      argmax/1 axis=1 keep_dims=true select_last=true | F32[2, 0] | axis 1 is empty
      sort/1 axis=1 descending=true | F32[2] | axis 1 is outside rank 1
      reshape/1 shape=(5) | F32[2, 3] | cannot show that [2, 3] and [5] have equally many elements
      transpose/1 permutation=[0, 0] | F32[2, 3] | permutation must name every axis from 0 to 1 once
      broadcast/1 shape=(3, 2) | F32[3] | 3 is neither 1 nor 2
      slice/1 start=(0) size=(4) strides=[1] | F32[3] | the slice reaches 3, the axis has extent 3
      slice/1 start=(0) size=(2) strides=[-1] | F32[3] | the slice begins before the axis of extent 3
      concat/1 axis=0 | F32[2, 3]; F32[2, 4] | must agree in every extent but that of axis 0
      pad/1 low=[-1] high=[0] | F32[3]; F32[] | padding must not be negative; slice instead
      gather/1 axis=0 | F32[0]; I32[2] | axis 0 is empty, there is nothing to gather
      gather/1 axis=0 | F32[4]; F32[2] | operand 1 must be one of I32 I64, is F32
      scatter/1 axis=0 reduction=mul | F32[5]; I32[2]; F32[2] | reduction must be 'none' or 'add'
      scatter/1 axis=0 reduction=none | F32[5, 2]; I32[1, 3]; F32[1, 3] | reach beyond x along axis 1
      iota/1 dtype=BOOL shape=(2) axis=0 | | dtype must be numeric
      iota/1 dtype=I64 shape=(2) axis=1 | | axis must be one of [2]
      quantize/1 axis=0 rounding=UP to=I8 | F32[2]; F32[]; I8[] | rounding must be HALF_EVEN or HALF_UP
      dequantize/1 axis=0 | I8[2]; F32[3]; I8[3] | a vector of the extent of axis 0
      halyard.relu/1 | BOOL[2] | is BOOL
      halyard.sigmoid/1 | I8[2] | is I8
      halyard.silu/1 | I8[2] | is I8
      halyard.hard_swish/1 | I8[2] | is I8
      halyard.softplus/1 | I8[2] | is I8
      halyard.rsqrt/1 | I8[2] | is I8
      halyard.reciprocal/1 | I8[2] | is I8
      halyard.leaky_relu/1 alpha=0.1 | I8[2] | is I8
      halyard.elu/1 alpha=0.1 | I8[2] | is I8
      halyard.hard_sigmoid/1 alpha=0.1 beta=0.5 | I8[2] | is I8
      halyard.gelu.erf/1 | I8[2] | is I8
      halyard.gelu.tanh/1 | I8[2] | is I8
      halyard.clip/1 min=0.0 max=1.0 | BOOL[2] | is BOOL
      halyard.softmax/1 axis=2 | F32[2, 3] | axis 2 is outside rank 2
      halyard.log_softmax/1 axis=0 | F32[] | axis 0 is outside rank 0
      halyard.mean/1 axes=[0, 0] keep_dims=true | F32[2] | axes names an axis twice
      halyard.layer_norm/1 axis=-1 epsilon=0.1 | F32[2, 3]; F32[2]; F32[3] \
      | operand 1 must have the shape of the axes from 1, [3]
      halyard.layer_norm/1 axis=-1 epsilon=-0.1 | F32[3]; F32[3]; F32[3] | epsilon must be at least 0
      halyard.rms_norm/1 axis=-1 epsilon=0.1 | F32[2, 3]; F16[3] | must have the same dtype
      halyard.batch_norm/1 epsilon=0.1 | F32[2, 3]; F32[3]; F32[2]; F32[3]; F32[3] \
      | operand 2 must be [3], one per channel
      halyard.attention/1 scale=0.5 | F32[2, 3]; F32[4, 2]; F32[4, 2] \
      | the same innermost extent, have 3 and 2
      halyard.attention/1 scale=0.5 | F32[2, 3]; F32[4, 3]; F32[5, 3] | equally many rows, have 4 and 5
      halyard.attention/1 scale=0.5 | F32[2, 3]; F32[4, 3]; F32[4, 3]; F32[3, 4] \
      | the mask must broadcast to the scores [2, 4]
      halyard.max_pool/1 window=[2] strides=[1] dilations=[1] pad_low=[0] pad_high=[0] | F32[2, 3] \
      | wants x[N, C, spatial...]
      halyard.average_pool/1 window=[9] strides=[1] dilations=[1] pad_low=[0] pad_high=[0] \
      count_padding=true | F32[1, 1, 4] | the window 9 (dilation 1) does not fit the extent 4
      halyard.conv_transpose/1 strides=[1] dilations=[1] pad_low=[0] pad_high=[0] groups=1 \
      | F32[1, 2, 4]; F32[3, 1, 2] | weights must be [C, M/groups, window...]
      halyard.conv_transpose/1 strides=[1] dilations=[1] pad_low=[4] pad_high=[4] groups=1 \
      | F32[1, 2, 4]; F32[2, 1, 2] | the padding leaves -3 along axis 2
      halyard.resize.nearest/1 sizes=(4) | F32[0] | axis 0 is empty, there is nothing to resize
      halyard.resize.linear/1 sizes=(4) | F32[2, 2] | sizes must have an entry per axis
      halyard.cumsum/1 axis=0 | F32[n] | axis 0 must have a fixed extent, has n
      halyard.top_k/1 k=4 axis=0 largest=true | F32[3] | k must be from 0 to the extent 3 of axis 0, is 4
      halyard.argmin/1 axis=0 keep_dims=true | F32[0] | axis 0 is empty
      halyard.qmatmul/1 rounding=HALF_UP to=I8 | I8[2, 3]; F32[]; U8[]; I8[3, 4]; F32[]; I8[]; F32[]; \
      I8[] | operands 0 and 2 must have the same dtype, are I8 and U8
      halyard.qmatmul/1 rounding=HALF_UP to=I8 | I8[2, 3]; F32[]; I8[]; I8[3, 4]; F32[3]; I8[3]; F32[]; \
      I8[] | b_scale must be a scalar or [4], one per output channel
      halyard.qmatmul/1 rounding=HALF_UP to=I8 | I8[2, 3]; F32[]; I8[]; I8[3, 4]; F32[]; I8[]; F32[]; \
      I8[]; I64[4] | operand 8 must be one of I32, is I64
      halyard.qconv/1 rounding=HALF_UP to=I32 strides=[1] dilations=[1] input_dilations=[1] \
      pad_low=[1] pad_high=[1] groups=1 | I8[1, 2, 5]; F32[]; I8[]; I8[4, 2, 3]; F32[]; I8[]; F32[]; \
      I32[] | to must be I8, U8 or I16
      """;

  private record Line(String op, String attributes, List<String> operands, String outcome) {
    static Line of(String text) {
      String[] parts = text.split("\\|", -1);
      String call = parts[0].strip();
      int space = call.indexOf(' ');
      String op = space < 0 ? call : call.substring(0, space);
      List<String> operands =
          Arrays.stream(parts[1].split(";"))
              .map(String::strip)
              .filter(operand -> !operand.isEmpty())
              .toList();
      return new Line(op, space < 0 ? "" : call.substring(space), operands, parts[2].strip());
    }

    String infer() {
      return Calls.types(op, Calls.given(attributes), operands.toArray(String[]::new));
    }
  }

  static List<String> accepted() {
    return ACCEPTED.lines().toList();
  }

  static List<String> refused() {
    return REFUSED.lines().toList();
  }

  @ParameterizedTest
  @MethodSource("accepted")
  void resultsHaveTheDocumentedTypes(String text) {
    Line line = Line.of(text);
    assertEquals(line.outcome, line.infer());
  }

  @ParameterizedTest
  @MethodSource("refused")
  void brokenRuleIsNamedWithItsNode(String text) {
    Line line = Line.of(text);
    InvalidGraphException e = assertThrows(InvalidGraphException.class, line::infer);
    assertTrue(e.getMessage().startsWith("graph 'net', node '"), e.getMessage());
    assertTrue(e.getMessage().contains(line.outcome), e.getMessage());
    for (String operand : line.operands) {
      assertTrue(e.getMessage().contains(operand), e.getMessage());
    }
  }

  @Test
  void bothTablesCoverTheWholeVocabulary() {
    Set<String> all =
        Vocabulary.all().stream().map(Op::id).collect(Collectors.toCollection(TreeSet::new));
    assertEquals(all, opsOf(accepted()));
    assertEquals(all, opsOf(refused()));
  }

  private static Set<String> opsOf(List<String> lines) {
    return lines.stream()
        .map(line -> Line.of(line).op)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void faultOfANodeWithinABodyIsReportedForTheCall() {
    InvalidGraphException e =
        assertThrows(
            InvalidGraphException.class,
            () ->
                Calls.types(
                    "halyard.qconv/1",
                    Calls.given(
                        "rounding=HALF_UP to=I8 strides=[1] dilations=[1] input_dilations=[1]"
                            + " pad_low=[0] pad_high=[0] groups=1"),
                    "I8[1, 2, 2]",
                    "F32[]",
                    "I8[]",
                    "I8[4, 2, 3]",
                    "F32[]",
                    "I8[]",
                    "F32[]",
                    "I8[]"));
    assertTrue(
        e.getMessage().startsWith("graph 'net', node 'qconv_0' (halyard.qconv/1"), e.getMessage());
    assertTrue(e.getMessage().contains("the window 3 (dilation 1) does not fit"), e.getMessage());
  }
}
