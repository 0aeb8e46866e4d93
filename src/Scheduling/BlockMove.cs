// Owns the description of one block's way: to another block of the device, to host memory, or back.
namespace Tern.Scheduling;

/// <summary>The bytes of one block are copied. A batch's moves happen in their order, as blocks given up by one are taken by the next.</summary>
/// <param name="Kind">From where to where.</param>
/// <param name="From">Source block, of the device or (<see cref="BlockMoveKind.In"/>) of the host.</param>
/// <param name="To">Destination block, of the device or (<see cref="BlockMoveKind.Out"/>) of the host.</param>
/// <param name="Sequence">Whose keys and values.</param>
/// <param name="Ahead">
/// Whether the step does not need it, so that it may run beside the step: a step that computes the sequence again waits for it to come
/// back, and the next step for what goes out. Otherwise this step waits for it.
/// </param>
public readonly record struct BlockMove(BlockMoveKind Kind, int From, int To, Sequence Sequence, bool Ahead = false);
