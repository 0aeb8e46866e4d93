// Owns the names of the ways a block's bytes can go.
namespace Tern.Scheduling;

/// <summary>From where to where the bytes of a block go.</summary>
public enum BlockMoveKind
{
    /// <summary>From one block of the device to another: a shared block is about to be written.</summary>
    Copy,

    /// <summary>From the device to host memory.</summary>
    Out,

    /// <summary>From host memory to the device.</summary>
    In,
}
