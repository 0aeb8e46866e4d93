// Owns the runs of the comparison: every strategy from the same warm start, seed by seed.
using System.Globalization;
using Tern.Kernels.Cpu;
using Tern.Training.Rl;

namespace Tern.Benchmarks.Samplers;

/// <param name="config">The run whose sampling is varied; ends at the target.</param>
/// <param name="dataFolder">Where its relative paths begin.</param>
/// <param name="folder">Where the runs live; one that was stopped goes on, one that is done is only read.</param>
/// <param name="threads">Threads of the kernels.</param>
internal sealed class SamplerComparison(RlConfig config, string dataFolder, string folder, int threads)
{
    /// <summary>Runs all, and writes table and curves after each.</summary>
    /// <returns>Whether it came to the end.</returns>
    public bool Run(int seeds, CancellationToken cancellation)
    {
        using var backend = new CpuBackend(threads);
        var table = new SamplerTable(config.StopAt);
        var curves = new SamplerCurves();
        for (int seed = 1; seed <= seeds; seed++)
        {
            foreach (var sampler in Sampler.All)
            {
                var outcome = Run(sampler, (ulong)seed, backend, cancellation);
                if (outcome is null)
                    return false;
                table.Add(sampler.Name, outcome);
                curves.Add(sampler.Name, seed, outcome);
                File.WriteAllText(Path.Combine(folder, "table.md"), table.ToString());
                curves.Write(folder);
            }
        }
        Console.Out.Write(table.ToString());
        return true;
    }

    private SamplerOutcome? Run(Sampler sampler, ulong seed, CpuBackend backend, CancellationToken cancellation)
    {
        string runFolder = FolderOf(sampler, seed);
        var own = config with { Seed = seed, Sampling = sampler.Sampling };
        if (sampler != Sampler.All[0])
        {
            string warm = Path.GetFullPath(Path.Combine(FolderOf(Sampler.All[0], seed), RlRun.WarmName));
            own = own with { WarmStart = own.WarmStart with { From = warm } };
        }
        using (var run = RlRun.Open(own, dataFolder, runFolder, backend))
        {
            run.RunAsync((_, _) => { }, Show, cancellation).GetAwaiter().GetResult();
            if (!run.IsDone)
                return null;
        }
        return SamplerOutcome.Read(runFolder, config.StopAt);

        void Show(RlProgress progress)
        {
            if (progress.HeldOut is { } heldOut)
                Console.Out.WriteLine(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{sampler.Name}, seed {seed}, step {progress.Step}: held-out {heldOut:P1}, {progress.GeneratedTokens} tokens"
                    )
                );
        }
    }

    private string FolderOf(Sampler sampler, ulong seed) =>
        Path.Combine(folder, $"{sampler.Name.Replace(", ", "+", StringComparison.Ordinal)}-{seed}");
}
