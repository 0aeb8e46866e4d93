// Owns the matrix product of the CPU backend: the choice of weight format and of the way to go, and the one formula.
//
// The formula, the same for every format, row count, thread count and vector width: lane l of 16 accumulates
// weight[o, 16c + l] · input[r, 16c + l] with one fused multiply-add per c, c ascending; then the lanes are summed in a
// fixed tree. Weights are expanded to exactly the floats their format defines. So a row's result does not depend on
// whether it is computed alone (DotProducts) or with others (BlockedProduct).
using Tern.Kernels.Cpu.Lanes;
using Tern.Kernels.Cpu.Weights;
using Tern.Tensors;
using Tern.Tensors.Quantization;

namespace Tern.Kernels.Cpu;

internal static unsafe class MatMul
{
    public static void Run<TLanes>(CpuContext context, Tensor weight, float* input, float* output, int rows)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        switch (weight.Type)
        {
            case DType.F64:
                Run<TLanes, F64Weights>(context, weight, input, output, rows);
                break;
            case DType.Q8_0:
                Run<TLanes, Q8_0Weights>(context, weight, input, output, rows);
                break;
            case DType.Q4_0:
                Run<TLanes, Q4_0Weights>(context, weight, input, output, rows);
                break;
            case DType.Q4_1:
                Run<TLanes, Q4_1Weights>(context, weight, input, output, rows);
                break;
            case DType.Q5_0:
                Run<TLanes, Q5_0Weights>(context, weight, input, output, rows);
                break;
            case DType.Q5_1:
                Run<TLanes, Q5_1Weights>(context, weight, input, output, rows);
                break;
            case DType.Q4_K:
                Run<TLanes, Q4_KWeights>(context, weight, input, output, rows);
                break;
            case DType.Q5_K:
                Run<TLanes, Q5_KWeights>(context, weight, input, output, rows);
                break;
            case DType.Q6_K:
                Run<TLanes, Q6_KWeights>(context, weight, input, output, rows);
                break;
            case DType.MXFP4:
                Run<TLanes, MXFP4Weights>(context, weight, input, output, rows);
                break;
            case DType.IQ4_NL:
                Run<TLanes, IQ4_NLWeights>(context, weight, input, output, rows);
                break;
            default:
                RunBlocks<TLanes>(context, weight, input, output, rows);
                break;
        }
    }

    /// <summary>The formats without a fast path.</summary>
    private static void RunBlocks<TLanes>(CpuContext context, Tensor weight, float* input, float* output, int rows)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        switch (weight.Type)
        {
            case DType.Q2_K:
                Run<TLanes, BlockWeights<BlockQ2_K>>(context, weight, input, output, rows);
                break;
            case DType.Q3_K:
                Run<TLanes, BlockWeights<BlockQ3_K>>(context, weight, input, output, rows);
                break;
            case DType.IQ2_XXS:
                Run<TLanes, BlockWeights<BlockIQ2_XXS>>(context, weight, input, output, rows);
                break;
            case DType.IQ2_XS:
                Run<TLanes, BlockWeights<BlockIQ2_XS>>(context, weight, input, output, rows);
                break;
            case DType.IQ2_S:
                Run<TLanes, BlockWeights<BlockIQ2_S>>(context, weight, input, output, rows);
                break;
            case DType.IQ3_XXS:
                Run<TLanes, BlockWeights<BlockIQ3_XXS>>(context, weight, input, output, rows);
                break;
            case DType.IQ3_S:
                Run<TLanes, BlockWeights<BlockIQ3_S>>(context, weight, input, output, rows);
                break;
            case DType.IQ1_S:
                Run<TLanes, BlockWeights<BlockIQ1_S>>(context, weight, input, output, rows);
                break;
            case DType.IQ1_M:
                Run<TLanes, BlockWeights<BlockIQ1_M>>(context, weight, input, output, rows);
                break;
            case DType.IQ4_XS:
                Run<TLanes, BlockWeights<BlockIQ4_XS>>(context, weight, input, output, rows);
                break;
            case DType.TQ1_0:
                Run<TLanes, BlockWeights<BlockTQ1_0>>(context, weight, input, output, rows);
                break;
            case DType.TQ2_0:
                Run<TLanes, BlockWeights<BlockTQ2_0>>(context, weight, input, output, rows);
                break;
            case DType.NVFP4:
                Run<TLanes, BlockWeights<BlockNVFP4>>(context, weight, input, output, rows);
                break;
            case DType.Q1_0:
                Run<TLanes, BlockWeights<BlockQ1_0>>(context, weight, input, output, rows);
                break;
            case DType.Q2_0:
                Run<TLanes, BlockWeights<BlockQ2_0>>(context, weight, input, output, rows);
                break;
            default:
                throw new NotSupportedException($"weight {weight} has no matrix product");
        }
    }

    private static void Run<TLanes, TFormat>(CpuContext context, Tensor weight, float* input, float* output, int rows)
        where TLanes : unmanaged, ILanes<TLanes>
        where TFormat : struct, IWeightFormat
    {
        var matrix = new WeightMatrix(weight, TFormat.Elements);
        if (rows == 1)
            DotProducts<TLanes, TFormat>.Run(context, matrix, input, output);
        else if (rows > 1)
            BlockedProduct<TLanes, TFormat>.Run(context, matrix, input, output, rows);
        GC.KeepAlive(weight);
    }
}
