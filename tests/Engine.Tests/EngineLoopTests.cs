// Owns the tests of the engine loop: what fails alone, what fails together, what is freed when.
using Tern.Engine.Execution;
using Tern.Engine.Requests;
using Tern.Engine.Sampling;

namespace Tern.Engine.Tests;

public class EngineLoopTests
{
    private static SamplingParams Greedy(int tokens) =>
        new()
        {
            Temperature = 0,
            MaxTokens = tokens,
            IgnoreEos = true,
        };

    private static List<int> Tokens(IEnumerable<GenerationOutput> outputs, int index = 0) =>
        [.. outputs.Where(o => o.Index == index).SelectMany(o => o.Tokens)];

    [Fact]
    public async Task Logits_that_are_not_finite_fail_their_request_and_no_other()
    {
        var engine = new FakeEngine();
        engine.Runner.Corrupts = s => s.Request.Id == "bad" && s.GeneratedCount == 3;
        var good = engine.Post("good", 9, Greedy(8));
        var bad = engine.Post("bad", 5, Greedy(8));
        engine.TurnToEnd();
        var outputs = await FakeEngine.ReadAsync(good);
        Assert.Equal(8, Tokens(outputs).Count);
        Assert.Equal(FinishReason.Length, outputs[^1].Finish);
        var seen = new List<GenerationOutput>();
        await Assert.ThrowsAsync<SamplingException>(async () =>
        {
            await foreach (var output in bad.Stream.ReadAsync(CancellationToken.None))
                seen.Add(output);
        });
        Assert.Equal(3, Tokens(seen).Count);
        Assert.Equal(FinishReason.Error, seen[^1].Finish);
        Assert.Equal(1, engine.Meter.Stats.CorruptedRequests);
        Assert.Equal(0, engine.Meter.Stats.UsedBlocks);
        Assert.True(engine.Meter.WhenIdle().IsCompleted);
    }

    [Fact]
    public async Task One_corrupt_answer_ends_its_siblings_too()
    {
        var engine = new FakeEngine();
        engine.Runner.Corrupts = s => s.Index == 1 && s.GeneratedCount == 2;
        var request = engine.Post("r", 6, Greedy(8) with { N = 3 });
        engine.TurnToEnd();
        await Assert.ThrowsAsync<SamplingException>(() => FakeEngine.ReadAsync(request));
        Assert.Equal(0, engine.Meter.Stats.UsedBlocks);
        Assert.False(engine.Scheduler.HasWork);
    }

    [Fact]
    public async Task A_step_that_fails_takes_its_requests_with_it_and_the_engine_goes_on()
    {
        var engine = new FakeEngine();
        int step = 0;
        engine.Runner.OnRun = _ =>
        {
            if (++step == 4)
                throw new InvalidOperationException("the device coughed");
        };
        var first = engine.Post("first", 3, Greedy(10));
        engine.TurnToEnd();
        var error = await Assert.ThrowsAsync<StepFailedException>(() => FakeEngine.ReadAsync(first));
        Assert.Contains("coughed", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, engine.Meter.Stats.UsedBlocks);
        var second = engine.Post("second", 3, Greedy(10));
        engine.TurnToEnd();
        Assert.Equal(10, Tokens(await FakeEngine.ReadAsync(second)).Count);
        Assert.Null(engine.Meter.Stats.Fault);
    }

    [Fact]
    public async Task Steps_that_keep_failing_stop_the_engine_and_every_request_fails_fast()
    {
        var engine = new FakeEngine();
        engine.Runner.OnRun = _ => throw new InvalidOperationException("the device is gone");
        var requests = Enumerable
            .Range(0, StepExecutor.MaxFailuresInARow)
            .Select(i => engine.Post($"{i}", 60, Greedy(5)))
            .ToArray();
        var waiting = engine.Post("waiting", 200, Greedy(5) with { N = 16 });
        engine.Loop.Start();
        foreach (var request in requests)
            await Assert.ThrowsAnyAsync<Exception>(() => FakeEngine.ReadAsync(request));
        await Assert.ThrowsAsync<EngineFaultedException>(() => FakeEngine.ReadAsync(waiting));
        await engine.Meter.WhenIdle();
        Assert.Contains("gone", engine.Meter.Stats.Fault!.Message, StringComparison.Ordinal);
        Assert.False(engine.Loop.Post(waiting));
        await engine.Loop.StopAsync();
    }

    [Fact]
    public async Task Cancelling_frees_blocks_within_one_turn()
    {
        var engine = new FakeEngine();
        var request = engine.Post("r", 40, Greedy(100) with { N = 4 });
        for (int i = 0; i < 5; i++)
            engine.Loop.Turn();
        Assert.True(engine.Meter.Stats.UsedBlocks > 0);
        engine.Loop.Cancel(request);
        Assert.False(engine.Loop.Turn());
        Assert.Equal(0, engine.Meter.Stats.UsedBlocks);
        Assert.True(engine.Meter.WhenIdle().IsCompleted);
        var outputs = await FakeEngine.ReadAsync(request);
        Assert.Equal(4, outputs.Count(o => o.Finish == FinishReason.Cancelled));
    }

    [Fact]
    public async Task Random_arrivals_and_cancellations_leave_no_block_and_no_request_behind()
    {
        for (int seed = 0; seed < 20; seed++)
        {
            var random = new Random(seed);
            var engine = new FakeEngine(
                new Scheduling.SchedulerOptions
                {
                    BlockCount = 30,
                    BlockSize = 4,
                    MaxBatchTokens = 16,
                    MaxSequences = 6,
                },
                contextLength: 100
            );
            var live = new List<ActiveRequest>();
            for (int i = 0; i < 60; i++)
            {
                int tokens = random.Next(1, 30);
                live.Add(engine.Post($"{i}", random.Next(1, 40), Greedy(tokens) with { N = random.Next(1, 4) }));
                for (int turns = random.Next(4); turns > 0; turns--)
                    engine.Loop.Turn();
                if (random.Next(3) == 0)
                    engine.Loop.Cancel(live[random.Next(live.Count)]);
            }
            engine.TurnToEnd();
            Assert.Equal(0, engine.Meter.Stats.UsedBlocks);
            Assert.Equal(0, engine.Meter.Stats.Running);
            Assert.Equal(0, engine.Meter.Stats.Waiting);
            Assert.True(engine.Meter.WhenIdle().IsCompleted);
            foreach (var request in live)
                Assert.Equal(
                    request.Source.Sampling.N,
                    (await FakeEngine.ReadAsync(request)).Count(o => o.Finish is not null)
                );
        }
    }

    [Fact]
    public async Task A_reader_that_lags_gets_everything_merged_into_one_output()
    {
        var engine = new FakeEngine();
        var request = engine.Post("r", 3, Greedy(1000));
        engine.TurnToEnd();
        var output = Assert.Single(await FakeEngine.ReadAsync(request));
        Assert.Equal(1000, output.Tokens.Count);
        Assert.Equal(1000, output.Text.Length);
        Assert.Equal(1000, output.Usage.CompletionTokens);
    }

    [Fact]
    public async Task A_reader_that_keeps_up_gets_every_token_as_it_comes()
    {
        var engine = new FakeEngine();
        var request = engine.Post("r", 3, Greedy(5));
        await using var reader = request.Stream.ReadAsync(CancellationToken.None).GetAsyncEnumerator();
        for (int i = 0; i < 5; i++)
        {
            var next = reader.MoveNextAsync();
            Assert.False(next.IsCompleted);
            engine.Loop.Turn();
            Assert.True(await next);
            Assert.Single(reader.Current.Tokens);
            Assert.Equal(i == 4, reader.Current.Finish is not null);
        }
        Assert.False(await reader.MoveNextAsync());
    }

    [Fact]
    public void The_progress_clock_runs_only_while_there_is_work()
    {
        var engine = new FakeEngine { NowMs = 1000 };
        Assert.Equal(0, engine.Meter.Stats.MsWithoutProgress);
        engine.Post("r", 3, Greedy(2));
        engine.NowMs = 1250;
        Assert.Equal(250, engine.Meter.Stats.MsWithoutProgress);
        engine.Loop.Turn();
        Assert.Equal(0, engine.Meter.Stats.MsWithoutProgress);
        engine.NowMs = 1300;
        Assert.Equal(50, engine.Meter.Stats.MsWithoutProgress);
        engine.TurnToEnd();
        engine.NowMs = 9000;
        Assert.Equal(0, engine.Meter.Stats.MsWithoutProgress);
    }

    [Fact]
    public void The_queue_has_an_end()
    {
        var engine = new FakeEngine();
        Assert.True(engine.Meter.TryEnter(2));
        Assert.True(engine.Meter.TryEnter(2));
        Assert.False(engine.Meter.TryEnter(2));
        engine.Meter.TakenIn();
        engine.Meter.Leave();
        Assert.True(engine.Meter.TryEnter(2));
    }

    [Fact]
    public async Task Timings_are_those_of_the_clock()
    {
        var engine = new FakeEngine { NowMs = 100 };
        engine.Runner.OnRun = _ => engine.NowMs += 10;
        var request = engine.Post("r", 3, Greedy(4));
        engine.NowMs = 107;
        engine.TurnToEnd();
        var usage = (await FakeEngine.ReadAsync(request))[^1].Usage;
        Assert.Equal(new GenerationUsage(3, 0, 4, 7, 10, 30), usage);
    }

    [Fact]
    public void Steady_decoding_allocates_a_few_bytes_a_token()
    {
        const int Sequences = 8;
        var engine = new FakeEngine();
        for (int i = 0; i < Sequences; i++)
            engine.Post($"{i}", 3, Greedy(4000));
        for (int i = 0; i < 600; i++)
            engine.Loop.Turn();
        long before = GC.GetAllocatedBytesForCurrentThread();
        const int Turns = 400;
        for (int i = 0; i < Turns; i++)
            Assert.True(engine.Loop.Turn());
        long bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.InRange(bytes / (double)(Turns * Sequences), 0, 0.1);
    }
}
