// Owns gathering the steps of one answer into a whole.
using System.Text;
using Tern.Engine.Requests;

namespace Tern.Server.Streaming;

/// <summary>One answer as it is complete.</summary>
internal sealed class CollectedAnswer
{
    private readonly StringBuilder _text = new();
    private List<TokenLogprob>? _logprobs;

    /// <summary>The whole text.</summary>
    public string Text => _text.ToString();

    /// <summary>Log-probabilities of all tokens, if asked for.</summary>
    public IReadOnlyList<TokenLogprob>? Logprobs => _logprobs;

    /// <summary>Why it ended.</summary>
    public FinishReason Finish { get; private set; } = FinishReason.Error;

    /// <summary>Its counts.</summary>
    public GenerationUsage Usage { get; private set; }

    /// <summary>Adds a step.</summary>
    public void Add(GenerationOutput output)
    {
        _text.Append(output.Text);
        if (output.Logprobs is { } logprobs)
            (_logprobs ??= []).AddRange(logprobs);
        Finish = output.Finish ?? Finish;
        Usage = output.Usage;
    }

    /// <summary>Gathers all answers of all prompts, indexed [prompt][answer].</summary>
    public static async Task<CollectedAnswer[][]> CollectAsync(
        IAsyncEnumerable<(int Prompt, GenerationOutput Output)> steps,
        int prompts,
        int n
    )
    {
        var answers = new CollectedAnswer[prompts][];
        for (int i = 0; i < prompts; i++)
        {
            answers[i] = new CollectedAnswer[n];
            for (int j = 0; j < n; j++)
                answers[i][j] = new CollectedAnswer();
        }
        await foreach (var (prompt, output) in steps)
            answers[prompt][output.Index].Add(output);
        return answers;
    }
}
