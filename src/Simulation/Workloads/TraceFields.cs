// Owns the names that traces give to the same thing.
namespace Tern.Simulation.Workloads;

/// <summary>Which columns or keys of a trace hold what; names are compared without regard to case, others are not read.</summary>
internal static class TraceFields
{
    /// <summary>Where arrival times are; the first name is a number of ms, the second of s, the third of ms or, in a CSV, a date.</summary>
    public static readonly string[] Time = ["arrival_ms", "arrival_s", "timestamp"];

    /// <summary>Where prompt lengths are: ours, Mooncake's, Azure's.</summary>
    public static readonly string[] Prompt = ["prompt_tokens", "input_length", "ContextTokens"];

    /// <summary>Where answer lengths are: ours, Mooncake's, Azure's.</summary>
    public static readonly string[] Output = ["output_tokens", "output_length", "GeneratedTokens"];

    /// <summary>Where the model's name is.</summary>
    public static readonly string[] Model = ["model"];

    /// <summary>Where Mooncake's prefix ids are.</summary>
    public static readonly string[] PrefixIds = ["hash_ids"];

    /// <summary>The position of the one name that means the same as <paramref name="synonyms"/>; −1 if it is optional and absent.</summary>
    public static int Find(
        IReadOnlyList<string> names,
        string[] synonyms,
        bool optional,
        Func<string, string, Exception> bad
    )
    {
        var found = -1;
        for (var i = 0; i < names.Count; i++)
        {
            if (!synonyms.Contains(names[i], StringComparer.OrdinalIgnoreCase))
                continue;
            if (found >= 0)
                throw bad(
                    names[i],
                    $"it says the same as '{names[found]}'; there must be one of {string.Join(", ", synonyms)}"
                );
            found = i;
        }
        return found >= 0 || optional
            ? found
            : throw bad(synonyms[^1], $"it is missing; there must be one of {string.Join(", ", synonyms)}");
    }
}
