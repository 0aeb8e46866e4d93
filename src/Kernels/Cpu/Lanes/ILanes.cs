// Owns the contract of a vector of 16 floats, which all CPU kernels are written against: one 512-bit register, two of
// 256 bits or four of 128. Every operation is element-wise and correctly rounded, or (Sum, Largest) a fixed tree, so
// all implementations give bitwise the same numbers.
using System.Runtime.Intrinsics;

namespace Tern.Kernels.Cpu.Lanes;

internal unsafe interface ILanes<T>
    where T : unmanaged, ILanes<T>
{
    /// <summary>Rows and columns of accumulators a matrix product keeps in registers.</summary>
    static abstract bool WideTile { get; }

    static abstract T Zero { get; }

    static abstract T Create(float value);

    /// <summary>Eight times <paramref name="low"/>, then eight times <paramref name="high"/>.</summary>
    static abstract T Create(float low, float high);

    static abstract T Load(float* source);

    static abstract void Store(float* destination, T value);

    /// <summary>a·b + c, rounded once.</summary>
    static abstract T Fma(T a, T b, T c);

    static abstract T operator +(T a, T b);

    static abstract T operator -(T a, T b);

    static abstract T operator *(T a, T b);

    static abstract T operator /(T a, T b);

    /// <summary>The larger; where <paramref name="b"/> is not a number, that.</summary>
    static abstract T Max(T a, T b);

    /// <summary>The smaller; where <paramref name="b"/> is not a number, that.</summary>
    static abstract T Min(T a, T b);

    /// <summary>Where a &lt; b, <paramref name="yes"/>, else <paramref name="no"/>.</summary>
    static abstract T WhereLess(T a, T b, T yes, T no);

    static abstract T Abs(T a);

    /// <summary>2^n for whole n from -126 to 127.</summary>
    static abstract T PowerOfTwo(T n);

    /// <summary>The sum of all lanes: halves added, then quarters, then pairs.</summary>
    static abstract float Sum(T a);

    /// <summary>
    /// The first half of that tree for four vectors at once: lane 4·v + k is what vector v, added down to four lanes, has
    /// in lane k.
    /// </summary>
    static abstract T SumToFour(T a, T b, T c, T d);

    /// <summary>
    /// The second half for four results of <see cref="SumToFour"/>: lane 4·g + v is the sum of lanes 4·g to 4·g + 3 of
    /// vector v. Both halves sum sixteen vectors with a fifth of the shuffles of sixteen calls of <see cref="Sum"/>.
    /// </summary>
    static abstract T SumFours(T a, T b, T c, T d);

    /// <summary>The largest lane (of numbers).</summary>
    static abstract float Largest(T a);

    /// <summary>16 IEEE half-precision numbers, all of them exactly.</summary>
    static abstract T FromHalf(ushort* source);

    /// <summary>16 bfloat16 numbers.</summary>
    static abstract T FromBFloat16(ushort* source);

    /// <summary>16 signed bytes as floats.</summary>
    static abstract T FromCodes(Vector128<sbyte> codes);

    /// <summary>The low nibbles of 16 bytes and the high ones: book[nibble]·scale.</summary>
    static abstract void Nibbles<TBook>(byte* packed, float scale, out T low, out T high)
        where TBook : struct, ICodebook;

    /// <summary>The low nibbles of 16 bytes and the high ones: book[nibble]·scale + offset, rounded twice.</summary>
    static abstract void Nibbles<TBook>(byte* packed, float scale, float offset, out T low, out T high)
        where TBook : struct, ICodebook;

    /// <summary>The low nibbles of 32 bytes: book[nibble]·scale + offset, rounded twice.</summary>
    static abstract void LowNibbles<TBook>(byte* packed, float scale, float offset, out T first, out T second)
        where TBook : struct, ICodebook;

    /// <summary>The high nibbles of 32 bytes: book[nibble]·scale + offset, rounded twice.</summary>
    static abstract void HighNibbles<TBook>(byte* packed, float scale, float offset, out T first, out T second)
        where TBook : struct, ICodebook;
}
