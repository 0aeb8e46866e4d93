// Owns the shape of work that a WorkerPool divides.
namespace Tern.Kernels.Threading;

/// <summary>
/// Work made of numbered tasks that do not depend on each other. An unmanaged struct (its operands are pinned by the
/// caller), so that handing it to other threads allocates nothing.
/// </summary>
internal interface IParallelBody
{
    /// <summary>Does task number <paramref name="task"/> on worker number <paramref name="worker"/>.</summary>
    void Invoke(int task, int worker);
}
