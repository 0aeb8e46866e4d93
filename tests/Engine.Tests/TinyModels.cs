// Owns the loading of the small conformance models for tests of the engine.
using Tern.Engine.Requests;
using Tern.Engine.Sampling;
using Tern.Testing;

namespace Tern.Engine.Tests;

internal static class TinyModels
{
    public static string Stories => SharedData.PathOf("models", "stories260K", "stories260K.gguf");

    public static string Conformance(string name) =>
        SharedData.PathOf("conformance", "architectures", name, "model.gguf");

    public static GenerationRequest Request(int[] prompt, SamplingParams sampling) =>
        new() { Prompt = prompt, Sampling = sampling };

    /// <summary>Reads a request to its end; one entry an answer.</summary>
    public static async Task<Answer[]> RunAsync(
        this IEngineClient engine,
        GenerationRequest request,
        CancellationToken cancellationToken = default
    )
    {
        var answers = Enumerable.Range(0, request.Sampling.N).Select(_ => new Answer()).ToArray();
        await foreach (var output in engine.GenerateAsync(request, cancellationToken))
        {
            var answer = answers[output.Index];
            Assert.Null(answer.Finish);
            answer.Tokens.AddRange(output.Tokens);
            answer.Text += output.Text;
            answer.Logprobs.AddRange(output.Logprobs ?? []);
            answer.Finish = output.Finish;
            answer.StopReason = output.StopReason;
            answer.Usage = output.Usage;
            answer.Outputs++;
        }
        Assert.All(answers, answer => Assert.NotNull(answer.Finish));
        return answers;
    }
}

internal sealed class Answer
{
    public List<int> Tokens { get; } = [];
    public string Text { get; set; } = "";
    public List<TokenLogprob> Logprobs { get; } = [];
    public FinishReason? Finish { get; set; }
    public string? StopReason { get; set; }
    public GenerationUsage Usage { get; set; }
    public int Outputs { get; set; }
}
