// Owns the tests that run generated code on the processor: skipped, with the reason, where it lacks the instructions, or
// where nobody asked for a tier that no processor has run yet.
using Tern.Kernels.Cpu.Jit;

namespace Tern.Kernels.Tests.Jit;

[AttributeUsage(AttributeTargets.Method)]
internal sealed class NativeTheoryAttribute : TheoryAttribute
{
    public NativeTheoryAttribute(JitTier tier)
    {
        if (WhyNot(tier) is { } reason)
            Skip = $"not run on the processor: {reason}";
    }

    /// <summary>Why a tier is not to be run; null where it is.</summary>
    public static string? WhyNot(JitTier tier)
    {
        if (JitTiers.Missing(ProcessorFeatures.Current, tier) is { } missing)
            return missing;
        string? setting = Environment.GetEnvironmentVariable(JitTiers.Variable);
        bool isAskedFor = Enum.TryParse(setting, ignoreCase: true, out JitTier asked) && tier <= asked;
        return tier <= JitTiers.Proven || isAskedFor
            ? null
            : $"{JitTiers.Variable}={tier.ToString().ToLowerInvariant()} would, for the first time";
    }
}
