// Owns attention over a split in tiles of AMX (Numerics.Fast): scores of all its positions, the softmax over them, and the
// weighted values, three steps of which the first and the last are products of tiles. Every operand is in two parts of
// bfloat16, which hold the halves of a cache exactly and 16 bits of queries and weights; of other types, 15 or more.
//
// The order of sums is that of absolute positions and of dimensions, so a row has the same bits in every chunk and batch.
// Its weight for a position it does not see is zero, which leaves a sum as it is; but times a value that is no number it is
// none either, so such a value can reach other rows of its own sequence.
using System.Runtime.CompilerServices;
using Tern.Kernels.Cpu.Float;
using Tern.Kernels.Cpu.Jit;
using Tern.Kernels.Cpu.Lanes;
using Tern.Tensors;

namespace Tern.Kernels.Cpu;

internal readonly unsafe struct TileSplit<TLanes> : IAttentionSplit<TileSplit<TLanes>>
    where TLanes : unmanaged, ILanes<TLanes>
{
    private const int Tile = AttentionJob.Tile;
    private const int Positions = AttentionJob.Split;
    private const int StepBytes = PartWriter.Parts * TileShape.Bytes;
    private const int LineBytes = 64;

    /// <summary>Bytes of a tile of rows, or of a panel of dimensions, over all positions.</summary>
    private const int SplitBytes = Positions / Tile * StepBytes;

    private readonly AttentionItem _item;
    private readonly ScoreShape<TLanes> _shape;
    private readonly byte* _query;

    /// <summary>The tiles of the keys, then those of the values.</summary>
    private readonly byte* _cache;
    private readonly byte* _weights;
    private readonly float* _scores;

    /// <summary>A tile of positions as floats, where the cache cannot be taken as it lies.</summary>
    private readonly float* _loose;

    private TileSplit(in AttentionItem item, float* memory)
    {
        _item = item;
        _shape = new ScoreShape<TLanes>(item.Job, memory);
        _loose = memory + ScoreShape<TLanes>.Floats;
        _scores = _loose + LooseFloats(item.Job);
        _query = (byte*)(_scores + item.Job.ItemRows * Positions);
        _weights = _query + QueryBytes(item.Job);
        _cache = _weights + item.Job.ItemRows / 16 * SplitBytes;
    }

    public static TileSplit<TLanes> Create(in AttentionItem item, float* memory) => new(item, memory);

    public static long Floats(in AttentionJob job)
    {
        // A panel is 16 positions by all dimensions of a key, or 16 dimensions of a value by all positions.
        long cache = Math.Max(Positions / 16 * KeyPanelBytes(job), job.Values.HeadDim / 16 * SplitBytes);
        long tiles = QueryBytes(job) + job.ItemRows / 16 * SplitBytes + cache;
        return ScoreShape<TLanes>.Floats + LooseFloats(job) + job.ItemRows * Positions + tiles / sizeof(float);
    }

    public void Ask(int row, float* query)
    {
        byte* line = _query + row / 16 * KeyPanelBytes(_item.Job) + row % 16 * LineBytes;
        for (int i = 0; i < _item.Job.Keys.HeadDim; i += TileShape.Depth, line += StepBytes)
            BFloat16Pair.SplitApart(query + i, (uint*)line, (uint*)(line + TileShape.Bytes));
    }

    public void Accumulate(int start, int end, int last, in RowState state)
    {
        int origin = start / Tile * Tile;
        int tiles = (end - origin + Tile - 1) / Tile;
        for (int tile = 0; tile < tiles; tile++)
            LoadKeys(origin + tile * Tile, start, end, last, _cache + (long)tile * 2 * KeyPanelBytes(_item.Job));
        Score(tiles);
        Weigh(origin, tiles, state);
        for (int tile = 0; tile < tiles; tile++)
            LoadValues(origin + tile * Tile, start, end, last, _cache + (long)tile * StepBytes);
        AddValues(tiles, state);
    }

    private static int KeyPanelBytes(in AttentionJob job) => job.Keys.HeadDim / TileShape.Depth * StepBytes;

    private static int QueryBytes(in AttentionJob job) => job.ItemRows / 16 * KeyPanelBytes(job);

    private static int LooseFloats(in AttentionJob job) => Tile * Math.Max(job.Keys.HeadDim, job.Values.HeadDim);

    /// <summary>Two panels of 16 positions.</summary>
    private void LoadKeys(int tile, int start, int end, int last, byte* tiles)
    {
        var keys = _item.Job.Keys;
        bool isLoose = Prepare(keys, tile, start, end, last);
        bool isHalf = !isLoose && keys.Type == DType.F16;
        var job = new KeyTileJob { Stride = isLoose ? keys.HeadDim * sizeof(float) : keys.TokenStride };
        job.Steps = keys.HeadDim / TileShape.Depth;
        for (int panel = 0; panel < 2; panel++)
        {
            job.Keys = isLoose ? (byte*)(_loose + panel * 16 * keys.HeadDim) : At(keys, tile + 16 * panel);
            job.Tiles = tiles + panel * KeyPanelBytes(_item.Job);
            (isHalf ? _item.Job.Tiles.HalfKeys : _item.Job.Tiles.FloatKeys)(&job);
        }
    }

    /// <summary>A step of every panel of dimensions.</summary>
    private void LoadValues(int tile, int start, int end, int last, byte* tiles)
    {
        var values = _item.Job.Values;
        bool isLoose = Prepare(values, tile, start, end, last);
        bool isHalf = !isLoose && values.Type == DType.F16;
        var job = new ValueTileJob
        {
            First = isLoose ? (byte*)_loose : At(values, tile),
            Second = isLoose ? (byte*)(_loose + 16 * values.HeadDim) : At(values, tile + 16),
            Stride = isLoose ? values.HeadDim * sizeof(float) : values.TokenStride,
            Panels = values.HeadDim / 16,
            Tiles = tiles,
            TileStride = SplitBytes,
        };
        (isHalf ? _item.Job.Tiles.HalfValues : _item.Job.Tiles.FloatValues)(&job);
    }

    /// <summary>
    /// Asks for the next tile's memory. Copies the tile out of the cache, zeros where it has no positions, unless generated
    /// code can read it where it is: whole, of halves or floats, each 16 positions in one block.
    /// </summary>
    /// <returns>Whether the tile was copied.</returns>
    private bool Prepare(in KvView view, int tile, int start, int end, int last)
    {
        int from = Math.Max(start, tile);
        int to = Math.Min(end, tile + Tile);
        CacheTile<TLanes>.Prefetch(_item, view, to, (int)Math.Min(last, to + (long)Tile));
        if (to - from == Tile && view.BlockSize % 16 == 0 && view.Type is DType.F16 or DType.F32)
            return false;
        int width = view.HeadDim;
        new Span<float>(_loose, (from - tile) * width).Clear();
        new Span<float>(_loose + (to - tile) * width, (tile + Tile - to) * width).Clear();
        CacheTile<TLanes>.Load(_item, view, from, to, tile, _loose, 0);
        return true;
    }

    private byte* At(in KvView view, int position) => CacheTile<TLanes>.At(_item, view, position, position + 16, out _);

    /// <summary>All rows by all positions.</summary>
    private void Score(int tiles)
    {
        for (int row = 0; row < _item.Rows; row += TileShape.MaxRows)
        {
            int rows = Math.Min(TileShape.MaxRows, _item.Rows - row);
            var job = new TileJob
            {
                Shape = TileShape.ForBFloat16(rows, Tile),
                Rows = _query + row / 16 * KeyPanelBytes(_item.Job),
                RowTileStride = KeyPanelBytes(_item.Job),
                Panels = _cache,
                PanelStride = KeyPanelBytes(_item.Job),
                Times = tiles,
                Steps = _item.Job.Keys.HeadDim / TileShape.Depth,
                Output = _scores + row * Positions,
                OutputStride = Positions * sizeof(float),
            };
            _item.Job.Tiles.Product(SplitOperands.Both, (rows + 15) / 16, 2)(&job);
        }
    }

    /// <summary>Turns scores into weights, in tiles.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void Weigh(int origin, int tiles, in RowState state)
    {
        for (int row = 0; row < _item.Rows; row++)
        {
            var (from, to) = _item.Ranges.Visible(row, origin, tiles * Tile);
            if (from >= to)
                continue;
            float* scores = _scores + row * Positions;
            int first = from / Tile * Tile;
            var largest = TLanes.Create(float.NegativeInfinity);
            for (int tile = first; tile < to; tile += Tile)
            {
                var low = _shape.Of(scores + tile, 0, from - tile, to - tile);
                var high = _shape.Of(scores + tile, 16, from - tile, to - tile);
                TLanes.Store(scores + tile, low);
                TLanes.Store(scores + tile + 16, high);
                largest = TLanes.Max(largest, TLanes.Max(low, high));
            }
            state.Largest[row] = TLanes.Largest(largest);
            byte* line = _weights + row / 16 * SplitBytes + row % 16 * LineBytes;
            state.Weights[row] = TLanes.Sum(WeighRow(scores, first, to, state.Largest[row], line));
            HideRow(line, 0, first / Tile);
            HideRow(line, (to + Tile - 1) / Tile, tiles);
        }
    }

    /// <returns>The sums of the weights of every sixteenth position.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes WeighRow(float* scores, int first, int to, float largest, byte* line)
    {
        var sum = TLanes.Zero;
        var reference = TLanes.Create(largest);
        for (int tile = first; tile < to; tile += Tile)
        {
            var low = LaneMath.Exp(TLanes.Load(scores + tile) - reference);
            var high = LaneMath.Exp(TLanes.Load(scores + tile + 16) - reference);
            TLanes.Store(scores + tile, low);
            TLanes.Store(scores + tile + 16, high);
            sum += low + high;
            byte* weights = line + tile / Tile * StepBytes;
            BFloat16Pair.SplitApart(scores + tile, (uint*)weights, (uint*)(weights + TileShape.Bytes));
        }
        return sum;
    }

    /// <summary>Weights of zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void HideRow(byte* line, int tile, int end)
    {
        for (; tile < end; tile++)
        {
            Unsafe.InitBlock(line + tile * StepBytes, 0, LineBytes);
            Unsafe.InitBlock(line + tile * StepBytes + TileShape.Bytes, 0, LineBytes);
        }
    }

    /// <summary>All rows by all dimensions.</summary>
    private void AddValues(int tiles, in RowState state)
    {
        int width = _item.Job.Values.HeadDim;
        var (pairs, single) = Math.DivRem(width / 16, 2);
        for (int row = 0; row < _item.Rows; row += TileShape.MaxRows)
        {
            int rows = Math.Min(TileShape.MaxRows, _item.Rows - row);
            var job = new TileJob
            {
                Shape = TileShape.ForBFloat16(rows, TileShape.MaxOutputs),
                Rows = _weights + row / 16 * SplitBytes,
                RowTileStride = SplitBytes,
                Panels = _cache,
                PanelStride = SplitBytes,
                Times = pairs,
                Steps = tiles,
                Output = state.Values + row * width,
                OutputStride = width * sizeof(float),
            };
            if (pairs > 0)
                _item.Job.Tiles.Product(SplitOperands.Both, (rows + 15) / 16, 2)(&job);
            if (single == 0)
                continue;
            job.Shape = TileShape.ForBFloat16(rows, 16);
            job.Panels += 2 * pairs * SplitBytes;
            job.Times = 1;
            job.Output += 32 * pairs;
            _item.Job.Tiles.Product(SplitOperands.Both, (rows + 15) / 16, 1)(&job);
        }
    }
}
