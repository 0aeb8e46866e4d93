// Owns which element types a key/value cache may have.
using Tern.Tensors;

namespace Tern.Kernels;

/// <summary>Element types of a key/value cache.</summary>
public static class KvTypes
{
    /// <summary>All of them, the exact one first.</summary>
    public static IReadOnlyList<DType> All { get; } = [DType.F32, DType.F16, DType.BF16, DType.Q8_0];

    /// <summary>Their names, for messages: "F32, F16, BF16 or Q8_0".</summary>
    public static string Names { get; } = List(All);

    /// <summary>Whether a cache may have the type.</summary>
    public static bool Contains(DType type) => type is DType.F32 or DType.F16 or DType.BF16 or DType.Q8_0;

    /// <summary>Whether a head's vector of <paramref name="headDim"/> elements is a whole number of the type's blocks.</summary>
    public static bool Fits(DType type, int headDim) => headDim % type.ElementsPerBlock() == 0;

    /// <summary>The types whose blocks a head's vector of <paramref name="headDim"/> elements fills, for messages.</summary>
    public static string NamesThatFit(int headDim) => List([.. All.Where(type => Fits(type, headDim))]);

    private static string List(IReadOnlyList<DType> types) => $"{string.Join(", ", types.SkipLast(1))} or {types[^1]}";
}
