// Owns an engine that says what a test tells it to, token by token.
using System.Runtime.CompilerServices;
using System.Text;
using Tern.Engine;
using Tern.Engine.Requests;

namespace Tern.Server.Tests;

internal sealed class ScriptedEngine : IEngineClient
{
    private int _active;

    public EngineInfo Info { get; init; } =
        new()
        {
            ModelName = "scripted",
            Architecture = "test",
            VocabularySize = 258,
            ContextLength = 2048,
            TotalBlocks = 100,
            BlockSize = 16,
            CanGenerate = true,
            Summary = [],
        };

    public EngineStats Stats { get; set; } = new() { TotalBlocks = 100 };

    /// <summary>The answer of every request.</summary>
    public string Answer { get; set; } = "Hello, world";

    /// <summary>Waits before every token.</summary>
    public Func<CancellationToken, Task> BeforeToken { get; set; } = _ => Task.CompletedTask;

    /// <summary>Thrown instead of token number <see cref="FailAt"/>.</summary>
    public Exception? Failure { get; set; }

    public int FailAt { get; set; }

    public int Active => Volatile.Read(ref _active);

    public GenerationRequest? LastRequest { get; private set; }

    public async IAsyncEnumerable<GenerationOutput> GenerateAsync(
        GenerationRequest request,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        LastRequest = request;
        Interlocked.Increment(ref _active);
        try
        {
            byte[] answer = Encoding.UTF8.GetBytes(Answer);
            int count = Math.Min(answer.Length, request.Sampling.MaxTokens ?? int.MaxValue);
            for (int i = 0; i < count; i++)
            {
                await BeforeToken(cancellationToken);
                cancellationToken.ThrowIfCancellationRequested();
                if (Failure is not null && i == FailAt)
                    throw Failure;
                for (int index = 0; index < request.Sampling.N; index++)
                    yield return Step(request, answer, i, count, index);
            }
        }
        finally
        {
            Interlocked.Decrement(ref _active);
        }
    }

    public Task<float[]> EmbedAsync(IReadOnlyList<int> tokens, CancellationToken cancellationToken = default) =>
        Task.FromResult<float[]>([tokens.Count, 0.5f, -1]);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static GenerationOutput Step(GenerationRequest request, byte[] answer, int i, int count, int index) =>
        new()
        {
            Index = index,
            Tokens = [answer[i]],
            Text = ((char)answer[i]).ToString(),
            Logprobs = request.Sampling.Logprobs is { } top
                ? [new TokenLogprob(answer[i], -0.25f, [.. Enumerable.Range(0, top).Select(t => (65 + t, -1f - t))])]
                : null,
            Finish =
                i + 1 < count ? null
                : count < answer.Length ? FinishReason.Length
                : FinishReason.Stop,
            Usage = new GenerationUsage(request.Prompt.Count, 3, i + 1, 1, 2, 3),
        };
}
