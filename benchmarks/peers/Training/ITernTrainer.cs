// Owns what is timed on Tern's side.
using Tern.Training.Autograd;

namespace Tern.Peers.Training;

internal interface ITernTrainer
{
    /// <summary>Parameters.</summary>
    IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>Forward and backward over one batch: gradients are there afterwards.</summary>
    void Differentiate(Tape tape);
}
