// Owns the supervised learning before reinforcement, and the file from which it goes on when it was interrupted.
using System.Globalization;
using Tern.Kernels;
using Tern.Tensors;
using Tern.Training.Autograd;
using Tern.Training.Checkpoints;
using Tern.Training.Data;
using Tern.Training.Language;
using Tern.Training.Optimizers;
using Tern.Training.Runs;

namespace Tern.Training.Rl;

/// <summary>Teaches the form of an answer.</summary>
/// <param name="config">The section on the warm start, micro-batches, seed.</param>
/// <param name="decoder">The policy.</param>
/// <param name="source">What is shown.</param>
/// <param name="backend">Computes.</param>
/// <param name="pool">Lends memory.</param>
/// <param name="path">Where it is kept while it is not at its end.</param>
internal sealed class WarmUp(
    RlConfig config,
    Decoder decoder,
    IExampleSource source,
    ITrainingBackend backend,
    TensorPool pool,
    string path
)
{
    private const long StepsBetweenSaves = 100;

    /// <summary>Runs to the end, or until cancelled, from where it was.</summary>
    /// <param name="progress">Told of every step and its loss.</param>
    /// <param name="cancellation">Ends it after the step in progress; then it is saved.</param>
    /// <returns>Whether it came to the end.</returns>
    /// <exception cref="NonFiniteLossException">The numbers ran away.</exception>
    /// <exception cref="CheckpointException">What was saved is damaged.</exception>
    public bool Run(Action<long, double> progress, CancellationToken cancellation)
    {
        var section = config.WarmStart;
        var optimizers = new OptimizerSet(backend, decoder.Parameters, section.Optimizer);
        var schedule = section.Optimizer.ScheduleOver(section.Steps);
        var batches = new BatchReader(source, config.Seed, section.BatchTokens);
        var training = new TrainingStep(decoder, backend, pool, config.MicroBatchTokens);
        Tensor[] state = [.. decoder.Parameters.Select(parameter => parameter.Value), .. optimizers.State];
        long step = File.Exists(path) ? Restore(state, batches) : 0;
        while (step < section.Steps)
        {
            if (cancellation.IsCancellationRequested)
            {
                Save(state, step, batches);
                return false;
            }
            step++;
            var update = training.Update(batches.Next(), optimizers, section.Optimizer.Clip, schedule.At(step), step);
            progress(step, update.Loss);
            if (step % StepsBetweenSaves == 0)
                Save(state, step, batches);
        }
        return true;
    }

    /// <summary>Forgets where it was: the run has a checkpoint of its own now.</summary>
    public void Forget() => File.Delete(path);

    private void Save(Tensor[] state, long step, BatchReader batches) =>
        Checkpoint.Save(
            path,
            state,
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["step"] = step.ToString(CultureInfo.InvariantCulture),
                ["position"] = batches.Position.ToString(CultureInfo.InvariantCulture),
            }
        );

    private long Restore(Tensor[] state, BatchReader batches)
    {
        var saved = Checkpoint.Load(path, state);
        batches.Seek(Checkpoint.Number(path, saved, "position"));
        return Checkpoint.Number(path, saved, "step");
    }
}
