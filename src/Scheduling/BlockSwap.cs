// Owns the description of one block's way between device and host memory.
namespace Tern.Scheduling;

/// <summary>The bytes of one block move between device and host memory.</summary>
/// <param name="Device">Block of the device.</param>
/// <param name="Host">Block of the host.</param>
/// <param name="Out">Whether from device to host.</param>
/// <param name="Ahead">
/// Whether the step does not need it: it may run beside the step and must be done when the step is. Otherwise the step waits for it.
/// </param>
public readonly record struct BlockSwap(int Device, int Host, bool Out, bool Ahead);
