// Owns the contract of a packed weight format: how a block of 16 outputs by 32 inputs lies in memory, and how its codes
// and scales enter a product. See PackedMatrix for the layout as a whole.
using Tern.Kernels.Cpu.Lanes;
using Tern.Tensors;

namespace Tern.Kernels.Cpu.Packed;

internal unsafe interface IPackedFormat
{
    static abstract DType Type { get; }

    /// <summary>Bytes of codes of a block of 16 outputs by 32 inputs, a multiple of 64.</summary>
    static abstract int CodeBytes { get; }

    /// <summary>Blocks whose scales lie together: 1, or the 8 of a super-block.</summary>
    static abstract int BlocksPerScales { get; }

    /// <summary>Bytes of scales of so many blocks.</summary>
    static abstract int ScaleBytes { get; }

    /// <summary>Whether codes are signed; 16 bits then hold one product of four.</summary>
    static abstract bool IsSigned { get; }

    /// <summary>How many products of four, of unsigned codes, 16 bits can sum: 2 · 127 · largest code · groups &lt; 2^15.</summary>
    static abstract int GroupsInInt16 { get; }

    /// <summary>Whether the two halves of a block have scales of their own.</summary>
    static abstract bool HasHalves { get; }

    /// <summary>
    /// Packs one source block of row <paramref name="row"/> of a panel: <see cref="BlocksPerScales"/> blocks of 32.
    /// </summary>
    static abstract void Pack(byte* source, int row, byte* scales, byte* codes);

    /// <summary>The codes of inputs 4·group to 4·group + 3 of a block.</summary>
    static abstract TVector Group<TBytes, TVector>(byte* codes, int group)
        where TBytes : struct, IByteProducts<TVector>
        where TVector : unmanaged;

    /// <summary>What the 16 outputs' sums are multiplied with, for block <paramref name="block"/> of those that share scales.</summary>
    static abstract void Scales<TLanes>(byte* scales, int block, out TLanes first, out TLanes second)
        where TLanes : unmanaged, ILanes<TLanes>;

    /// <summary>
    /// Adds a block to 16 results. <paramref name="sum"/> is its sum of products, or that of its first half where
    /// <see cref="HasHalves"/>, and <paramref name="sum1"/> that of its second; <paramref name="scale"/>,
    /// <paramref name="sums"/> and <paramref name="product"/> are the inputs' (see <see cref="RowSlab"/>).
    /// </summary>
    static abstract TLanes Add<TLanes>(
        TLanes result,
        TLanes first,
        TLanes second,
        TLanes sum,
        TLanes sum1,
        float scale,
        short* sums,
        float product
    )
        where TLanes : unmanaged, ILanes<TLanes>;
}
