// Owns the arguments of a pool in a form that worker threads can read.
namespace Tern.Kernels.Cpu.Images;

internal unsafe struct PoolJob
{
    /// <summary>Null in the gradient of a pool that does not look back.</summary>
    public float* Input;

    /// <summary>Null in the gradient of a pool that does not look back.</summary>
    public float* Output;

    /// <summary>Null in the forward pass.</summary>
    public float* Gradient;

    /// <summary>Null in the forward pass.</summary>
    public float* InputGradient;

    public ImageBatch Shape;
    public ImageBatch Places;
    public Window Window;
}
