// Owns an engine loop over a fake runner, turned by hand or by its thread.
using Tern.Engine.Execution;
using Tern.Engine.Requests;
using Tern.Engine.Sampling;
using Tern.Scheduling;

namespace Tern.Engine.Tests;

internal sealed class FakeEngine
{
    public const int Vocabulary = 64;
    private static readonly LetterTokenizer Tokenizer = new(Vocabulary);

    public FakeEngine(
        SchedulerOptions? options = null,
        Func<Sequence, int>? next = null,
        ServingSystem? system = null,
        int contextLength = 4096
    )
    {
        options ??= new SchedulerOptions
        {
            BlockCount = 400,
            BlockSize = 4,
            MaxBatchTokens = 64,
            MaxSequences = 16,
        };
        Runner = new FakeRunner(Vocabulary, next ?? (s => 1 + s.TokenCount % 26));
        Scheduler = new Scheduler(options, system);
        Meter = new EngineMeter(() => NowMs);
        var sampler = new Sampler(Vocabulary, Tokenizer.GetBytes);
        Steps = new StepExecutor(Scheduler, Runner, sampler, Meter, () => NowMs);
        Loop = new EngineLoop(Steps, null, Meter);
        Admission = new RequestAdmission(
            Tokenizer,
            Tokenizer.EndTokens,
            Vocabulary,
            contextLength,
            options.MaxSequences
        );
    }

    /// <summary>The engine's clock.</summary>
    public double NowMs { get; set; }

    public FakeRunner Runner { get; }

    public Scheduler Scheduler { get; }

    public EngineMeter Meter { get; }

    public StepExecutor Steps { get; }

    public EngineLoop Loop { get; }

    public RequestAdmission Admission { get; }

    /// <summary>Posts a request as the door does.</summary>
    public ActiveRequest Post(string id, int prompt, SamplingParams sampling) =>
        Post(
            new GenerationRequest
            {
                Id = id,
                Prompt = [.. Enumerable.Range(0, prompt).Select(i => 1 + (id.Sum(c => c) + i & 31))],
                Sampling = sampling,
            }
        );

    public ActiveRequest Post(GenerationRequest request)
    {
        var active = Admission.Admit(request, NowMs);
        Assert.True(Meter.TryEnter(int.MaxValue));
        Assert.True(Loop.Post(active));
        return active;
    }

    /// <summary>Turns until there is nothing to do.</summary>
    public void TurnToEnd(int limit = 100_000)
    {
        while (Loop.Turn())
            Assert.True(limit-- > 0, "the loop does not come to an end");
    }

    public static async Task<List<GenerationOutput>> ReadAsync(ActiveRequest request)
    {
        var outputs = new List<GenerationOutput>();
        await foreach (var output in request.Stream.ReadAsync(CancellationToken.None))
            outputs.Add(output);
        return outputs;
    }
}
