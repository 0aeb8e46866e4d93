// Owns the arguments of attention's backward pass in a form that worker threads can read.
namespace Tern.Kernels.Cpu;

internal unsafe struct AttentionGradientJob
{
    public float* Query;
    public float* Keys;
    public float* Values;
    public float* Gradient;
    public float* QueryChange;
    public float* KeyChange;
    public float* ValueChange;
    public int* Starts;
    public int Sequences;
    public int Heads;
    public int KvHeads;
    public int HeadDim;
    public float Scale;

    /// <summary>Rows of the longest sequence.</summary>
    public int Longest;

    public readonly int Group => Heads / KvHeads;

    /// <summary>A head rounded up to whole vectors.</summary>
    public readonly int Width => (HeadDim + 15) & ~15;
}
