// Owns one small random situation that a serving system must master, and its simpler variants.
using System.Globalization;
using Tern.Scheduling;
using Tern.Simulation.Workloads;

namespace Tern.Simulation.Tests.Conformance;

/// <summary>Sizes, times and requests. Kept as plain values, so that a failing one can be made smaller and read.</summary>
internal sealed record Scenario
{
    public required int Blocks { get; init; }

    public required int BlockSize { get; init; }

    public required int HostBlocks { get; init; }

    public required int BatchTokens { get; init; }

    public required int Sequences { get; init; }

    public required int BatchSequences { get; init; }

    public required int MaxLength { get; init; }

    public required int Depth { get; init; }

    /// <summary>Replicas, or workers that prefill.</summary>
    public required int Workers { get; init; }

    /// <summary>Workers that decode, where the system has such.</summary>
    public required int Decoders { get; init; }

    public required bool Caching { get; init; }

    public required double Watermark { get; init; }

    /// <summary>Bytes a ms of every link; a token has <see cref="TokenBytes"/>.</summary>
    public required double LinkBytesPerMs { get; init; }

    public required double StepMs { get; init; }

    public required double RowMs { get; init; }

    public required IReadOnlyList<Arrival> Requests { get; init; }

    /// <summary>Between these moments, in ms, the scheduler may hold only half of its blocks; null = never.</summary>
    public required (double From, double To)? Shortage { get; init; }

    public const double TokenBytes = 10;

    /// <summary>A request as it arrives.</summary>
    /// <param name="Row">Its id.</param>
    /// <param name="Ms">When.</param>
    /// <param name="Prompt">Tokens of the prompt.</param>
    /// <param name="Output">Most tokens of each answer.</param>
    /// <param name="Prefix">Prompts of the same group begin alike.</param>
    /// <param name="Answers">Answers, where a driver can ask for several.</param>
    /// <param name="Priority">Smaller first.</param>
    /// <param name="StopsAt">Tokens after which an answer ends by itself; 0 = never.</param>
    /// <param name="CancelledMs">When the client leaves; infinite = never.</param>
    public sealed record Arrival(
        int Row,
        double Ms,
        int Prompt,
        int Output,
        int Prefix = 0,
        int Answers = 1,
        int Priority = 0,
        int StopsAt = 0,
        double CancelledMs = double.PositiveInfinity
    );

    public SchedulerOptions Options =>
        new()
        {
            BlockCount = Blocks,
            BlockSize = BlockSize,
            HostBlockCount = HostBlocks,
            MaxBatchTokens = BatchTokens,
            MaxSequences = Sequences,
            MaxBatchSequences = BatchSequences,
            MaxModelLength = MaxLength,
            PipelineDepth = Depth,
            EnablePrefixCaching = Caching,
            Watermark = Watermark,
            Estimate = Latency,
        };

    public RowLatency Latency => new(StepMs, RowMs, Depth);

    public LinkPlan Link => new(LinkBytesPerMs);

    public TraceRequest[] Trace =>
        [
            .. Requests.Select(r => new TraceRequest
            {
                Row = r.Row,
                ArrivalMs = r.Ms,
                PromptTokens = r.Prompt,
                OutputTokens = r.Output,
                PrefixIds = r.Prefix > 0 ? [r.Prefix] : [],
                Model = r.Prefix == 0 ? "a" : "b",
            }),
        ];

    public static Scenario Random(int seed)
    {
        var random = new Random(seed);
        var blockSize = random.Next(1, 6);
        var blocks = random.Next(2, 16);
        var sequences = random.Next(1, 7);
        var batchSequences = random.Next(3) == 0 ? random.Next(1, sequences + 1) : sequences;
        var capacity = blocks * blockSize;
        var maxLength = random.Next(2) == 0 ? capacity : random.Next(2, capacity + 1);
        var ms = 0.0;
        var gapMs = random.Next(3) switch
        {
            0 => 0.0,
            1 => 5.0,
            _ => 60.0,
        };
        return new Scenario
        {
            Blocks = blocks,
            BlockSize = blockSize,
            HostBlocks = random.Next(3) == 0 ? 0 : random.Next(1, 2 * blocks),
            BatchTokens = random.Next(batchSequences, 24),
            Sequences = sequences,
            BatchSequences = batchSequences,
            MaxLength = maxLength,
            Depth = random.Next(2) == 0 ? 1 : random.Next(1, 4),
            Workers = random.Next(1, 4),
            Decoders = random.Next(1, 3),
            Caching = random.Next(2) == 0,
            Watermark = random.Next(3) * 0.1,
            LinkBytesPerMs = random.Next(2) == 0 ? double.PositiveInfinity : random.Next(1, 40),
            StepMs = random.Next(1, 30),
            RowMs = random.Next(3) * 0.5,
            Requests =
            [
                .. Enumerable
                    .Range(1, random.Next(1, 16))
                    .Select(row =>
                    {
                        ms += random.Next(3) == 0 ? 0 : random.Next(10) / 5.0 * gapMs;
                        return new Arrival(
                            row,
                            ms,
                            random.Next(1, random.Next(8) == 0 ? maxLength + 3 : Math.Max(2, maxLength * 2 / 3)),
                            random.Next(1, random.Next(4) == 0 ? 40 : 8),
                            Prefix: random.Next(3),
                            Answers: random.Next(4) == 0 ? random.Next(1, sequences + 1) : 1,
                            Priority: random.Next(3),
                            StopsAt: random.Next(5) == 0 ? random.Next(1, 8) : 0,
                            CancelledMs: random.Next(6) == 0 ? ms + random.Next(200) : double.PositiveInfinity
                        );
                    }),
            ],
            Shortage = random.Next(4) == 0 ? (random.Next(100), 100 + random.Next(200)) : null,
        };
    }

    /// <summary>Simpler scenarios: fewer requests first, then plainer ones, then a plainer worker.</summary>
    public IEnumerable<Scenario> Simpler()
    {
        for (var part = Requests.Count / 2; part > 0; part /= 2)
        {
            for (var start = 0; start < Requests.Count; start += part)
                yield return this with
                {
                    Requests = [.. Requests.Take(start), .. Requests.Skip(start + part)],
                };
        }
        foreach (var plainer in Plainer())
            if (plainer != this)
                yield return plainer;
        for (var i = 0; i < Requests.Count; i++)
        {
            var request = Requests[i];
            Arrival[] variants =
            [
                request with
                {
                    CancelledMs = double.PositiveInfinity,
                },
                request with
                {
                    StopsAt = 0,
                },
                request with
                {
                    Answers = 1,
                },
                request with
                {
                    Prefix = 0,
                },
                request with
                {
                    Priority = 0,
                },
                request with
                {
                    Ms = i == 0 ? 0 : Requests[i - 1].Ms,
                },
                request with
                {
                    Output = (request.Output + 1) / 2,
                },
                request with
                {
                    Output = Math.Max(1, request.Output - 1),
                },
                request with
                {
                    Prompt = (request.Prompt + 1) / 2,
                },
                request with
                {
                    Prompt = Math.Max(1, request.Prompt - 1),
                },
            ];
            foreach (var variant in variants)
                if (variant != request)
                    yield return this with
                    {
                        Requests = [.. Requests.Take(i), variant, .. Requests.Skip(i + 1)],
                    };
        }
    }

    /// <summary>As text for people: what fails is printed in its simplest form.</summary>
    public override string ToString()
    {
        var requests = Requests.Select(r =>
            string.Create(
                CultureInfo.InvariantCulture,
                $"  {r.Row}: at {r.Ms} prompt {r.Prompt} output {r.Output} prefix {r.Prefix} answers {r.Answers} priority {r.Priority} stops {r.StopsAt} cancelled {r.CancelledMs}\n"
            )
        );
        return string.Create(
                CultureInfo.InvariantCulture,
                $"{Blocks} blocks of {BlockSize}, host {HostBlocks}, budget {BatchTokens}, sequences {BatchSequences}/{Sequences}, length {MaxLength}, depth {Depth}, workers {Workers}+{Decoders}, caching {Caching}, watermark {Watermark}, link {LinkBytesPerMs}, step {StepMs} + {RowMs}/row, shortage {Shortage}\n"
            ) + string.Concat(requests);
    }

    private IEnumerable<Scenario> Plainer()
    {
        yield return this with
        {
            Shortage = null,
        };
        yield return this with
        {
            Workers = 1,
        };
        yield return this with
        {
            Decoders = 1,
        };
        yield return this with
        {
            Depth = 1,
        };
        yield return this with
        {
            HostBlocks = 0,
        };
        yield return this with
        {
            Caching = false,
        };
        yield return this with
        {
            Watermark = 0,
        };
        yield return this with
        {
            LinkBytesPerMs = double.PositiveInfinity,
        };
        yield return this with
        {
            RowMs = 0,
        };
        yield return this with
        {
            StepMs = 1,
        };
        yield return this with
        {
            BatchSequences = Sequences,
            BatchTokens = Math.Max(BatchTokens, Sequences),
        };
        yield return this with
        {
            BatchTokens = 64,
        };
    }
}
