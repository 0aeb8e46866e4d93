// Owns the choice of format of an integer product.
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
                PackedProduct<TLanes, TBytes, TVector, Q4_0Packed>.Run(context, weight, input, output, rows);
                break;
            case DType.Q8_0:
                PackedProduct<TLanes, TBytes, TVector, Q8_0Packed>.Run(context, weight, input, output, rows);
                break;
            case DType.Q4_K:
                PackedProduct<TLanes, TBytes, TVector, Q4_KPacked>.Run(context, weight, input, output, rows);
                break;
            case DType.Q5_K:
                PackedProduct<TLanes, TBytes, TVector, Q5_KPacked>.Run(context, weight, input, output, rows);
                break;
            default:
                PackedProduct<TLanes, TBytes, TVector, Q6_KPacked>.Run(context, weight, input, output, rows);
                break;
        }
    }
}
