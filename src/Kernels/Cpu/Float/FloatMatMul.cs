// Owns the choice of element type, and of the way to go, in a product with a weight of floats.
using Tern.Kernels.Cpu.Jit;
using Tern.Kernels.Cpu.Lanes;
using Tern.Tensors;

namespace Tern.Kernels.Cpu.Float;

internal static unsafe class FloatMatMul
{
    public static void Run<TLanes>(
        CpuContext context,
        FloatWeight weight,
        HalfKernels halves,
        float* input,
        float* output,
        int rows
    )
        where TLanes : unmanaged, ILanes<TLanes>
    {
        switch (weight.Type)
        {
            case DType.F32:
                Run<TLanes, F32Element>(context, weight, default, input, output, rows);
                break;
            case DType.F16:
                Run<TLanes, F16Element>(context, weight, halves, input, output, rows);
                break;
            default:
                Run<TLanes, BF16Element>(context, weight, default, input, output, rows);
                break;
        }
    }

    private static void Run<TLanes, TElement>(
        CpuContext context,
        FloatWeight weight,
        HalfKernels halves,
        float* input,
        float* output,
        int rows
    )
        where TLanes : unmanaged, ILanes<TLanes>
        where TElement : struct, IFloatElement
    {
        if (rows == 1)
        {
            OneRowProduct<TLanes, TElement>.Run(context, weight, halves, input, output);
            return;
        }
        var results = new FloatResults
        {
            Data = output,
            Stride = weight.Outputs,
            Rows = rows,
            Outputs = weight.Outputs,
            Depth = weight.Inputs,
        };
        var panels = new WeightPanels<TLanes, TElement>(weight, halves);
        FloatProduct.Run<TLanes, WeightPanels<TLanes, TElement>>(
            context,
            FloatMatrix.ByRows(input, weight.Inputs),
            panels,
            results
        );
        GC.KeepAlive(weight);
    }
}
