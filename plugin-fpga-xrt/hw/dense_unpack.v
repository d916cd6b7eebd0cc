// Cuts the rows of x, which follow each other byte by byte, into words of 16 elements of 16 bits for
// the buffer. Word k of row m goes to slot k * block + m, the order in which the array reads.
// What follows the end of a row in its last word is multiplied by weights that are zero.
`default_nettype none
module dense_unpack (
  input  wire         clk,
  input  wire         rst,

  input  wire         go,
  input  wire [5:0]   skip,     // bytes of the first beat that come before x
  input  wire         wide,     // elements of 16 bits, else 8
  input  wire [16:0]  cols,
  input  wire [4:0]   block,    // rows, at least 1
  output logic        busy,

  input  wire         valid,
  input  wire [511:0] beat,
  output wire         take,

  output logic        write,
  output logic [11:0] slot,
  output logic [255:0] word
);
  logic [511:0] current;
  logic         have;
  logic [5:0]   position;   // in current, of the next word
  logic [16:0]  left;       // elements of this row
  logic [4:0]   row;
  logic [11:0]  next_slot;

  wire         row_ends = left <= 17'd16;
  wire [5:0]   elements = row_ends ? {1'b0, left[4:0]} : 6'd16;
  wire [5:0]   bytes = wide ? {elements[4:0], 1'b0} : elements;
  wire [6:0]   stop = {1'b0, position} + {1'b0, bytes};
  wire         straddles = stop > 7'd64;
  wire         ends_beat = stop >= 7'd64;
  wire         step = busy & have & (!straddles | valid);
  wire         last = step & row_ends & row + 5'd1 == block;

  assign take = valid & busy & (have ? straddles : 1'b1);

  // 32 bytes from position on: a shift in six steps, each of which keeps what the rest can reach.
  wire [759:0] reach = {beat[247:0], current};
  wire [503:0] by32 = position[5] ? reach[759:256] : reach[503:0];
  wire [375:0] by16 = position[4] ? by32[503:128] : by32[375:0];
  wire [311:0] by8 = position[3] ? by16[375:64] : by16[311:0];
  wire [279:0] by4 = position[2] ? by8[311:32] : by8[279:0];
  wire [263:0] by2 = position[1] ? by4[279:16] : by4[263:0];
  wire [255:0] by1 = position[0] ? by2[263:8] : by2[255:0];

  wire [255:0] extended;
  genvar i;
  generate
    for (i = 0; i < 16; i = i + 1) begin : extend
      assign extended[16*i +: 16] = {{8{by1[8*i+7]}}, by1[8*i +: 8]};
    end
  endgenerate

  always_ff @(posedge clk)
    if (rst) begin
      busy <= 1'b0;
      have <= 1'b0;
    end else if (go) begin
      busy <= 1'b1;
      have <= 1'b0;
      position <= skip;
      left <= cols;
      row <= 5'd0;
      next_slot <= 12'd0;
    end else begin
      if (take) begin
        current <= beat;
        have <= 1'b1;
      end else if (step & ends_beat) have <= 1'b0;
      if (step) begin
        position <= stop[5:0];
        if (row_ends) begin
          left <= cols;
          row <= row + 5'd1;
          next_slot <= {7'd0, row + 5'd1};
        end else begin
          left <= left - 17'd16;
          next_slot <= next_slot + {7'd0, block};
        end
      end
      if (last) begin
        busy <= 1'b0;
        have <= 1'b0;
      end
    end

  always_ff @(posedge clk) begin
    write <= step & !rst;
    slot <= next_slot;
    word <= wide ? by1 : extended;
  end
endmodule
`default_nettype wire
