// Owns how much a template, which comes with an untrusted model file, may consume.
namespace Tern.Tokenizers.Chat;

/// <summary>
/// Limits of parsing and rendering one template. The defaults are far above what published templates need and keep a
/// hostile one below a few seconds and a few hundred megabytes.
/// </summary>
public sealed record ChatTemplateLimits
{
    /// <summary>Characters of the template's source.</summary>
    public int MaxSourceCharacters { get; init; } = 1 << 20;

    /// <summary>
    /// Evaluation steps of one rendering: one per evaluated node, loop turn and item, one per four characters of a
    /// string made, one per sixteen characters of a string looked at.
    /// </summary>
    public long MaxSteps { get; init; } = 10_000_000;

    /// <summary>Characters that one rendering writes, captured text (macros, set blocks) included.</summary>
    public int MaxOutputCharacters { get; init; } = 1 << 25;

    /// <summary>Nesting of expressions and statements in the source, and of values when compared, printed or hashed.</summary>
    public int MaxNesting { get; init; } = 200;

    /// <summary>Macro, caller and recursive loop calls in progress at a time.</summary>
    public int MaxCallDepth { get; init; } = 100;

    /// <summary>Characters of one string made by the template.</summary>
    public int MaxStringCharacters { get; init; } = 1 << 24;

    /// <summary>Items of one list, tuple, dictionary or range made by the template.</summary>
    public int MaxItems { get; init; } = 1_000_000;

    /// <summary>Bits of one integer.</summary>
    public int MaxIntegerBits { get; init; } = 4096;
}
