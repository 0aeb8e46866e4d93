// Owns "tern kernels": what code is generated at run time, and whether this machine can run it.
using System.CommandLine;
using Tern.Cli.Terminal;
using Tern.Kernels.Cpu.Jit;

namespace Tern.Cli.Commands;

/// <summary>Lists tiers and kernels, or prints one kernel.</summary>
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
        var command = new Command("kernels", "List the kernels that are generated at run time, or print one.") { name };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(name) is { } wanted)
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
