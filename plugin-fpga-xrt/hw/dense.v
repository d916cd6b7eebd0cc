// A fused quantised dense layer as an XRT kernel: for each row of x
//
//   y[m][n] = saturate((sum over k of x[m][k] * w[n][k] + bias[n] + half) >> shift[n])
//
// with half = 2^(shift - 1), or 0 for a shift of 0: rounding half up; then max(0, .) where asked.
// x and y are dense, rows first, at any address; weights are packed (dense_array.v) at a multiple of
// 64. mode: 0 x, 1 weights, 2 y of 16 bits in place of 8; 3 ReLU. rows and cols are 1 to 65,536.
//
// A run takes rows of x in blocks of up to 16, as many as the buffer's 4,096 words of 16 elements
// hold, and reads the weights once for each block. An error on AXI ends the run: status is 0x12 or
// 0x13 for SLVERR or DECERR of a read, 0x22 or 0x23 of a write; 0x01 for arguments out of bounds.
`default_nettype none
module dense (
  input  wire         ap_clk,
  input  wire         ap_rst_n,
  // XRT wants this name, which C++ compilers on Windows want too.
  // verilator lint_off SYMRSVDWORD
  output wire         interrupt,
  // verilator lint_on SYMRSVDWORD

  input  wire [6:0]   s_axi_control_awaddr,
  input  wire         s_axi_control_awvalid,
  output wire         s_axi_control_awready,
  input  wire [31:0]  s_axi_control_wdata,
  input  wire [3:0]   s_axi_control_wstrb,
  input  wire         s_axi_control_wvalid,
  output wire         s_axi_control_wready,
  output wire [1:0]   s_axi_control_bresp,
  output wire         s_axi_control_bvalid,
  input  wire         s_axi_control_bready,
  input  wire [6:0]   s_axi_control_araddr,
  input  wire         s_axi_control_arvalid,
  output wire         s_axi_control_arready,
  output wire [31:0]  s_axi_control_rdata,
  output wire [1:0]   s_axi_control_rresp,
  output wire         s_axi_control_rvalid,
  input  wire         s_axi_control_rready,

  output wire [63:0]  m_axi_gmem_awaddr,
  output wire [7:0]   m_axi_gmem_awlen,
  output wire [2:0]   m_axi_gmem_awsize,
  output wire [1:0]   m_axi_gmem_awburst,
  output wire         m_axi_gmem_awvalid,
  input  wire         m_axi_gmem_awready,
  output wire [511:0] m_axi_gmem_wdata,
  output wire [63:0]  m_axi_gmem_wstrb,
  output wire         m_axi_gmem_wlast,
  output wire         m_axi_gmem_wvalid,
  input  wire         m_axi_gmem_wready,
  input  wire [1:0]   m_axi_gmem_bresp,
  input  wire         m_axi_gmem_bvalid,
  output wire         m_axi_gmem_bready,
  output wire [63:0]  m_axi_gmem_araddr,
  output wire [7:0]   m_axi_gmem_arlen,
  output wire [2:0]   m_axi_gmem_arsize,
  output wire [1:0]   m_axi_gmem_arburst,
  output wire         m_axi_gmem_arvalid,
  input  wire         m_axi_gmem_arready,
  input  wire [511:0] m_axi_gmem_rdata,
  input  wire [1:0]   m_axi_gmem_rresp,
  input  wire         m_axi_gmem_rlast,
  input  wire         m_axi_gmem_rvalid,
  output wire         m_axi_gmem_rready
);
  localparam [2:0] IDLE = 3'd0, CHECK = 3'd1, PLAN = 3'd2, READ = 3'd3, LOAD = 3'd4, RUN = 3'd5,
      FINISH = 3'd6, ABORT = 3'd7;
  localparam [31:0] MOST = 32'd65536;
  localparam [13:0] BUFFER = 14'd4096;
  localparam [4:0]  MOST_ROWS = 5'd16;
  localparam [7:0]  OKAY = 8'h00, BAD_ARGUMENT = 8'h01;

  wire clk = ap_clk;
  wire rst = !ap_rst_n;

  // ---- Arguments ----
  wire        start;
  wire [63:0] x, weights, y;
  wire [31:0] batch, rows, cols, mode;
  wire        wide_x = mode[0], wide_weights = mode[1], wide_y = mode[2], relu = mode[3];
  wire        bad = batch == 32'd0 | rows == 32'd0 | rows > MOST | cols == 32'd0 | cols > MOST
      | weights[5:0] != 6'd0 | mode[31:4] != 28'd0;

  // ---- What follows from them ----
  logic [17:0] x_stride, y_stride;  // bytes of a row
  logic [12:0] tiles, row_tiles;    // of 16 columns, of 16 rows of W
  logic [15:0] row_tile_beats;
  logic [31:0] weight_beats;
  wire  [16:0] padded_cols = cols[16:0] + 17'd15;
  wire  [16:0] padded_rows = rows[16:0] + 17'd15;

  always_ff @(posedge clk) begin
    x_stride <= wide_x ? {cols[16:0], 1'b0} : {1'b0, cols[16:0]};
    y_stride <= wide_y ? {rows[16:0], 1'b0} : {1'b0, rows[16:0]};
    tiles <= padded_cols[16:4];
    row_tiles <= padded_rows[16:4];
    row_tile_beats <= 16'd2 + (wide_weights ? {tiles, 3'd0} : {1'b0, tiles, 2'd0});
    weight_beats <= row_tiles * row_tile_beats;
  end

  // ---- The run ----
  logic [2:0]  state;
  logic [7:0]  outcome;
  logic [31:0] remaining;           // rows of x that no block has taken
  logic [63:0] block_x, block_y;
  logic [4:0]  block;
  logic [12:0] words;               // of the buffer
  logic [21:0] x_bytes, y_bytes;
  logic        asked;               // for the weights

  wire         reader_issued, reader_quiet, reader_error;
  wire         writer_drained, writer_quiet, writer_error;
  wire         unpacking;
  wire [1:0]   read_response, write_response;
  wire         flush = state == ABORT;
  wire         go = state == READ;
  wire         ask = state == LOAD & !asked & reader_issued;
  wire         finish = (state == FINISH & writer_quiet & !writer_error)
      | (state == ABORT & reader_quiet & writer_quiet);
  wire         one_more = block < MOST_ROWS & {27'd0, block} < remaining
      & {1'b0, words} + {1'b0, tiles} <= BUFFER;
  wire  [21:0] span = {16'd0, block_x[5:0]} + x_bytes + 22'd63;

  always_ff @(posedge clk)
    if (rst) begin
      state <= IDLE;
      outcome <= OKAY;
      asked <= 1'b0;
    end else begin
      case (state)
        IDLE: if (start) begin
          state <= CHECK;
          outcome <= OKAY;
          remaining <= batch;
          block_x <= x;
          block_y <= y;
          block <= 5'd0;
          words <= 13'd0;
          x_bytes <= 22'd0;
          y_bytes <= 22'd0;
        end
        CHECK: begin
          state <= bad ? FINISH : PLAN;
          if (bad) outcome <= BAD_ARGUMENT;
        end
        PLAN: if (one_more) begin
          block <= block + 5'd1;
          words <= words + tiles;
          x_bytes <= x_bytes + {4'd0, x_stride};
          y_bytes <= y_bytes + {4'd0, y_stride};
        end else state <= READ;
        READ: begin
          state <= LOAD;
          asked <= 1'b0;
          remaining <= remaining - {27'd0, block};
          block_x <= block_x + {42'd0, x_bytes};
          block_y <= block_y + {42'd0, y_bytes};
        end
        LOAD: begin
          if (ask) asked <= 1'b1;
          if (!unpacking) state <= RUN;
        end
        RUN: if (writer_drained) begin
          state <= remaining == 32'd0 ? FINISH : PLAN;
          block <= 5'd0;
          words <= 13'd0;
          x_bytes <= 22'd0;
          y_bytes <= 22'd0;
        end
        default: if (finish) state <= IDLE;
      endcase
      if (reader_error | writer_error) begin
        if (outcome == OKAY) outcome <= {2'd0, writer_error, !writer_error, 2'd0,
            writer_error ? write_response : read_response};
        if (state != IDLE & !finish) state <= ABORT;
      end
    end

  // ---- Its parts ----
  wire         valid, unpack_take, array_take;
  wire [511:0] beat;
  wire         buffer_write;
  wire [11:0]  write_slot, read_slot;
  wire [255:0] write_word;
  logic [255:0] read_word;
  wire [5:0]   room;
  wire         reserve, done;
  wire [255:0] result;

  (* ram_style = "block" *) logic [255:0] buffer [0:4095];
  always_ff @(posedge clk) begin
    if (buffer_write) buffer[write_slot] <= write_word;
    read_word <= buffer[read_slot];
  end

  dense_control control (
    .clk(clk), .rst(rst), .interrupt(interrupt),
    .awaddr(s_axi_control_awaddr), .awvalid(s_axi_control_awvalid),
    .awready(s_axi_control_awready), .wdata(s_axi_control_wdata), .wstrb(s_axi_control_wstrb),
    .wvalid(s_axi_control_wvalid), .wready(s_axi_control_wready), .bresp(s_axi_control_bresp),
    .bvalid(s_axi_control_bvalid), .bready(s_axi_control_bready), .araddr(s_axi_control_araddr),
    .arvalid(s_axi_control_arvalid), .arready(s_axi_control_arready), .rdata(s_axi_control_rdata),
    .rresp(s_axi_control_rresp), .rvalid(s_axi_control_rvalid), .rready(s_axi_control_rready),
    .start(start), .finish(finish), .outcome(outcome), .x(x), .weights(weights), .y(y),
    .batch(batch), .rows(rows), .cols(cols), .mode(mode));

  dense_reader reader (
    .clk(clk), .rst(rst), .flush(flush), .go(go | ask),
    .first(go ? block_x[63:6] : weights[63:6]), .beats(go ? {16'd0, span[21:6]} : weight_beats),
    .issued(reader_issued), .quiet(reader_quiet), .error(reader_error), .response(read_response),
    .valid(valid), .beat(beat), .take(unpack_take | array_take),
    .araddr(m_axi_gmem_araddr), .arlen(m_axi_gmem_arlen), .arvalid(m_axi_gmem_arvalid),
    .arready(m_axi_gmem_arready), .rdata(m_axi_gmem_rdata), .rresp(m_axi_gmem_rresp),
    .rvalid(m_axi_gmem_rvalid), .rready(m_axi_gmem_rready));

  dense_unpack unpack (
    .clk(clk), .rst(rst | flush), .go(go), .skip(block_x[5:0]), .wide(wide_x), .cols(cols[16:0]),
    .block(block), .busy(unpacking), .valid(valid), .beat(beat), .take(unpack_take),
    .write(buffer_write), .slot(write_slot), .word(write_word));

  dense_array array (
    .clk(clk), .rst(rst | flush), .run(state == RUN), .wide_weights(wide_weights),
    .wide_result(wide_y), .relu(relu), .tiles(tiles), .block(block), .valid(valid), .beat(beat),
    .take(array_take), .slot(read_slot), .word(read_word), .room(room), .reserve(reserve),
    .done(done), .result(result));

  dense_writer writer (
    .clk(clk), .rst(rst), .flush(flush), .go(go), .y(block_y), .rows(rows[16:0]),
    .stride(y_stride), .block(block), .wide(wide_y), .drained(writer_drained),
    .quiet(writer_quiet), .error(writer_error), .response(write_response), .room(room),
    .reserve(reserve), .put(done), .result(result),
    .awaddr(m_axi_gmem_awaddr), .awvalid(m_axi_gmem_awvalid), .awready(m_axi_gmem_awready),
    .wdata(m_axi_gmem_wdata), .wstrb(m_axi_gmem_wstrb), .wvalid(m_axi_gmem_wvalid),
    .wready(m_axi_gmem_wready), .bresp(m_axi_gmem_bresp), .bvalid(m_axi_gmem_bvalid),
    .bready(m_axi_gmem_bready));

  assign m_axi_gmem_awlen = 8'd0;
  assign m_axi_gmem_awsize = 3'd6;
  assign m_axi_gmem_awburst = 2'b01;
  assign m_axi_gmem_wlast = 1'b1;
  assign m_axi_gmem_arsize = 3'd6;
  assign m_axi_gmem_arburst = 2'b01;

  // Beats are counted, padding has whole tiles.
  wire unused = &{1'b0, m_axi_gmem_rlast, span[5:0], padded_cols[3:0], padded_rows[3:0]};
endmodule
`default_nettype wire
