// Owns the supervised learning before reinforcement.
using Tern.Kernels;
using Tern.Training.Autograd;
using Tern.Training.Data;
using Tern.Training.Language;
using Tern.Training.Optimizers;
using Tern.Training.Runs;

namespace Tern.Training.Rl;

internal static class WarmUp
{
    /// <summary>Teaches the form of an answer.</summary>
    /// <param name="config">The section on the warm start, micro-batches, seed.</param>
    /// <param name="decoder">The policy.</param>
    /// <param name="source">What is shown.</param>
    /// <param name="backend">Computes.</param>
    /// <param name="pool">Lends memory.</param>
    /// <param name="progress">Told of every step and its loss.</param>
    /// <param name="cancellation">Ends it after the step in progress.</param>
    /// <returns>Whether it came to the end.</returns>
    /// <exception cref="NonFiniteLossException">The numbers ran away.</exception>
    public static bool Run(
        RlConfig config,
        Decoder decoder,
        IExampleSource source,
        ITrainingBackend backend,
        TensorPool pool,
        Action<long, double> progress,
        CancellationToken cancellation
    )
    {
        var section = config.WarmStart;
        var optimizers = new OptimizerSet(backend, decoder.Parameters, section.Optimizer);
        var schedule = section.Optimizer.ScheduleOver(section.Steps);
        var batches = new BatchReader(source, config.Seed, section.BatchTokens);
        var training = new TrainingStep(decoder, backend, pool, config.MicroBatchTokens);
        for (long step = 1; step <= section.Steps; step++)
        {
            if (cancellation.IsCancellationRequested)
                return false;
            var update = training.Update(batches.Next(), optimizers, section.Optimizer.Clip, schedule.At(step), step);
            progress(step, update.Loss);
        }
        return true;
    }
}
