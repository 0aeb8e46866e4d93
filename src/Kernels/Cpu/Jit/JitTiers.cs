// Owns the choice of tier: what the machine has, and what TERN_JIT asks for.
namespace Tern.Kernels.Cpu.Jit;

/// <summary>What a machine lacks for a tier, and which one to use.</summary>
public static class JitTiers
{
    /// <summary>The environment variable that forces a tier.</summary>
    public const string Variable = "TERN_JIT";

    /// <summary>
    /// The tier that the setting names; where it is null or empty, the machine's best of those whose vectors are no wider
    /// than <paramref name="widest"/>.
    /// </summary>
    /// <exception cref="ArgumentException">The setting names no tier.</exception>
    /// <exception cref="PlatformNotSupportedException">The machine lacks the tier.</exception>
    public static JitTier Choose(string? setting, ProcessorFeatures features, SimdTier widest = SimdTier.V512)
    {
        ArgumentNullException.ThrowIfNull(features);
        if (string.IsNullOrEmpty(setting))
            return Enum.GetValues<JitTier>().Last(tier => VectorsOf(tier) <= widest && Missing(features, tier) is null);
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
        return tier switch
        {
            JitTier.Off => null,
            _ when !features.Avx2 => "the processor has no AVX2",
            JitTier.AvxVnni when !features.AvxVnni => "the processor has no AVX-VNNI",
            >= JitTier.Vnni when !features.Avx512 || !features.Avx512Vnni => "the processor has no AVX512-VNNI",
            _ when features.Refusal is { } refusal => refusal.Reason,
            >= JitTier.Vnni when !features.SavesAvx512 => "the operating system does not save 512-bit registers",
            JitTier.Amx when !features.AmxTile || !features.AmxInt8 || !features.AmxBf16 || !features.Avx512Bf16 =>
                "the processor has no AMX",
            JitTier.Amx when !features.PermitsTiles => "the operating system does not permit tiles",
            _ => null,
        };
    }

    /// <summary>The instructions of a tier, as their makers write them.</summary>
    internal static string NameOf(JitTier tier) =>
        tier switch
        {
            JitTier.Off => "none",
            JitTier.Avx2 => "AVX2",
            JitTier.AvxVnni => "AVX-VNNI",
            JitTier.Vnni => "AVX512-VNNI",
            _ => "AMX",
        };

    /// <summary>The vectors that a tier's kernels work with.</summary>
    private static SimdTier VectorsOf(JitTier tier) =>
        tier switch
        {
            JitTier.Off => SimdTier.V128,
            JitTier.Avx2 or JitTier.AvxVnni => SimdTier.V256,
            _ => SimdTier.V512,
        };
}
