// Owns the memory of values and gradients: blocks are kept by size when they fall free and handed out again, so that a
// training step after the first allocates nothing from the system.
using Tern.Tensors;
using Tern.Tensors.Memory;

namespace Tern.Training.Autograd;

/// <summary>Lends float32 tensors. Not thread-safe.</summary>
public sealed class TensorPool : IDisposable
{
    private const long SmallestBytes = 256;
    private readonly Dictionary<long, Stack<AlignedMemory>> _free = [];

    /// <summary>Bytes that are lent at the moment.</summary>
    public long LentBytes { get; private set; }

    /// <summary>The most bytes that were lent at a time.</summary>
    public long PeakBytes { get; private set; }

    /// <summary>Bytes held from the system, lent or free.</summary>
    public long HeldBytes { get; private set; }

    /// <summary>A tensor of undefined content.</summary>
    /// <param name="shape">Dimensions, outermost first.</param>
    /// <exception cref="OutOfMemoryException">The system has no more.</exception>
    internal PooledTensor Rent(ReadOnlySpan<long> shape)
    {
        long elements = 1;
        foreach (long dimension in shape)
            elements = checked(elements * dimension);
        long bytes = SizeClass(checked(elements * sizeof(float)));
        if (!_free.TryGetValue(bytes, out var stack) || !stack.TryPop(out var memory))
        {
            memory = new AlignedMemory(bytes, hugePages: true);
            HeldBytes += bytes;
        }
        LentBytes += bytes;
        PeakBytes = Math.Max(PeakBytes, LentBytes);
        return new PooledTensor(new Tensor("value", DType.F32, shape, memory), memory);
    }

    /// <summary>The same tensor for one more holder, who returns it too; nobody writes to it before.</summary>
    internal static PooledTensor Share(PooledTensor tensor)
    {
        tensor.Holders++;
        return tensor;
    }

    /// <summary>Takes a tensor back; the one who returns it may not use it any more.</summary>
    internal void Return(PooledTensor tensor)
    {
        if (--tensor.Holders > 0)
            return;
        long bytes = tensor.Memory.Length;
        if (!_free.TryGetValue(bytes, out var stack))
            _free[bytes] = stack = new Stack<AlignedMemory>();
        stack.Push(tensor.Memory);
        LentBytes -= bytes;
    }

    /// <summary>Gives the free memory back to the system.</summary>
    public void Dispose()
    {
        foreach (var stack in _free.Values)
        {
            foreach (var memory in stack)
            {
                HeldBytes -= memory.Length;
                memory.Dispose();
            }
        }
        _free.Clear();
    }

    /// <summary>Powers of two and three steps between: at most a fifth is wasted, and batches of like size share blocks.</summary>
    private static long SizeClass(long bytes)
    {
        if (bytes <= SmallestBytes)
            return SmallestBytes;
        long power = (long)System.Numerics.BitOperations.RoundUpToPowerOf2((ulong)bytes);
        long step = power / 8;
        return (bytes + step - 1) / step * step;
    }
}
