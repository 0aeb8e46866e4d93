// Owns the arguments of unfolding images into patches and folding patches into images, in a form that worker threads can read.
namespace Tern.Kernels.Cpu.Images;

internal unsafe struct PatchJob
{
    public float* Images;

    /// <summary><c>[places, taps, channels]</c>: what the window shows at each place, zeros outside.</summary>
    public float* Patches;

    public ImageBatch Shape;

    /// <summary>Where the window stands.</summary>
    public ImageBatch Places;

    public Window Window;

    /// <summary>Floats of a patch.</summary>
    public readonly int PatchLength => Window.Taps * Shape.Channels;
}
