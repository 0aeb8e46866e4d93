// Owns the memory of intermediate results. A stack of one slab each for floats and integers: taking is adding to an
// index. The first pass of a size finds the slab too small and takes extra slabs; the next pass starts with one slab
// large enough for everything, so passes of that size or less allocate nothing.
namespace Tern.Models.Layers;

/// <summary>A stack of scratch memory, released in the reverse order of taking.</summary>
internal sealed class Scratch
{
    private Stack<float> _floats;
    private Stack<int> _integers;

    public Scratch()
    {
        _floats = new Stack<float>();
        _integers = new Stack<int>();
    }

    public Mark Position => new(_floats.Used, _integers.Used);

    public Span<float> Take(int count) => _floats.Take(count);

    public Span<int> TakeIntegers(int count) => _integers.Take(count);

    public void Release(Mark mark)
    {
        _floats.Used = mark.Floats;
        _integers.Used = mark.Integers;
    }

    /// <summary>Releases everything and makes room for the largest need so far.</summary>
    public void Reset()
    {
        _floats.Reset();
        _integers.Reset();
    }

    /// <summary>How much was taken at some moment.</summary>
    internal readonly record struct Mark(long Floats, long Integers);

    private struct Stack<T>()
        where T : unmanaged
    {
        private T[] _slab = [];
        private long _peak;

        public long Used { get; set; }

        public Span<T> Take(int count)
        {
            long start = Used;
            Used = start + (count + 15L & ~15L);
            _peak = Math.Max(_peak, Used);
            // Beyond the slab the memory is the collector's for this pass; Reset makes the slab larger.
            return Used <= _slab.Length ? _slab.AsSpan((int)start, count) : new T[count];
        }

        public void Reset()
        {
            Used = 0;
            if (_peak > _slab.Length)
                _slab = GC.AllocateUninitializedArray<T>(checked((int)Math.Min(_peak, Array.MaxLength)), pinned: true);
        }
    }
}
