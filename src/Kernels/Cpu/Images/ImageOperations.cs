// Owns the choice of vector width for the operations of convolutional networks, as Operations does for those of a forward pass.
using Tern.Kernels.Cpu.Lanes;

namespace Tern.Kernels.Cpu.Images;

/// <summary>The operations of convolutional networks whose loops depend on the vector width, on pinned and checked operands.</summary>
internal abstract class ImageOperations
{
    public static ImageOperations For(SimdTier tier) =>
        tier switch
        {
            SimdTier.V512 => new ImageOperations<Lanes512>(),
            SimdTier.V256 => new ImageOperations<Lanes256>(),
            _ => new ImageOperations<Lanes128>(),
        };

    public abstract void Fold(CpuContext context, in PatchJob job);

    public abstract void BatchNorm(CpuContext context, in BatchNormJob job);

    public abstract void BatchNormWith(CpuContext context, in BatchNormJob job);

    public abstract void BatchNormBackward(CpuContext context, in BatchNormJob job);

    public abstract void MaxPool(CpuContext context, in PoolJob job);

    public abstract void MaxPoolBackward(CpuContext context, in PoolJob job);

    public abstract void AveragePool(CpuContext context, in PoolJob job);

    public abstract void AveragePoolBackward(CpuContext context, in PoolJob job);
}

/// <inheritdoc/>
internal sealed class ImageOperations<TLanes> : ImageOperations
    where TLanes : unmanaged, ILanes<TLanes>
{
    public override void Fold(CpuContext context, in PatchJob job) => Patches.Fold<TLanes>(context, job);

    public override void BatchNorm(CpuContext context, in BatchNormJob job) =>
        BatchNormalization.Forward<TLanes>(context, job);

    public override void BatchNormWith(CpuContext context, in BatchNormJob job) =>
        BatchNormalization.Apply<TLanes>(context, job);

    public override void BatchNormBackward(CpuContext context, in BatchNormJob job) =>
        BatchNormalization.Backward<TLanes>(context, job);

    public override void MaxPool(CpuContext context, in PoolJob job) => Pools.Forward<TLanes, MaxPool>(context, job);

    public override void MaxPoolBackward(CpuContext context, in PoolJob job) =>
        Pools.Backward<TLanes, MaxPool>(context, job);

    public override void AveragePool(CpuContext context, in PoolJob job) =>
        Pools.Forward<TLanes, AveragePool>(context, job);

    public override void AveragePoolBackward(CpuContext context, in PoolJob job) =>
        Pools.Backward<TLanes, AveragePool>(context, job);
}
