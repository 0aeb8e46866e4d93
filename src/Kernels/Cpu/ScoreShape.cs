// Owns what becomes of a dot product of a query and a key before the softmax: scaled, capped, hidden where it is not seen.
using System.Runtime.CompilerServices;
using Tern.Kernels.Cpu.Lanes;

namespace Tern.Kernels.Cpu;

internal readonly unsafe struct ScoreShape<TLanes>
    where TLanes : unmanaged, ILanes<TLanes>
{
    private readonly float _scale;
    private readonly float _softCap;

    /// <summary>0, 1, 2 … in a tile, to compare with ranges.</summary>
    private readonly float* _places;

    public ScoreShape(in AttentionJob job, float* memory)
    {
        _scale = job.Scale;
        _softCap = job.SoftCap;
        _places = memory;
        for (int i = 0; i < Floats; i++)
            _places[i] = i;
    }

    public const int Floats = AttentionJob.Tile;

    /// <summary>
    /// 16 dot products of a tile, from <paramref name="start"/> on, scaled and capped; -∞ outside of the visible
    /// <paramref name="from"/> to <paramref name="to"/>, which count from the tile's beginning and may lie outside of it.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLanes Of(float* tile, int start, int from, int to)
    {
        var score = TLanes.Load(tile + start) * TLanes.Create(_scale);
        if (_softCap != 0)
            score = Capped(score);
        if (from <= start && to >= start + 16)
            return score;
        var hidden = TLanes.Create(float.NegativeInfinity);
        var at = TLanes.Load(_places + start);
        return TLanes.WhereLess(
            at,
            TLanes.Create(from),
            hidden,
            TLanes.WhereLess(at, TLanes.Create(to), score, hidden)
        );
    }

    // Few models want it, and inlined it would use up what the compiler inlines for the others.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private TLanes Capped(TLanes score)
    {
        var cap = TLanes.Create(_softCap);
        return cap * LaneMath.Tanh(score / cap);
    }
}
