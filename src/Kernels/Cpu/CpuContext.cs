// Owns what the operations of one CPU backend share: its threads and its working memory.
using Tern.Kernels.Threading;

namespace Tern.Kernels.Cpu;

internal sealed class CpuContext(int threads) : IDisposable
{
    public WorkerPool Pool { get; } = new(threads);

    public NativeBuffer Scratch { get; } = new();

    /// <summary>Patches of images, which are kept while the product of them uses the other.</summary>
    public NativeBuffer Patches { get; } = new();

    public void Dispose()
    {
        Pool.Dispose();
        Scratch.Dispose();
        Patches.Dispose();
    }
}
