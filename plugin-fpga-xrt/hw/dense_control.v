// The registers of `dense` as AXI4-Lite: ap_ctrl_hs at 0x00 to 0x0c, arguments from 0x10 in XRT's
// layout (UG1393: a 64-bit pointer takes 12 bytes, a scalar 8), then what a run left behind.
//
//   0x00 control   0 ap_start  1 ap_done (cleared when read)  2 ap_idle  7 auto_restart
//   0x04 global interrupt enable    0x08 interrupt enable    0x0c interrupt status (toggle on write)
//   0x10 x   0x1c weights   0x28 y   0x34 batch   0x3c rows   0x44 cols   0x4c mode
//   0x54 status of the last run   0x58, 0x5c its cycles   0x60 the version of this map
//
// ap_ready is ap_done's twin in a unit that overlaps no runs; it is not reported, so that XRT reads
// 6 (done and idle) once and 4 afterwards. Arguments can't be written during a run.
`default_nettype none
module dense_control (
  input  wire        clk,
  input  wire        rst,

  input  wire [6:0]  awaddr,
  input  wire        awvalid,
  output wire        awready,
  input  wire [31:0] wdata,
  input  wire [3:0]  wstrb,
  input  wire        wvalid,
  output wire        wready,
  output wire [1:0]  bresp,
  output logic       bvalid,
  input  wire        bready,
  input  wire [6:0]  araddr,
  input  wire        arvalid,
  output wire        arready,
  output logic [31:0] rdata,
  output wire [1:0]  rresp,
  output logic       rvalid,
  input  wire        rready,

  output wire        interrupt,

  output logic       start,    // from the write of ap_start until finish
  input  wire        finish,   // the last cycle of a run
  input  wire [7:0]  outcome,  // what status shows after finish

  output logic [63:0] x,
  output logic [63:0] weights,
  output logic [63:0] y,
  output logic [31:0] batch,
  output logic [31:0] rows,
  output logic [31:0] cols,
  output logic [31:0] mode
);
  localparam [31:0] VERSION = 32'h68640001;

  logic        done, auto_restart, global_enable;
  logic [1:0]  enable, status;
  logic [7:0]  last_outcome;
  logic [63:0] cycles;

  wire write = awvalid & wvalid & (!bvalid | bready);
  wire read  = arvalid & (!rvalid | rready);
  assign awready = write;
  assign wready  = write;
  assign arready = read;
  assign bresp   = 2'b00;
  assign rresp   = 2'b00;
  assign interrupt = global_enable & (status != 2'b00);

  wire [4:0] write_word = awaddr[6:2];
  wire [4:0] read_word  = araddr[6:2];
  wire [31:0] mask = {{8{wstrb[3]}}, {8{wstrb[2]}}, {8{wstrb[1]}}, {8{wstrb[0]}}};
  wire write_control  = write & wstrb[0];
  wire write_argument = write & !start;

  always_ff @(posedge clk)
    if (rst) begin
      start <= 1'b0;
      done <= 1'b0;
      auto_restart <= 1'b0;
      global_enable <= 1'b0;
      enable <= 2'b00;
      status <= 2'b00;
      last_outcome <= 8'd0;
      cycles <= 64'd0;
    end else begin
      if (write_control)
        case (write_word)
          5'h00: begin
            auto_restart <= wdata[7];
            if (wdata[0] & !start) begin
              start <= 1'b1;
              cycles <= 64'd0;
            end
          end
          5'h01: global_enable <= wdata[0];
          5'h02: enable <= wdata[1:0];
          5'h03: status <= status ^ wdata[1:0];
          default: ;
        endcase
      if (read & read_word == 5'h00) done <= 1'b0;
      if (start) cycles <= cycles + 64'd1;
      if (finish) begin
        start <= auto_restart;
        done <= 1'b1;
        status <= status | enable;
        last_outcome <= outcome;
        if (auto_restart) cycles <= 64'd0;
      end
    end

  always_ff @(posedge clk)
    if (rst) begin
      x <= 64'd0;
      weights <= 64'd0;
      y <= 64'd0;
      batch <= 32'd0;
      rows <= 32'd0;
      cols <= 32'd0;
      mode <= 32'd0;
    end else if (write_argument)
      case (write_word)
        5'h04: x[31:0] <= (x[31:0] & ~mask) | (wdata & mask);
        5'h05: x[63:32] <= (x[63:32] & ~mask) | (wdata & mask);
        5'h07: weights[31:0] <= (weights[31:0] & ~mask) | (wdata & mask);
        5'h08: weights[63:32] <= (weights[63:32] & ~mask) | (wdata & mask);
        5'h0a: y[31:0] <= (y[31:0] & ~mask) | (wdata & mask);
        5'h0b: y[63:32] <= (y[63:32] & ~mask) | (wdata & mask);
        5'h0d: batch <= (batch & ~mask) | (wdata & mask);
        5'h0f: rows <= (rows & ~mask) | (wdata & mask);
        5'h11: cols <= (cols & ~mask) | (wdata & mask);
        5'h13: mode <= (mode & ~mask) | (wdata & mask);
        default: ;
      endcase

  always_ff @(posedge clk)
    if (rst) bvalid <= 1'b0;
    else if (write) bvalid <= 1'b1;
    else if (bready) bvalid <= 1'b0;

  always_ff @(posedge clk)
    if (rst) begin
      rvalid <= 1'b0;
      rdata <= 32'd0;
    end else if (read) begin
      rvalid <= 1'b1;
      case (read_word)
        5'h00: rdata <= {24'd0, auto_restart, 4'd0, !start, done, start};
        5'h01: rdata <= {31'd0, global_enable};
        5'h02: rdata <= {30'd0, enable};
        5'h03: rdata <= {30'd0, status};
        5'h04: rdata <= x[31:0];
        5'h05: rdata <= x[63:32];
        5'h07: rdata <= weights[31:0];
        5'h08: rdata <= weights[63:32];
        5'h0a: rdata <= y[31:0];
        5'h0b: rdata <= y[63:32];
        5'h0d: rdata <= batch;
        5'h0f: rdata <= rows;
        5'h11: rdata <= cols;
        5'h13: rdata <= mode;
        5'h15: rdata <= {24'd0, last_outcome};
        5'h16: rdata <= cycles[31:0];
        5'h17: rdata <= cycles[63:32];
        5'h18: rdata <= VERSION;
        default: rdata <= 32'd0;
      endcase
    end else if (rready) rvalid <= 1'b0;

  // Registers are words.
  wire unused = &{1'b0, awaddr[1:0], araddr[1:0]};
endmodule
`default_nettype wire
