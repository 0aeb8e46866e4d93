// Owns what a finished run says in its log.
using System.Text.Json;
using Tern.Training.Rl;

namespace Tern.Benchmarks.Samplers;

/// <summary>One run.</summary>
/// <param name="Measured">Every line of the log with a held-out pass rate.</param>
/// <param name="Best">The best held-out pass rate.</param>
/// <param name="Tokens">Tokens generated until the target was reached; null when it was not.</param>
/// <param name="Steps">Steps until then, or all.</param>
/// <param name="ZeroVariance">Mean share of judged groups without differences.</param>
internal sealed record SamplerOutcome(
    IReadOnlyList<RlProgress> Measured,
    double Best,
    long? Tokens,
    long Steps,
    double ZeroVariance
)
{
    public static SamplerOutcome Read(string folder, double target)
    {
        RlProgress[] lines =
        [
            .. File.ReadLines(Path.Combine(folder, "log.jsonl"))
                .Select(line => JsonSerializer.Deserialize<RlProgress>(line, JsonSerializerOptions.Web)!),
        ];
        var reached = lines.FirstOrDefault(line => line.HeldOut >= target);
        return new SamplerOutcome(
            [.. lines.Where(line => line.HeldOut is not null)],
            lines.Max(line => line.HeldOut ?? 0),
            reached?.GeneratedTokens,
            (reached ?? lines[^1]).Step,
            lines.Skip(1).Average(line => line.ZeroVariance)
        );
    }
}
