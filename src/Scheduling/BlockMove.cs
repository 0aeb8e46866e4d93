// Owns the description of the way that blocks of one sequence go: to other blocks of the device, to host memory, or back.
namespace Tern.Scheduling;

/// <summary>
/// The bytes of blocks are copied; <see cref="Batch.Sources"/> and <see cref="Batch.Targets"/> say which. A batch's moves happen in their
/// order, as blocks given up by one are taken by the next.
/// </summary>
/// <param name="Kind">From where to where.</param>
/// <param name="Sequence">Whose keys and values.</param>
/// <param name="Count">Number of blocks.</param>
/// <param name="Offset">Where their numbers are among those of the batch.</param>
/// <param name="Ahead">
/// Whether the step does not need it, so that it may run beside the step: a step that computes the sequence again waits for it to come
/// back, and the next step for what goes out. Otherwise this step waits for it.
/// </param>
public readonly record struct BlockMove(BlockMoveKind Kind, Sequence Sequence, int Count, int Offset, bool Ahead);
