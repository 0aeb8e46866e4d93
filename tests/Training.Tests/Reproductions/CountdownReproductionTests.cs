// The figures of docs/results/countdown, made again: what rewards teach, what chance does not, what choosing prompts saves.
using Tern.Kernels.Cpu;
using Tern.Testing;
using Tern.Training.Rl;
using Tern.Training.Rl.Samplers;
using Tern.Training.Runs;

namespace Tern.Training.Tests.Reproductions;

public sealed class CountdownReproductionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly CpuBackend _backend = new(2);

    public void Dispose()
    {
        _backend.Dispose();
        _folder.Dispose();
    }

    [LongFact]
    public async Task Rewards_raise_held_out_countdown_by_35_points_and_random_ones_do_not()
    {
        for (ulong seed = 1; seed <= 3; seed++)
        {
            var lines = await LearnAsync(Read("countdown.json") with { Seed = seed }, $"seed-{seed}");
            double best = lines.Max(line => line.HeldOut ?? 0);
            Assert.True(
                best >= lines[0].HeldOut + 0.35,
                $"seed {seed}: from {lines[0].HeldOut:P1} to {best:P1} at best"
            );
        }
        var control = Read("countdown-random-rewards.json") with { Steps = 60 };
        control = control with
        {
            WarmStart = control.WarmStart with { From = _folder.PathOf("seed-1/warm.safetensors") },
        };
        var random = await LearnAsync(control, "control");
        Assert.True(random[^1].HeldOut <= random[0].HeldOut, $"{random[0].HeldOut:P1} became {random[^1].HeldOut:P1}");
    }

    [LongFact]
    public async Task Greso_reaches_the_target_with_a_quarter_fewer_generated_tokens_than_uniform_choice()
    {
        const int Seeds = 3;
        double sum = 0;
        for (ulong seed = 1; seed <= Seeds; seed++)
        {
            var config = Read("countdown-unfiltered.json") with { Seed = seed, StopAt = 0.55 };
            var uniform = await LearnAsync(config, $"uniform-{seed}");
            var chosen = await LearnAsync(
                config with
                {
                    WarmStart = config.WarmStart with { From = _folder.PathOf($"uniform-{seed}/warm.safetensors") },
                    Sampling = new() { Before = SelectorKind.Greso },
                },
                $"greso-{seed}"
            );
            Assert.True(chosen[^1].HeldOut >= config.StopAt, $"seed {seed} ends at {chosen[^1].HeldOut:P1}");
            sum += (double)chosen[^1].GeneratedTokens / uniform[^1].GeneratedTokens;
        }
        Assert.True(sum / Seeds <= 0.75, $"{sum / Seeds:F2} times the tokens");
    }

    private static RlConfig Read(string name) =>
        ConfigFile.Read<RlConfig>(Checkout.PathOf("examples", "training", name));

    private async Task<List<RlProgress>> LearnAsync(RlConfig config, string folder)
    {
        var lines = new List<RlProgress>();
        using var run = RlRun.Open(config, _folder.Root, _folder.PathOf(folder), _backend);
        await run.RunAsync((_, _) => { }, lines.Add, default);
        return lines;
    }
}
