// Owns the proof that a generated token allocates nothing in the engine: from the scheduler through the model to the sampler
// and the text, on every thread. What a reader gets, an output with its text, is allocated when it is read.
using Tern.Engine.Requests;
using Tern.Engine.Sampling;
using Tern.Testing;

namespace Tern.Engine.Tests;

/// <summary>Runs alone: it counts what the whole process allocates.</summary>
[CollectionDefinition(nameof(AllocationTests), DisableParallelization = true)]
[Collection(nameof(AllocationTests))]
public class AllocationTests
{
    private const int Requests = 32;
    private const int WarmTokens = 280;
    private const int LastTokens = 480;

    /// <summary>
    /// Bytes a token. The smallest object has 24, and one in a step of four requests makes 6. What is there in steady state are
    /// lists that double: a sequence's tokens and blocks, and, because nobody reads here, the answer's tokens and text.
    /// </summary>
    private const double MostBytes = 16;

    /// <summary>What the engine allocates is there every time; what else goes on in the process is not.</summary>
    private const int Attempts = 4;

    [SharedFact]
    public void A_generated_token_allocates_nothing_in_the_engine()
    {
        var measured = new List<double>();
        while (measured.Count < Attempts && !measured.Exists(bytes => bytes <= MostBytes))
            measured.Add(BytesOfToken());
        Assert.InRange(measured.Min(), 0, MostBytes);
    }

    private static double BytesOfToken()
    {
        var engine = LlmEngine.Load(TinyModels.Stories, new EngineOptions { Threads = 2, ContextLength = 512 });
        var readers = Enumerable.Range(0, Requests).Select(i => engine.GenerateAsync(Request(i)).GetAsyncEnumerator());
        // A request enters with the first move; after that nobody reads.
        Task[] begun = [.. readers.Select(reader => reader.MoveNextAsync().AsTask())];
        Await(Requests * WarmTokens);
        var (bytes, tokens) = Count();
        Await(Requests * LastTokens);
        var (bytesLater, tokensLater) = Count();
        Assert.All(begun, move => Assert.True(move.IsCompletedSuccessfully));
        Task.Run(async () => await engine.DisposeAsync()).Wait();
        return (bytesLater - bytes) / (double)(tokensLater - tokens);

        void Await(long generated)
        {
            while (engine.Stats.GenerationTokens < generated)
                Thread.Sleep(1);
        }

        // Without what this thread allocates by asking.
        (long Bytes, long Tokens) Count() =>
            (
                GC.GetTotalAllocatedBytes(precise: true) - GC.GetAllocatedBytesForCurrentThread(),
                engine.Stats.GenerationTokens
            );
    }

    /// <summary>Greedy, sampled and penalized requests that go on to the end of the context.</summary>
    private static GenerationRequest Request(int number) =>
        TinyModels.Request(
            [1],
            new SamplingParams
            {
                Seed = (ulong)number,
                Temperature = number % 2,
                TopP = number > 1 ? 0.9f : 1,
                FrequencyPenalty = number > 2 ? 0.1f : 0,
                MaxTokens = 500,
                IgnoreEos = true,
            }
        );
}
