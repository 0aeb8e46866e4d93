// Owns the arguments of a gate's backward pass in a form that worker threads can read.
namespace Tern.Kernels.Cpu;

internal unsafe struct GateGradient
{
    public float* Gate;
    public float* Up;
    public float* Gradient;
    public float* GateChange;
    public float* UpChange;
    public int Length;
}
