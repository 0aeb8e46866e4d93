// Owns "tern kernels": what code is generated at run time, and whether this machine can run it.
using System.CommandLine;
using Tern.Cli.Options;
using Tern.Cli.Terminal;
using Tern.Kernels.Cpu.Jit;

namespace Tern.Cli.Commands;

/// <summary>Lists tiers and kernels, prints one kernel, or checks them all on this processor.</summary>
internal static class KernelsCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var name = new Argument<string?>("NAME")
        {
            Description = "A kernel to print, instruction by instruction",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var check = EnvironmentOption.Create(
            "--check",
            "Run every tier that this processor has and compare it with plain loops, bit for bit",
            false
        );
        var command = new Command(
            "kernels",
            "List the kernels that are generated at run time, print one, or check them."
        )
        {
            name,
            check,
        };
        command.SetAction(parsed =>
        {
            string? wanted = parsed.GetValue(name);
            if (parsed.GetValue(check) && wanted is not null)
                throw new CommandLineException($"--check compares all kernels; leave out '{wanted}'");
            if (parsed.GetValue(check))
                return Check(Console.Out);
            if (wanted is not null)
                Find(wanted).Write(Console.Out);
            else
            {
                WriteTiers(Console.Out);
                Console.Out.WriteLine();
                WriteKernels(Console.Out);
            }
            return 0;
        });
        return command;
    }

    private static int Check(TextWriter writer)
    {
        var features = ProcessorFeatures.Current;
        bool isRight = true;
        foreach (var tier in Enum.GetValues<JitTier>().Where(tier => tier != JitTier.Off))
        {
            string name = $"tier {tier}".ToLowerInvariant();
            if (JitTiers.Missing(features, tier) is { } missing)
            {
                writer.WriteLine($"{name}: not checked, {missing}");
                continue;
            }
            var result = KernelCheck.Run(tier);
            string verdict =
                result.Differences.Count == 0
                    ? "all bit for bit as plain loops compute them"
                        + (tier == JitTier.Amx ? ", but near where attention and halves are summed in tiles" : "")
                    : $"{result.Differences.Count} WRONG; {JitTiers.Variable}=off computes without them";
            writer.WriteLine($"{name}: {result.Products} products, {verdict}");
            foreach (string difference in result.Differences)
                writer.WriteLine($"  {difference}");
            isRight &= result.Differences.Count == 0;
        }
        return isRight ? 0 : 1;
    }

    private static void WriteTiers(TextWriter writer)
    {
        var features = ProcessorFeatures.Current;
        var chosen = JitTiers.Choose(Environment.GetEnvironmentVariable(JitTiers.Variable), features);
        var table = new TextTable(false, false);
        foreach (var tier in Enum.GetValues<JitTier>())
        {
            string state =
                JitTiers.Missing(features, tier)
                ?? (tier == chosen ? $"chosen ({JitTiers.Variable} can change it)" : "available");
            table.Add($"tier {tier}".ToLowerInvariant(), state);
        }
        table.Write(writer);
    }

    private static void WriteKernels(TextWriter writer)
    {
        var table = new TextTable(false, true, false);
        table.Add("kernel", "bytes", "");
        foreach (var kernel in KernelCatalog.All)
            table.Add(kernel.Name, $"{kernel.Code.Length}", kernel.Summary);
        table.Write(writer);
    }

    private static GeneratedKernel Find(string name) =>
        KernelCatalog.All.FirstOrDefault(kernel => string.Equals(kernel.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? throw new CommandLineException($"there is no kernel '{name}'; 'tern kernels' lists them");
}
