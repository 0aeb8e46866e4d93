// Owns how much of the corpus is of which kind.
namespace Tern.Training.Corpus;

/// <summary>One row of the mix.</summary>
/// <param name="Kind">What the samples teach.</param>
/// <param name="Weight">Samples of this kind in a thousand.</param>
/// <param name="Draw">Draws a sample that is, or is not, held out.</param>
internal sealed record CorpusMix(SampleKind Kind, int Weight, Func<CorpusRandom, bool, Sample> Draw)
{
    /// <summary>The table of weights; they sum to 1000.</summary>
    public static IReadOnlyList<CorpusMix> Table { get; } =
    [
        new(SampleKind.ClosedWorld, 190, ClosedWorldSamples.Draw),
        new(SampleKind.Conversation, 100, ConversationSamples.Draw),
        new(SampleKind.Arithmetic, 170, ArithmeticSamples.Draw),
        new(SampleKind.Lists, 100, ListSamples.Draw),
        new(SampleKind.Format, 60, FormatSamples.Draw),
        new(SampleKind.Json, 80, JsonSamples.Draw),
        new(SampleKind.Tools, 190, ToolSamples.Draw),
        new(SampleKind.Unknown, 50, UnknownSamples.Draw),
        new(SampleKind.Story, 20, StorySamples.Text),
        new(SampleKind.StoryRequest, 40, StorySamples.Request),
    ];
}
