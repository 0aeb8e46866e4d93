// Owns the error of a run whose numbers ran away.
namespace Tern.Training.Runs;

/// <summary>The loss is no longer a number. The last checkpoint is untouched; the message says where it began.</summary>
/// <param name="step">The step.</param>
/// <param name="where">The first value that is not finite.</param>
public sealed class NonFiniteLossException(long step, string where)
    : TrainingException(
        $"step {step}: the loss is not finite; first not finite is {where}. The last checkpoint was kept: "
            + "go on from it with a lower learning rate or more warm-up"
    );
