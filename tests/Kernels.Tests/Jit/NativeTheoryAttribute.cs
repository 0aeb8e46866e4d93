// Owns the tests that run generated code on the processor: skipped, with the reason, where it lacks the instructions.
using Tern.Kernels.Cpu.Jit;

namespace Tern.Kernels.Tests.Jit;

[AttributeUsage(AttributeTargets.Method)]
internal sealed class NativeTheoryAttribute : TheoryAttribute
{
    public NativeTheoryAttribute(JitTier tier)
    {
        if (JitTiers.Missing(ProcessorFeatures.Current, tier) is { } reason)
            Skip = $"not run on the processor: {reason}";
    }
}
