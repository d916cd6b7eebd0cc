// Reads a run of 64-byte beats into a queue, in order. A burst ends at a multiple of 1 KB, and so
// never crosses 4 KB. A burst is asked for when the queue has room for all of it, so that read data
// is never held back.
`default_nettype none
module dense_reader (
  input  wire         clk,
  input  wire         rst,
  input  wire         flush,    // ask for nothing more; drop what is queued and what still comes

  input  wire         go,       // when issued
  input  wire [57:0]  first,    // the address of the first beat, in beats
  input  wire [31:0]  beats,
  output wire         issued,   // every address of the last go is out
  output wire         quiet,    // and every beat has come
  output wire         error,    // a beat came with the response below
  output wire [1:0]   response,

  output wire         valid,
  output wire [511:0] beat,
  input  wire         take,     // only when valid

  output logic [63:0] araddr,
  output logic [7:0]  arlen,
  output logic        arvalid,
  input  wire         arready,
  input  wire [511:0] rdata,
  input  wire [1:0]   rresp,
  input  wire         rvalid,
  output wire         rready
);
  localparam [6:0] DEPTH = 7'd64;

  logic [57:0] next;
  logic [31:0] remaining;
  logic [6:0]  room;      // places of the queue that no burst has been promised
  logic [6:0]  coming;    // beats that were asked for and have not come
  logic [511:0] queue [0:63];
  logic [6:0]  head, tail;

  wire [4:0] to_boundary = 5'd16 - {1'b0, next[3:0]};
  wire [4:0] length = remaining < {27'd0, to_boundary} ? remaining[4:0] : to_boundary;
  wire issue = (!arvalid | arready) & remaining != 32'd0 & room >= {2'b00, length} & !flush;
  wire arrive = rvalid & rready;

  assign rready = 1'b1;
  assign issued = remaining == 32'd0;
  assign quiet = issued & !arvalid & coming == 7'd0;
  assign error = arrive & rresp[1];
  assign response = rresp;
  assign valid = head != tail;
  assign beat = queue[head[5:0]];

  always_ff @(posedge clk)
    if (rst) begin
      arvalid <= 1'b0;
      remaining <= 32'd0;
    end else begin
      if (go) begin
        next <= first;
        remaining <= beats;
      end
      if (flush) remaining <= 32'd0;
      if (issue) begin
        arvalid <= 1'b1;
        araddr <= {next, 6'd0};
        arlen <= {3'd0, length - 5'd1};
        next <= next + {53'd0, length};
        remaining <= remaining - {27'd0, length};
      end else if (arready) arvalid <= 1'b0;
    end

  wire [6:0] asked = issue ? {2'b00, length} : 7'd0;

  always_ff @(posedge clk)
    if (rst) coming <= 7'd0;
    else coming <= coming + asked - {6'd0, arrive};

  always_ff @(posedge clk)
    if (rst | flush) begin
      room <= DEPTH;
      head <= 7'd0;
      tail <= 7'd0;
    end else begin
      room <= room - asked + {6'd0, take};
      head <= head + {6'd0, take};
      tail <= tail + {6'd0, arrive};
    end

  always_ff @(posedge clk)
    if (arrive) queue[tail[5:0]] <= rdata;
endmodule
`default_nettype wire
