// Owns the seam between deciding and computing: what the engine loop needs of a model.
using Tern.Scheduling;

namespace Tern.Engine.Execution;

/// <summary>
/// Computes a step. Two implementations: <see cref="ModelRunner"/>, and a runner that computes nothing, with which tests
/// compare the loop's decisions to the simulator's.
/// </summary>
internal interface IModelRunner : IDisposable
{
    /// <summary>Logits of a row.</summary>
    int VocabularySize { get; }

    /// <summary>
    /// Runs the copies and rows of a batch. Returns the logits of the last row of every item that wants them,
    /// <c>[items that want logits, vocabulary]</c>, valid until the next call.
    /// </summary>
    ReadOnlySpan<float> Run(Batch batch);
}
