// Owns the eight 6-bit scales and eight 6-bit minima that Q4_K and Q5_K pack into 12 bytes (ggml-quants.c,
// get_scale_min_k4): byte i holds scale i, byte 4+i minimum i, and their upper two bits are those of numbers 4+i, whose
// lower four bits share byte 8+i.
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Tern.Kernels.Cpu.Lanes;

namespace Tern.Kernels.Cpu.Weights;

internal static unsafe class KScales
{
    /// <summary>Writes 8 scales times d, then 8 minima times -dmin, from a block that starts d, dmin, packed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Decode<TLanes>(byte* block, float* workspace)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        const uint Six = 0x3f3f3f3f;
        const uint Four = 0x0f0f0f0f;
        const uint Two = 0x30303030;
        uint scales = *(uint*)(block + 4);
        uint minima = *(uint*)(block + 8);
        uint rest = *(uint*)(block + 12);
        ulong allScales = (scales & Six) | (ulong)((rest & Four) | ((scales >> 2) & Two)) << 32;
        ulong allMinima = (minima & Six) | (ulong)(((rest >> 4) & Four) | ((minima >> 2) & Two)) << 32;
        var codes = TLanes.FromCodes(Vector128.Create(allScales, allMinima).AsSByte());
        float d = HalfBits.ToSingle(*(ushort*)block);
        float minimum = -HalfBits.ToSingle(*(ushort*)(block + 2));
        TLanes.Store(workspace, codes * TLanes.Create(d, minimum));
    }
}
