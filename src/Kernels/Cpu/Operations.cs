// Owns the choice of vector width: one virtual call per operation leads to the loops compiled for that width.
using System.Runtime.Intrinsics;
using Tern.Kernels.Cpu.Float;
using Tern.Kernels.Cpu.Jit;
using Tern.Kernels.Cpu.Lanes;
using Tern.Kernels.Cpu.Packed;
using Tern.Tensors;

namespace Tern.Kernels.Cpu;

/// <summary>The operations whose loops depend on the vector width, on pinned and checked operands.</summary>
internal abstract unsafe class Operations
{
    public static Operations For(SimdTier tier) =>
        tier switch
        {
            SimdTier.V512 => new Operations<Lanes512, ByteProducts512, Vector512<byte>>(),
            SimdTier.V256 when ByteProductsVnni256.IsSupported => new Operations<
                Lanes256,
                ByteProductsVnni256,
                Vector256<byte>
            >(),
            SimdTier.V256 => new Operations<Lanes256, ByteProducts256, Vector256<byte>>(),
            _ => new Operations<Lanes128, ByteProducts128, Vector128<byte>>(),
        };

    public abstract void MatMul(CpuContext context, Tensor weight, float* input, float* output, int rows);

    public abstract void MatMul(CpuContext context, PackedWeight weight, float* input, float* output, int rows);

    public abstract void MatMul(
        CpuContext context,
        FloatWeight weight,
        HalfKernels halves,
        float* input,
        float* output,
        int rows
    );

    public abstract void RmsNorm(
        CpuContext context,
        float* input,
        float* weight,
        float epsilon,
        float* output,
        int width,
        int rows
    );

    public abstract void LayerNorm(
        CpuContext context,
        float* input,
        float* weight,
        float* bias,
        float epsilon,
        float* output,
        int width,
        int rows
    );

    public abstract void PagedAttention(CpuContext context, in AttentionJob job);

    public abstract void AddBias(CpuContext context, float* x, float* bias, int width, int rows);

    public abstract void Add(CpuContext context, float* x, float* y, float* output, int length);

    public abstract void AddScaled(CpuContext context, float* x, float* y, float factor, int length);

    public abstract void Scale(CpuContext context, float* x, float factor, int length);

    public abstract void SoftCap(CpuContext context, float* x, float cap, int length);

    public abstract void Gate(
        CpuContext context,
        float* gate,
        float* up,
        float* output,
        int length,
        Activation activation
    );

    public abstract void Activate(CpuContext context, float* x, float* output, int length, Activation activation);
}

/// <inheritdoc/>
internal sealed unsafe class Operations<TLanes, TBytes, TVector> : Operations
    where TLanes : unmanaged, ILanes<TLanes>
    where TBytes : struct, IByteProducts<TVector>
    where TVector : unmanaged
{
    public override void MatMul(CpuContext context, Tensor weight, float* input, float* output, int rows) =>
        Cpu.MatMul.Run<TLanes>(context, weight, input, output, rows);

    public override void MatMul(CpuContext context, PackedWeight weight, float* input, float* output, int rows) =>
        PackedMatMul.Run<TLanes, TBytes, TVector>(context, weight, input, output, rows);

    public override void MatMul(
        CpuContext context,
        FloatWeight weight,
        HalfKernels halves,
        float* input,
        float* output,
        int rows
    ) => FloatMatMul.Run<TLanes>(context, weight, halves, input, output, rows);

    public override void RmsNorm(
        CpuContext context,
        float* input,
        float* weight,
        float epsilon,
        float* output,
        int width,
        int rows
    ) => Normalization.Rms<TLanes>(context, input, weight, epsilon, output, width, rows);

    public override void LayerNorm(
        CpuContext context,
        float* input,
        float* weight,
        float* bias,
        float epsilon,
        float* output,
        int width,
        int rows
    ) => Normalization.Layer<TLanes>(context, input, weight, bias, epsilon, output, width, rows);

    public override void PagedAttention(CpuContext context, in AttentionJob job) =>
        Cpu.PagedAttention.Run<TLanes>(context, job);

    public override void AddBias(CpuContext context, float* x, float* bias, int width, int rows) =>
        Elementwise.AddBias<TLanes>(context, x, bias, width, rows);

    public override void Add(CpuContext context, float* x, float* y, float* output, int length) =>
        Elementwise.Run<TLanes, Sum>(context, x, y, 0, output, length);

    public override void AddScaled(CpuContext context, float* x, float* y, float factor, int length) =>
        Elementwise.Run<TLanes, ScaledSum>(context, x, y, factor, x, length);

    public override void Scale(CpuContext context, float* x, float factor, int length) =>
        Elementwise.Run<TLanes, Product>(context, x, x, factor, x, length);

    public override void SoftCap(CpuContext context, float* x, float cap, int length) =>
        Elementwise.Run<TLanes, Cap>(context, x, x, cap, x, length);

    public override void Gate(
        CpuContext context,
        float* gate,
        float* up,
        float* output,
        int length,
        Activation activation
    ) => Activations.Gate<TLanes>(context, gate, up, output, length, activation);

    public override void Activate(CpuContext context, float* x, float* output, int length, Activation activation) =>
        Activations.Activate<TLanes>(context, x, output, length, activation);
}
