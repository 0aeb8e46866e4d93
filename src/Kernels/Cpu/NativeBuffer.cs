// Owns the working memory of a backend: native, aligned, kept between calls and only ever grown.
using System.Runtime.InteropServices;

namespace Tern.Kernels.Cpu;

internal sealed unsafe class NativeBuffer : IDisposable
{
    private const int Alignment = 64;
    private void* _pointer;
    private long _capacity;

    ~NativeBuffer() => Free();

    /// <summary>At least <paramref name="floats"/> floats of undefined content, valid until the next call.</summary>
    public float* Reserve(long floats)
    {
        long bytes = checked(floats * sizeof(float));
        if (bytes > _capacity)
        {
            long grown = Math.Max(bytes, _capacity + _capacity / 2);
            Free();
            _pointer = NativeMemory.AlignedAlloc((nuint)grown, Alignment);
            _capacity = grown;
        }
        return (float*)_pointer;
    }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        NativeMemory.AlignedFree(_pointer);
        _pointer = null;
        _capacity = 0;
    }
}
