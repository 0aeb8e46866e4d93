// Owns the command that compares training steps with PyTorch's.
using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Tern.Cli;
using Tern.Cli.Options;
using Tern.Kernels.Cpu;
using Tern.Training.Autograd;
using Tern.Training.Optimizers;

namespace Tern.Peers.Training;

/// <summary>Steps of the same networks on Tern and on PyTorch, alternately.</summary>
internal static class TrainingCommand
{
    private static readonly (string Name, Func<ITernTrainer> Create)[] s_networks =
    [
        ("decoder", () => new TernDecoder()),
        ("resnet18", () => new TernResNet()),
    ];

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var python = EnvironmentOption.Create("--python", "An interpreter that has PyTorch", "python3");
        var threads = EnvironmentOption.Create("--threads", "Threads of both", 2, "-t");
        var pairs = EnvironmentOption.Create("--pairs", "Steps of each, after two to warm up", 10);
        var command = new Command("train", "One training step of the same network on Tern and on PyTorch.")
        {
            python,
            threads,
            pairs,
        };
        command.SetWork(
            (parsed, cancellation) =>
            {
                foreach (var (name, create) in s_networks)
                    Compare(
                        name,
                        create(),
                        parsed.GetRequiredValue(python),
                        parsed.GetValue(threads),
                        parsed.GetValue(pairs),
                        cancellation
                    );
                return 0;
            }
        );
        return command;
    }

    private static void Compare(
        string name,
        ITernTrainer network,
        string python,
        int threads,
        int pairs,
        CancellationToken cancellation
    )
    {
        const int WarmUp = 2;
        using var torch = new TorchTrainer(python, name, threads);
        using var backend = new CpuBackend(threads);
        using var pool = new TensorPool();
        using var tape = new Tape(backend, pool);
        var optimizer = new AdamW(network.Parameters, new AdamW.Options());
        var tern = new double[pairs];
        var peer = new double[pairs];
        for (int i = -WarmUp; i < pairs; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            double ours = Step(network, tape, optimizer, i + WarmUp + 1);
            double theirs = torch.Step();
            if (i >= 0)
                (tern[i], peer[i]) = (ours, theirs);
        }
        var speeds = new PairedSpeeds([.. tern.Select(ms => 1000 / ms)], [.. peer.Select(ms => 1000 / ms)]);
        double[] ratios = speeds.Ratios;
        long parameters = network.Parameters.Sum(parameter => parameter.Value.Elements);
        Console.Out.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{name}: {parameters} parameters (PyTorch: {torch.Description}), {threads} threads, {pairs} pairs"
            )
        );
        Console.Out.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"  Tern {PairedSpeeds.Median(tern):F0} ms a step, PyTorch {PairedSpeeds.Median(peer):F0} ms; Tern's speed over PyTorch's {PairedSpeeds.Median(ratios):F2} ({ratios.Min():F2} to {ratios.Max():F2})"
            )
        );
    }

    private static double Step(ITernTrainer network, Tape tape, AdamW optimizer, long step)
    {
        long began = Stopwatch.GetTimestamp();
        foreach (var parameter in network.Parameters)
            parameter.ClearGradient();
        network.Differentiate(tape);
        optimizer.Step(1e-3f, step);
        return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
    }
}
