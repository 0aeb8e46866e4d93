// Owns the fast backend for processors: checks and pins the operands, then hands them to the loops of its vector width.
using Tern.Kernels.Cpu.Float;
using Tern.Kernels.Cpu.Images;
using Tern.Kernels.Cpu.Jit;
using Tern.Kernels.Cpu.Lanes;
using Tern.Kernels.Cpu.Packed;
using Tern.Tensors;

namespace Tern.Kernels.Cpu;

/// <summary>
/// SIMD kernels on a pool of threads. Results are bitwise the same for every vector width and number of threads; but under
/// <see cref="Numerics.Fast"/> products of floats in AMX tiles have bits of their own. No call allocates managed memory. One
/// thread at a time may call.
/// </summary>
public sealed unsafe partial class CpuBackend : ITrainingBackend
{
    private const string TierVariable = "TERN_SIMD";
    private readonly CpuContext _context;
    private readonly Operations _operations;
    private readonly TrainingOperations _training;
    private readonly ImageOperations _images;
    private readonly Numerics _numerics;
    private readonly JitTier _jit;
    private Task<JitKernels>? _kernels;

    /// <summary>
    /// A backend of the widest vectors the machine has, or of those that <c>TERN_SIMD</c> names, and of the best generated
    /// kernels for them, or of those that <c>TERN_JIT</c> names.
    /// </summary>
    /// <param name="threads">Threads that compute, the caller included; 1 to 1024.</param>
    /// <param name="numerics">How products with weights are computed.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of threads is out of range.</exception>
    /// <exception cref="ArgumentException"><c>TERN_SIMD</c> or <c>TERN_JIT</c> names no tier.</exception>
    /// <exception cref="PlatformNotSupportedException">One of them names a tier that the machine lacks.</exception>
    public CpuBackend(int threads, Numerics numerics = Numerics.Float32)
        : this(
            threads,
            ParseTier(Environment.GetEnvironmentVariable(TierVariable)),
            numerics,
            ProcessorFeatures.Current,
            Environment.GetEnvironmentVariable(JitTiers.Variable)
        ) { }

    /// <summary>A backend of vectors of the given width.</summary>
    /// <param name="threads">Threads that compute, the caller included; 1 to 1024.</param>
    /// <param name="tier">Vector width.</param>
    /// <param name="numerics">How products with weights are computed.</param>
    /// <param name="jit">Which generated kernels serve <see cref="Numerics.Fast"/> and weights in half precision.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of threads is out of range.</exception>
    /// <exception cref="PlatformNotSupportedException">The machine lacks one of the tiers.</exception>
    public CpuBackend(int threads, SimdTier tier, Numerics numerics = Numerics.Float32, JitTier jit = JitTier.Off)
    {
        if (!IsSupported(tier))
            throw new PlatformNotSupportedException(
                $"this processor has no vectors of tier {tier}; best is {BestTier}"
            );
        if (jit != JitTier.Off && JitTiers.Missing(ProcessorFeatures.Current, jit) is { } missing)
            throw new PlatformNotSupportedException($"no generated kernels of tier {jit}: {missing}");
        HalfBits.Prepare();
        _operations = Operations.For(tier);
        _training = TrainingOperations.For(tier);
        _images = ImageOperations.For(tier);
        _context = new CpuContext(threads);
        _numerics = numerics;
        _jit = jit;
        Tier = tier;
        string vectors = tier switch
        {
            SimdTier.V512 => "AVX-512",
            SimdTier.V256 => "AVX2",
            _ => "128-bit vectors",
        };
        string kernels =
            jit == JitTier.Off || numerics == Numerics.Float32 ? vectors : $"{JitTiers.NameOf(jit)} generated";
        Name = $"cpu ({kernels}, {threads} {(threads == 1 ? "thread" : "threads")})";
    }

    /// <summary>A backend of the best kernels for such features, or of those that the setting names.</summary>
    internal CpuBackend(int threads, SimdTier tier, Numerics numerics, ProcessorFeatures features, string? setting)
        : this(threads, tier, numerics, JitTiers.Choose(setting, features, tier)) { }

    /// <summary>The widest tier this machine has.</summary>
    public static SimdTier BestTier =>
        Lanes512.IsSupported ? SimdTier.V512
        : Lanes256.IsSupported ? SimdTier.V256
        : SimdTier.V128;

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>The vector width in use.</summary>
    public SimdTier Tier { get; }

    /// <summary>Threads that compute, the caller included.</summary>
    public int Threads => _context.Pool.Threads;

    /// <summary>Whether this machine has vectors of the tier.</summary>
    public static bool IsSupported(SimdTier tier) => tier <= BestTier && Enum.IsDefined(tier);

    /// <summary>
    /// Asked for the packed bytes of each matrix before it is packed: those that <see cref="Weight.Packed"/> was of the same matrix
    /// under the same <see cref="PackedPanels.Version"/>, or null where there are none. They are used where they are and must
    /// outlive the weight.
    /// </summary>
    public Func<Tensor, Tensor?>? Kept { get; init; }

    /// <summary>Whether a weight so far wanted generated kernels.</summary>
    internal bool GeneratesKernels => _kernels is not null;

    /// <inheritdoc/>
    public Weight Prepare(Tensor matrix)
    {
        OperandChecks.Prepare(matrix);
        bool isQuantized = _numerics == Numerics.Fast && PackedPanels.IsQuantized(matrix.Type);
        // Made in the background from the first weight on that wants them: by the last they are mostly ready.
        if (_jit != JitTier.Off && (isQuantized || matrix.Type == DType.F16 || HasTiles && matrix.Type == DType.BF16))
            _kernels ??= JitKernels.Shared(_jit);
        return FloatWeight.TryPack(_context.Pool, matrix, Kept)
            ?? (isQuantized ? PackedWeight.Pack(_context.Pool, matrix, Kept) : new Weight(matrix));
    }

    /// <inheritdoc/>
    public void Refresh(Weight weight, Tensor values)
    {
        OperandChecks.Refresh(weight, values);
        ((FloatWeight)weight).Refresh(_context.Pool, values);
    }

    /// <inheritdoc/>
    public void MatMul(Weight weight, ReadOnlySpan<float> input, Span<float> output, int rows)
    {
        OperandChecks.MatMul(weight, input.Length, output.Length, rows);
        fixed (float* x = input)
        fixed (float* y = output)
        {
            if (weight is FloatWeight floats)
                MatMul(floats, x, y, rows);
            else if (weight is not PackedWeight packed)
                _operations.MatMul(_context, weight.Source, x, y, rows);
            else if (_kernels is not null && packed.Inputs > 0)
                PackedProduct.Run(_context, packed, Kernels.Of(packed.Source.Type), x, y, rows);
            else
                _operations.MatMul(_context, packed, x, y, rows);
        }
    }

    /// <inheritdoc/>
    public void Gather(Tensor table, ReadOnlySpan<int> ids, Span<float> output)
    {
        OperandChecks.Gather(table, ids, output.Length);
        fixed (int* rows = ids)
        fixed (float* y = output)
            Cpu.Gather.Run(_context, table, rows, ids.Length, y);
    }

    /// <inheritdoc/>
    public void RmsNorm(ReadOnlySpan<float> input, ReadOnlySpan<float> weight, float epsilon, Span<float> output)
    {
        int rows = OperandChecks.Rows(input.Length, weight.Length, output.Length);
        fixed (float* x = input)
        fixed (float* w = weight)
        fixed (float* y = output)
            _operations.RmsNorm(_context, x, w, epsilon, y, weight.Length, rows);
    }

    /// <inheritdoc/>
    public void LayerNorm(
        ReadOnlySpan<float> input,
        ReadOnlySpan<float> weight,
        ReadOnlySpan<float> bias,
        float epsilon,
        Span<float> output
    )
    {
        int rows = OperandChecks.Rows(input.Length, weight.Length, output.Length);
        if (!bias.IsEmpty)
            OperandChecks.SameLength(weight.Length, bias.Length);
        fixed (float* x = input)
        fixed (float* w = weight)
        fixed (float* b = bias)
        fixed (float* y = output)
            _operations.LayerNorm(_context, x, w, b, epsilon, y, weight.Length, rows);
    }

    /// <inheritdoc/>
    public void Rope(
        Span<float> x,
        ReadOnlySpan<int> positions,
        int heads,
        int headDim,
        ReadOnlySpan<float> inverseFrequencies,
        float magnitude,
        RopeStyle style
    )
    {
        OperandChecks.Rope(x.Length, positions.Length, heads, headDim, inverseFrequencies.Length);
        fixed (float* rows = x)
        fixed (int* at = positions)
            Cpu.Rope.Run(_context, rows, at, positions.Length, heads, headDim, inverseFrequencies, magnitude, style);
    }

    /// <inheritdoc/>
    public void StoreKv(ReadOnlySpan<float> rows, KvView cache, ReadOnlySpan<int> slots)
    {
        OperandChecks.StoreKv(rows.Length, cache, slots);
        fixed (float* source = rows)
        fixed (int* places = slots)
            Cpu.StoreKv.Run(_context, source, cache, places, slots.Length);
    }

    /// <inheritdoc/>
    public void PagedAttention(in AttentionInput input, Span<float> output)
    {
        OperandChecks.PagedAttention(input, output.Length);
        fixed (float* query = input.Query)
        fixed (float* result = output)
        fixed (int* tables = input.BlockTables)
        fixed (float* sinks = input.Sinks)
        fixed (AttentionSequence* sequences = input.Sequences)
        {
            var job = new AttentionJob(input, query, result, tables, sinks, sequences) { Halves = Halves };
            if (HasTiles && AttentionJob.TilesTake(input.Keys, input.Values))
                job.Tiles = Kernels.FloatTiles;
            _operations.PagedAttention(_context, job);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _context.Dispose();

    private void MatMul(FloatWeight weight, float* x, float* y, int rows)
    {
        if (UsesTiles(weight))
            TileMatMul.Run(_context, weight, Kernels.FloatTiles, x, y, rows);
        else
            _operations.MatMul(_context, weight, Halves, x, y, rows);
    }

    private HalfKernels Halves => _kernels is { IsCompleted: true } ? Kernels.Halves : default;

    /// <summary>Whether products with the weight are those of <see cref="TileMatMul"/>.</summary>
    internal bool UsesTiles(Weight weight) => HasTiles && weight is FloatWeight floats && TileMatMul.Takes(floats);

    /// <summary>Whether products of floats may round inputs to 16 bits, and there are tiles for that.</summary>
    private bool HasTiles => _numerics == Numerics.Fast && _jit == JitTier.Amx;

    // Waits, if need be: loops in C# give the same bits, but to compile them takes longer than to assemble the rest.
    private JitKernels Kernels => (_kernels ??= JitKernels.Shared(_jit)).GetAwaiter().GetResult();

    /// <summary>The tier that a setting names; the best where it is unset.</summary>
    internal static SimdTier ParseTier(string? setting)
    {
        if (string.IsNullOrEmpty(setting))
            return BestTier;
        if (Enum.TryParse(setting, ignoreCase: true, out SimdTier tier) && char.IsLetter(setting[0]))
            return tier;
        string known = string.Join(", ", Enum.GetNames<SimdTier>());
        throw new ArgumentException($"{TierVariable} is '{setting}'; it must be one of {known}");
    }
}
