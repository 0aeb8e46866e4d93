// Owns the choice of format of an integer product in C#.
using Tern.Kernels.Cpu.Lanes;
using Tern.Tensors;

namespace Tern.Kernels.Cpu.Packed;

internal static unsafe class PackedMatMul
{
    public static void Run<TLanes, TBytes, TVector>(
        CpuContext context,
        PackedWeight weight,
        float* input,
        float* output,
        int rows
    )
        where TLanes : unmanaged, ILanes<TLanes>
        where TBytes : struct, IByteProducts<TVector>
        where TVector : unmanaged
    {
        switch (weight.Source.Type)
        {
            case DType.Q4_0:
                Run<TLanes, TBytes, TVector, Q4_0Packed>(context, weight, input, output, rows);
                break;
            case DType.Q8_0:
                Run<TLanes, TBytes, TVector, Q8_0Packed>(context, weight, input, output, rows);
                break;
            case DType.Q4_K:
                Run<TLanes, TBytes, TVector, Q4_KPacked>(context, weight, input, output, rows);
                break;
            case DType.Q5_K:
                Run<TLanes, TBytes, TVector, Q5_KPacked>(context, weight, input, output, rows);
                break;
            default:
                Run<TLanes, TBytes, TVector, Q6_KPacked>(context, weight, input, output, rows);
                break;
        }
    }

    private static void Run<TLanes, TBytes, TVector, TFormat>(
        CpuContext context,
        PackedWeight weight,
        float* input,
        float* output,
        int rows
    )
        where TLanes : unmanaged, ILanes<TLanes>
        where TBytes : struct, IByteProducts<TVector>
        where TVector : unmanaged
        where TFormat : struct, IPackedFormat =>
        PackedProduct.Run(context, weight, default(PanelLoops<TLanes, TBytes, TVector, TFormat>), input, output, rows);
}
