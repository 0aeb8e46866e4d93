// Owns the contract of a table of 16 small integers that 4-bit codes stand for, and the tables in use.
#pragma warning disable MA0048 // four tables of two lines each read better side by side
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Tern.Kernels.Cpu.Lanes;

internal interface ICodebook
{
    /// <summary>The table as bytes, for byte shuffles.</summary>
    static abstract Vector128<sbyte> Codes { get; }

    /// <summary>The same table as floats, for permutations of whole lanes.</summary>
    static abstract Vector512<float> Values { get; }
}

/// <summary>0 … 15: Q4_1, Q4_K.</summary>
internal readonly struct UnsignedNibbles : ICodebook
{
    public static Vector128<sbyte> Codes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector128.Create((sbyte)0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    }

    public static Vector512<float> Values
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector512.Create(0f, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    }
}

/// <summary>-8 … 7: Q4_0.</summary>
internal readonly struct CenteredNibbles : ICodebook
{
    public static Vector128<sbyte> Codes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector128.Create((sbyte)-8, -7, -6, -5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 7);
    }

    public static Vector512<float> Values
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector512.Create(-8f, -7, -6, -5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 7);
    }
}

/// <summary>The non-linear levels of IQ4_NL (ggml-common.h, kvalues_iq4nl).</summary>
internal readonly struct NonLinearNibbles : ICodebook
{
    public static Vector128<sbyte> Codes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector128.Create((sbyte)-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113);
    }

    public static Vector512<float> Values
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector512.Create(-127f, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113);
    }
}

/// <summary>Twice the values of a 4-bit float E2M1 (OCP Microscaling Formats 1.0, 5.3.3).</summary>
internal readonly struct Float4Nibbles : ICodebook
{
    public static Vector128<sbyte> Codes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector128.Create((sbyte)0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12);
    }

    public static Vector512<float> Values
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector512.Create(0f, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12);
    }
}
