// Owns the contract of byte products in one vector register: outputs times four inputs, a byte each. Sums of products are
// exact integers, so every implementation gives the same ones.
namespace Tern.Kernels.Cpu.Packed;

/// <typeparam name="TVector">
/// The register. It holds codes; or sums of products, which before <see cref="ToInt32"/> may be 16 bits wide, two an output.
/// </typeparam>
internal unsafe interface IByteProducts<TVector>
    where TVector : unmanaged
{
    /// <summary>Bytes of a register: 16, 32 or 64, for 4, 8 or 16 outputs.</summary>
    static abstract int Bytes { get; }

    static abstract TVector Load(byte* codes);

    static abstract void Store(byte* destination, TVector codes);

    /// <summary>In every byte: bits moved up by <paramref name="left"/> (down where negative), then those of the mask.</summary>
    static abstract TVector Field(TVector codes, int left, byte mask);

    static abstract TVector Or(TVector a, TVector b);

    /// <summary>The four codes at <paramref name="x"/>, once for every output.</summary>
    static abstract TVector Broadcast(sbyte* x);

    /// <summary>Unsigned codes below 128 times signed codes that <see cref="Broadcast"/> gave.</summary>
    static abstract TVector Multiply(TVector codes, TVector x);

    /// <summary>Adds such a product; the caller sees to it that 16 bits hold the sum.</summary>
    static abstract TVector MultiplyAdd(TVector sum, TVector codes, TVector x);

    /// <summary>Signed codes times such codes, which are never -128; 16 bits hold one such product.</summary>
    static abstract TVector MultiplySigned(TVector codes, TVector x);

    /// <summary>Sums of products as sums of 32 bits, one an output.</summary>
    static abstract TVector ToInt32(TVector sum);

    /// <summary>Adds two results of <see cref="ToInt32"/>.</summary>
    static abstract TVector AddInt32(TVector a, TVector b);

    /// <summary>Writes a result of <see cref="ToInt32"/> as floats, one an output.</summary>
    static abstract void StoreSingle(float* destination, TVector sum);
}
