// Owns the yardstick of matrix units: how fast this machine's tiles (AMX) multiply.
using Tern.Kernels.Cpu.Jit;

namespace Tern.Kernels.Limits;

/// <summary>Rates of tile products, operations a second (a multiplication and an addition are two).</summary>
/// <param name="Note">What was measured, or why nothing could be.</param>
/// <param name="BFloat16">Of bfloat16; null = not measured.</param>
/// <param name="Int8">Of bytes; null = not measured.</param>
public sealed record TileRate(string Note, double? BFloat16 = null, double? Int8 = null)
{
    private const int Rounds = 400;
    private const int Repeats = 2000;

    /// <summary>Measures the fastest round, which takes less than a second; nothing where the machine lacks tiles.</summary>
    /// <param name="threads">Threads that compute.</param>
    public static TileRate Measure(int threads)
    {
        if (JitTiers.Missing(ProcessorFeatures.Current, JitTier.Amx) is { } missing)
            return new TileRate($"AMX: none, {missing}");
        return
            Rate(isBytes: false, threads, out var refusal) is { } bfloat16
            && Rate(isBytes: true, threads, out refusal) is { } int8
            ? new TileRate("AMX: products of tiles in registers", bfloat16, int8)
            : new TileRate($"AMX: not measured, {refusal!.Reason}");
    }

    /// <summary>The better of two measurements.</summary>
    public TileRate Best(TileRate other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return BFloat16 is null || other.BFloat16 is null
            ? this
            : this with
            {
                BFloat16 = Math.Max(BFloat16.Value, other.BFloat16.Value),
                Int8 = Math.Max(Int8!.Value, other.Int8!.Value),
            };
    }

    private static unsafe double? Rate(bool isBytes, int threads, out ExecutableMemoryRefusal? refusal)
    {
        (var memory, refusal) = ExecutableMemory.Map(TileLoop.Generate(isBytes).Code.Span);
        if (memory is null)
            return null;
        using (memory)
        {
            var loop = (delegate* unmanaged<TileLoopJob*, void>)memory.Start;
            double seconds = ConcurrentRounds.Fastest(
                threads,
                kinds: 1,
                Rounds,
                (_, _, _) =>
                {
                    var job = new TileLoopJob
                    {
                        Shape = TileShape.ForBFloat16(TileShape.MaxRows, TileShape.MaxOutputs),
                        Repeats = Repeats,
                    };
                    loop(&job);
                }
            )[0];
            return TileLoop.Operations(isBytes) * Repeats * threads / seconds;
        }
    }
}
