// Owns what one kernel asks of a device.
namespace Tern.Scheduling.Partitioning;

/// <summary>Arithmetic and traffic of a kernel.</summary>
/// <param name="Flops">Floating point operations.</param>
/// <param name="Bytes">Bytes read and written.</param>
/// <param name="Tiles">Pieces of equal size that one compute unit takes at a time; 0 if it divides without end.</param>
/// <param name="IsAttention">Whether it is attention, which reaches less of the arithmetic than matrix products.</param>
public readonly record struct KernelWork(double Flops, double Bytes, long Tiles = 0, bool IsAttention = false);
