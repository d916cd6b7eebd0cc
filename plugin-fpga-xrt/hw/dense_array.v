// 16 x 16 multipliers, which multiply a tile of weights by 16 elements of a row of x in each cycle,
// accumulators of 48 bits for 16 rows of x, and the way to results of 8 or 16 bits.
//
// The weights come as a stream of beats of 64 bytes: for each 16 rows of W two beats of biases and
// shifts, 64 bits a row with the bias in 47:0 and the shift in 61:56; then tiles of 16 columns, row
// by row, in 4 beats of 8-bit or 8 of 16-bit weights. A tile is loaded while the last one is in use.
//
// No sum overflows: 65,536 products of at most 2^30 and a bias of less than 2^46 stay below 2^47.
`default_nettype none
module dense_array (
  input  wire         clk,
  input  wire         rst,

  input  wire         run,          // the stream is one of weights
  input  wire         wide_weights,
  input  wire         wide_result,
  input  wire         relu,
  input  wire [12:0]  tiles,        // of 16 columns, at least 1
  input  wire [4:0]   block,        // rows of x, 1 to 16

  input  wire         valid,
  input  wire [511:0] beat,
  output wire         take,

  output wire [11:0]  slot,         // its word is there in the next cycle
  input  wire [255:0] word,

  input  wire [5:0]   room,         // for results
  output wire         reserve,      // room for block results is taken
  output wire         done,         // a result of 16 rows of W, 16 bits each
  output wire [255:0] result
);
  genvar r, c;

  // ---- The loader: a row's header, then its tiles ----
  logic         in_header;
  logic [2:0]   beat_index;
  logic [12:0]  loaded;             // tiles of these 16 rows of W
  logic         header_full, tile_full;
  logic [1023:0] header;
  logic [4095:0] tile;

  wire          swap;
  wire          header_taken;
  wire          last_of_header = beat_index == 3'd1;
  wire          last_of_tile = beat_index == (wide_weights ? 3'd7 : 3'd3);
  wire          load_header = run & valid & in_header & !header_full;
  wire          load_tile = run & valid & !in_header & (!tile_full | swap);
  assign take = load_header | load_tile;

  always_ff @(posedge clk)
    if (rst) begin
      in_header <= 1'b1;
      beat_index <= 3'd0;
      loaded <= 13'd0;
      header_full <= 1'b0;
      tile_full <= 1'b0;
    end else begin
      if (header_taken) header_full <= 1'b0;
      if (swap) tile_full <= 1'b0;
      if (take) beat_index <= beat_index + 3'd1;
      if (load_header & last_of_header) begin
        header_full <= 1'b1;
        in_header <= 1'b0;
        beat_index <= 3'd0;
      end
      if (load_tile & last_of_tile) begin
        tile_full <= 1'b1;
        beat_index <= 3'd0;
        loaded <= loaded + 13'd1 == tiles ? 13'd0 : loaded + 13'd1;
        in_header <= loaded + 13'd1 == tiles;
      end
    end

  always_ff @(posedge clk)
    if (load_header) header <= {beat, header[1023:512]};

  generate
    for (r = 0; r < 16; r = r + 1) begin : load
      localparam integer QUARTER = r / 4;
      localparam integer EIGHTH = r / 2;
      wire [127:0] narrow = beat[128*(r%4) +: 128];
      wire [255:0] extended;
      for (c = 0; c < 16; c = c + 1) begin : extend
        assign extended[16*c +: 16] = {{8{narrow[8*c+7]}}, narrow[8*c +: 8]};
      end
      always_ff @(posedge clk)
        if (load_tile & beat_index == (wide_weights ? EIGHTH[2:0] : QUARTER[2:0]))
          tile[256*r +: 256] <= wide_weights ? beat[256*(r%2) +: 256] : extended;
    end
  endgenerate

  // ---- Issue: one row of x in each cycle; the first one takes the tile over ----
  logic        active, first_latched, last_latched;
  logic [12:0] column_tile;
  logic [4:0]  row;
  logic [11:0] next_slot;

  wire at_first = column_tile == 13'd0;
  wire at_last = column_tile + 13'd1 == tiles;
  assign swap = tile_full & !active & (!at_last | room >= {1'b0, block});
  assign reserve = swap & at_last;
  wire issue = swap | active;
  wire [4:0] issued_row = swap ? 5'd0 : row;
  wire first = swap ? at_first : first_latched;
  wire last = swap ? at_last : last_latched;
  assign slot = swap & at_first ? 12'd0 : next_slot;

  always_ff @(posedge clk)
    if (rst) begin
      active <= 1'b0;
      column_tile <= 13'd0;
    end else if (issue) begin
      active <= issued_row + 5'd1 != block;
      row <= issued_row + 5'd1;
      next_slot <= slot + 12'd1;
      if (swap) begin
        first_latched <= at_first;
        last_latched <= at_last;
        column_tile <= at_last ? 13'd0 : column_tile + 13'd1;
      end
    end

  // ---- Stages 1 to 4: words, products, sums of 4, sums of 16 ----
  logic [4:1] at;                   // which stages hold something
  logic [4:1] first_at, last_at;
  logic [3:0] row1, row2, row3, row4;
  logic [4095:0] weights;

  always_ff @(posedge clk) begin
    at <= rst ? 4'd0 : {at[3:1], issue};
    first_at <= {first_at[3:1], first};
    last_at <= {last_at[3:1], last};
    row1 <= issued_row[3:0];
    row2 <= row1;
    row3 <= row2;
    row4 <= row3;
    if (swap) weights <= tile;
  end

  // Biases and shifts of the next 16 rows of W come into force between their first row of x and the
  // one before it.
  logic [767:0] biases;
  logic [95:0]  shifts4, shifts5, shifts6;
  assign header_taken = at[3] & first_at[3] & row3 == 4'd0;
  wire [95:0] header_shifts;

  always_ff @(posedge clk) begin
    if (header_taken) shifts4 <= header_shifts;
    shifts5 <= shifts4;
    shifts6 <= shifts5;
  end

  // ---- Stage 5 on: sums in full, rounded, shifted, saturated ----
  logic at5, at6, at7, at8;

  always_ff @(posedge clk) begin
    at5 <= !rst & at[4] & last_at[4];
    at6 <= !rst & at5;
    at7 <= !rst & at6;
    at8 <= !rst & at7;
  end
  assign done = at8;

  generate
    for (r = 0; r < 16; r = r + 1) begin : rows
      assign header_shifts[6*r +: 6] = header[64*r+56 +: 6];
      always_ff @(posedge clk)
        if (header_taken) biases[48*r +: 48] <= header[64*r +: 48];

      wire unused = &{1'b0, header[64*r+48 +: 8], header[64*r+62 +: 2]};

      logic signed [33:0] quarter [0:3];
      for (c = 0; c < 4; c = c + 1) begin : quarters
        logic signed [31:0] p0, p1, p2, p3;
        always_ff @(posedge clk)
          if (at[1]) begin
            p0 <= $signed(weights[256*r+64*c +: 16]) * $signed(word[64*c +: 16]);
            p1 <= $signed(weights[256*r+64*c+16 +: 16]) * $signed(word[64*c+16 +: 16]);
            p2 <= $signed(weights[256*r+64*c+32 +: 16]) * $signed(word[64*c+32 +: 16]);
            p3 <= $signed(weights[256*r+64*c+48 +: 16]) * $signed(word[64*c+48 +: 16]);
          end
        always_ff @(posedge clk)
          if (at[2])
            quarter[c] <= ({{2{p0[31]}}, p0} + {{2{p1[31]}}, p1})
                + ({{2{p2[31]}}, p2} + {{2{p3[31]}}, p3});
      end

      logic signed [35:0] sum;
      always_ff @(posedge clk)
        if (at[3])
          sum <= ({{2{quarter[0][33]}}, quarter[0]} + {{2{quarter[1][33]}}, quarter[1]})
              + ({{2{quarter[2][33]}}, quarter[2]} + {{2{quarter[3][33]}}, quarter[3]});

      logic [47:0] accumulators [0:15];
      wire [47:0] base = first_at[4] ? biases[48*r +: 48] : accumulators[row4];
      wire [47:0] next = base + {{12{sum[35]}}, sum};
      always_ff @(posedge clk)
        if (at[4]) accumulators[row4] <= next;

      logic signed [47:0] total;
      always_ff @(posedge clk)
        if (at[4]) total <= next;

      // Half of the last place that stays; none when all of them do.
      wire [5:0] shift5 = shifts5[6*r +: 6];
      wire [48:0] half = (49'd1 << shift5) >> 1;
      logic signed [48:0] rounded;
      always_ff @(posedge clk)
        if (at5) rounded <= {total[47], total} + (shift5 == 6'd0 ? 49'd0 : half);

      wire [5:0] shift6 = shifts6[6*r +: 6];
      logic signed [48:0] shifted;
      always_ff @(posedge clk)
        if (at6) shifted <= rounded >>> shift6;

      wire fits = wide_result
          ? shifted[48:15] == {34{shifted[48]}} : shifted[48:7] == {42{shifted[48]}};
      wire [15:0] limit = wide_result
          ? {shifted[48], {15{!shifted[48]}}} : {{9{shifted[48]}}, {7{!shifted[48]}}};
      logic [15:0] saturated;
      always_ff @(posedge clk)
        if (at7) saturated <= relu & shifted[48] ? 16'd0 : fits ? shifted[15:0] : limit;
      assign result[16*r +: 16] = saturated;
    end
  endgenerate
endmodule
`default_nettype wire
