// Owns the choice of vector width for the operations of training, as Operations does for those of a forward pass.
using Tern.Kernels.Cpu.Float;
using Tern.Kernels.Cpu.Lanes;

namespace Tern.Kernels.Cpu;

/// <summary>The operations of training whose loops depend on the vector width, on pinned and checked operands.</summary>
internal abstract unsafe class TrainingOperations
{
    public static TrainingOperations For(SimdTier tier) =>
        tier switch
        {
            SimdTier.V512 => new TrainingOperations<Lanes512>(),
            SimdTier.V256 => new TrainingOperations<Lanes256>(),
            _ => new TrainingOperations<Lanes128>(),
        };

    public abstract void Product(CpuContext context, FloatMatrix a, FloatMatrix b, in FloatResults results);

    public abstract void Blend(CpuContext context, float* x, float a, float* y, float b, int length);

    public abstract void ScatterAdd(CpuContext context, float* gradient, int* ids, int rows, float* table, int width);

    public abstract void RmsNormBackward(CpuContext context, in RmsNormGradient call);

    public abstract void GateBackward(CpuContext context, in GateGradient call, Activation activation);

    public abstract void ActivateBackward(
        CpuContext context,
        float* x,
        float* gradient,
        int length,
        Activation activation
    );

    public abstract void AttentionBackward(CpuContext context, in AttentionGradientJob job);

    public abstract void AddColumnSums(CpuContext context, float* x, int rows, float* sums, int width);

    public abstract void LogProbabilitiesBackward(CpuContext context, in LogProbabilityGradient call);
}

/// <inheritdoc/>
internal sealed unsafe class TrainingOperations<TLanes> : TrainingOperations
    where TLanes : unmanaged, ILanes<TLanes>
{
    public override void Product(CpuContext context, FloatMatrix a, FloatMatrix b, in FloatResults results) =>
        FloatProduct.Run<TLanes>(context, a, b, results);

    public override void Blend(CpuContext context, float* x, float a, float* y, float b, int length) =>
        Elementwise.Blend<TLanes>(context, x, a, y, b, length);

    public override void ScatterAdd(CpuContext context, float* gradient, int* ids, int rows, float* table, int width) =>
        RowSums.Scatter<TLanes>(context, gradient, ids, rows, table, width);

    public override void RmsNormBackward(CpuContext context, in RmsNormGradient call) =>
        Normalization.RmsBackward<TLanes>(context, call);

    public override void GateBackward(CpuContext context, in GateGradient call, Activation activation) =>
        Activations.GateBackward<TLanes>(context, call, activation);

    public override void ActivateBackward(
        CpuContext context,
        float* x,
        float* gradient,
        int length,
        Activation activation
    ) => Activations.ActivateBackward<TLanes>(context, x, gradient, length, activation);

    public override void AttentionBackward(CpuContext context, in AttentionGradientJob job) =>
        CausalAttention.Backward<TLanes>(context, job);

    public override void AddColumnSums(CpuContext context, float* x, int rows, float* sums, int width) =>
        RowSums.Columns<TLanes>(context, x, rows, sums, width);

    public override void LogProbabilitiesBackward(CpuContext context, in LogProbabilityGradient call) =>
        LogProbabilities.Backward<TLanes>(context, call);
}
