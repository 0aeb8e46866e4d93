// Owns the choice of tier: what the machine has, and what TERN_JIT asks for.
namespace Tern.Kernels.Cpu.Jit;

/// <summary>What a machine lacks for a tier, and which one to use.</summary>
public static class JitTiers
{
    /// <summary>The environment variable that forces a tier.</summary>
    public const string Variable = "TERN_JIT";

    /// <summary>The tier that the setting names, or the machine's best where it is null or empty.</summary>
    /// <exception cref="ArgumentException">The setting names no tier.</exception>
    /// <exception cref="PlatformNotSupportedException">The machine lacks the tier.</exception>
    public static JitTier Choose(string? setting, ProcessorFeatures features)
    {
        ArgumentNullException.ThrowIfNull(features);
        if (string.IsNullOrEmpty(setting))
            return Missing(features, JitTier.Amx) is null ? JitTier.Amx
                : Missing(features, JitTier.Vnni) is null ? JitTier.Vnni
                : JitTier.Off;
        if (!Enum.TryParse(setting, ignoreCase: true, out JitTier tier) || !char.IsLetter(setting[0]))
        {
            string known = string.Join(", ", Enum.GetNames<JitTier>()).ToLowerInvariant();
            throw new ArgumentException($"{Variable} is '{setting}'; it must be one of {known}");
        }
        if (Missing(features, tier) is { } missing)
            throw new PlatformNotSupportedException($"{Variable} asks for '{setting}', but {missing}");
        return tier;
    }

    /// <summary>What the machine lacks for the tier, as half a sentence; null where it lacks nothing.</summary>
    public static string? Missing(ProcessorFeatures features, JitTier tier)
    {
        ArgumentNullException.ThrowIfNull(features);
        if (tier == JitTier.Off)
            return null;
        if (!features.Avx512 || !features.Avx512Vnni)
            return "the processor has no AVX512-VNNI";
        if (features.Refusal is { } refusal)
            return refusal.Reason;
        if (!features.SavesAvx512)
            return "the operating system does not save 512-bit registers";
        if (tier == JitTier.Vnni)
            return null;
        if (!features.AmxTile || !features.AmxInt8 || !features.AmxBf16 || !features.Avx512Bf16)
            return "the processor has no AMX";
        return features.PermitsTiles ? null : "the operating system does not permit tiles";
    }
}
