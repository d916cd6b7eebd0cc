// Writes results to y: up to 16 elements of one row of y, wherever its bytes lie, in bursts of one
// beat with strobes, and so never across 4 KB. Results come block by block: all rows of x for 16
// rows of W, then the next 16 rows of W.
`default_nettype none
module dense_writer (
  input  wire         clk,
  input  wire         rst,
  input  wire         flush,     // present no more beats; drop what is queued

  input  wire         go,
  input  wire [63:0]  y,         // of the block's first row
  input  wire [16:0]  rows,      // of W: elements of a row of y
  input  wire [17:0]  stride,    // bytes of a row of y
  input  wire [4:0]   block,
  input  wire         wide,
  output wire         drained,   // every result of the block was taken from the queue
  output wire         quiet,     // and nothing is under way
  output wire         error,     // a response came, the one below
  output wire [1:0]   response,

  output logic [5:0]  room,
  input  wire         reserve,
  input  wire         put,
  input  wire [255:0] result,

  output logic [63:0] awaddr,
  output logic        awvalid,
  input  wire         awready,
  output logic [511:0] wdata,
  output logic [63:0] wstrb,
  output logic        wvalid,
  input  wire         wready,
  input  wire [1:0]   bresp,
  input  wire         bvalid,
  output wire         bready
);
  localparam [5:0] DEPTH = 6'd32;
  localparam [4:0] MOST_OPEN = 5'd16;

  logic [255:0] queue [0:31];
  logic [5:0]   head, tail;
  logic [16:0]  left;            // rows of W
  logic [4:0]   row;             // of the block
  logic [63:0]  column, address; // of the first row's piece; of this row's
  logic         more;            // the second beat of a piece is to come
  logic [247:0] more_data;
  logic [30:0]  more_strobe;
  logic [4:0]   open;            // bursts with no response yet

  wire free = (!awvalid | awready) & (!wvalid | wready) & open < MOST_OPEN & !flush;
  wire second = free & more;
  wire take = free & !more & head != tail;
  wire answer = bvalid & bready;

  assign bready = 1'b1;
  assign drained = left == 17'd0;
  assign quiet = !awvalid & !wvalid & !more & open == 5'd0 & head == tail;
  assign error = answer & bresp[1];
  assign response = bresp;

  // ---- A piece, moved to its place in two beats ----
  wire [255:0] piece = queue[head[4:0]];
  wire         tiles_end = left <= 17'd16;
  wire [5:0]   elements = tiles_end ? {1'b0, left[4:0]} : 6'd16;
  wire [5:0]   bytes = wide ? {elements[4:0], 1'b0} : elements;
  wire [5:0]   offset = address[5:0];
  wire [255:0] packed_piece;
  wire [255:0] data0 = wide ? piece : packed_piece;
  wire [263:0] data1 = offset[0] ? {data0, 8'd0} : {8'd0, data0};
  wire [279:0] data2 = offset[1] ? {data1, 16'd0} : {16'd0, data1};
  wire [311:0] data4 = offset[2] ? {data2, 32'd0} : {32'd0, data2};
  wire [375:0] data8 = offset[3] ? {data4, 64'd0} : {64'd0, data4};
  wire [503:0] data16 = offset[4] ? {data8, 128'd0} : {128'd0, data8};
  wire [759:0] data32 = offset[5] ? {data16, 256'd0} : {256'd0, data16};
  wire [94:0]  strobe0 = (95'd1 << bytes) - 95'd1;
  wire [94:0]  strobe = strobe0 << offset;

  genvar i;
  generate
    for (i = 0; i < 16; i = i + 1) begin : pack
      assign packed_piece[8*i +: 8] = piece[16*i +: 8];
      assign packed_piece[128+8*i +: 8] = 8'd0;
    end
  endgenerate

  // ---- Where the next piece goes ----
  wire block_ends = row + 5'd1 == block;
  wire [63:0] next_column = column + (wide ? 64'd32 : 64'd16);

  always_ff @(posedge clk)
    if (rst | flush) left <= 17'd0;
    else if (go) begin
      left <= rows;
      row <= 5'd0;
      column <= y;
      address <= y;
    end else if (take) begin
      if (block_ends) begin
        left <= tiles_end ? 17'd0 : left - 17'd16;
        row <= 5'd0;
        column <= next_column;
        address <= next_column;
      end else begin
        row <= row + 5'd1;
        address <= address + {46'd0, stride};
      end
    end

  // ---- The queue ----
  always_ff @(posedge clk)
    if (rst | flush) begin
      room <= DEPTH;
      head <= 6'd0;
      tail <= 6'd0;
    end else begin
      room <= room - (reserve ? {1'b0, block} : 6'd0) + {5'd0, take};
      head <= head + {5'd0, take};
      tail <= tail + {5'd0, put};
    end

  always_ff @(posedge clk)
    if (put) queue[tail[4:0]] <= result;

  // ---- The channels ----
  always_ff @(posedge clk)
    if (rst) begin
      awvalid <= 1'b0;
      wvalid <= 1'b0;
      more <= 1'b0;
      open <= 5'd0;
    end else begin
      if (awready) awvalid <= 1'b0;
      if (wready) wvalid <= 1'b0;
      if (take | second) begin
        awvalid <= 1'b1;
        wvalid <= 1'b1;
      end
      if (take) more <= strobe[94:64] != 31'd0;
      if (second | flush) more <= 1'b0;
      open <= open + {4'd0, take | second} - {4'd0, answer};
    end

  always_ff @(posedge clk) begin
    if (take) begin
      awaddr <= {address[63:6], 6'd0};
      wdata <= data32[511:0];
      wstrb <= strobe[63:0];
      more_data <= data32[759:512];
      more_strobe <= strobe[94:64];
    end
    if (second) begin
      awaddr <= awaddr + 64'd64;
      wdata <= {264'd0, more_data};
      wstrb <= {33'd0, more_strobe};
    end
  end
endmodule
`default_nettype wire
