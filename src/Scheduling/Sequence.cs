// Owns one answer's state: its tokens, how many of them are computed or in flight, and the blocks they live in.
using Tern.Scheduling.Blocks;
using Tern.Scheduling.Ordering;
using Tern.Scheduling.Restore;

namespace Tern.Scheduling;

/// <summary>
/// One answer of a request. A step may compute the tokens from <see cref="Scheduled"/> to <see cref="TokenCount"/>: many
/// while the prompt is prefilled, one while decoding, none while the newest token is still in flight.
/// </summary>
public sealed class Sequence
{
    // What every step asks of the request is kept here: with many workers, looking it up there is a cache miss.
    private readonly int _promptTokens;
    private readonly bool _hasContent;
    private int[] _tokens = [];

    internal Sequence(Request request, int index, long ordinal, RequestTimeline timeline, Sequence[] answers)
    {
        Request = request;
        Index = index;
        Ordinal = ordinal;
        Timeline = timeline;
        Answers = answers;
        TokenCount = _promptTokens = request.PromptTokens;
        MaxNewTokens = request.MaxNewTokens;
        HasSiblings = request.Answers > 1;
        _hasContent = !request.Prompt.IsEmpty;
        if (_hasContent)
            _tokens = request.Prompt.ToArray();
    }

    /// <summary>The copy of <paramref name="source"/> with which another worker goes on.</summary>
    internal Sequence(Sequence source, long ordinal)
        : this(source.Request, 0, ordinal, source.Timeline, new Sequence[1])
    {
        Answers[0] = this;
        TokenCount = source.TokenCount;
        _tokens = source._tokens.ToArray();
        Tag = source.Tag;
    }

    /// <summary>The request it answers.</summary>
    public Request Request { get; }

    /// <summary>Which of the request's answers, from 0.</summary>
    public int Index { get; }

    /// <summary>Arrival order of the request among all requests of its scheduler.</summary>
    public long Ordinal { get; }

    /// <summary>The request's timeline, shared by its answers.</summary>
    public RequestTimeline Timeline { get; }

    /// <summary>All answers of the request, this one included.</summary>
    internal Sequence[] Answers { get; }

    /// <summary>Whether the request has other answers, with which it may share blocks.</summary>
    internal bool HasSiblings { get; }

    /// <summary><see cref="Request.MaxNewTokens"/>.</summary>
    internal int MaxNewTokens { get; }

    /// <summary>Where it is in its life.</summary>
    public SequenceState State { get; internal set; }

    /// <summary>Why it is over.</summary>
    public SequenceEnd End { get; internal set; }

    /// <summary>Prompt and generated tokens, <c>[TokenCount]</c>; empty if the request has no content.</summary>
    public ReadOnlySpan<int> Tokens => _hasContent ? _tokens.AsSpan(0, TokenCount) : [];

    /// <summary>Number of tokens of prompt and answer.</summary>
    public int TokenCount { get; private set; }

    /// <summary>Number of tokens generated.</summary>
    public int GeneratedCount => TokenCount - _promptTokens;

    /// <summary>Tokens whose keys and values are computed (or were found in the prefix cache).</summary>
    public int Computed { get; internal set; }

    /// <summary>Tokens computed or in a batch in flight; the next step starts here.</summary>
    public int Scheduled { get; internal set; }

    /// <summary>Known tokens that no step has taken yet.</summary>
    public int Remaining => TokenCount - Scheduled;

    /// <summary>Whether what remains is prompt (or, after a preemption, tokens to compute again) rather than the newest token.</summary>
    public bool InPrefill => Remaining > 1 || (Remaining == 1 && GeneratedCount == 0);

    /// <summary>Batches in flight that it is part of, and reads into its blocks.</summary>
    public int InFlight { get; internal set; }

    /// <summary>The blocks of its keys and values: token p is in block <c>p / BlockSize</c> of the table.</summary>
    public BlockTable Blocks { get; } = new();

    /// <summary>Its blocks in host memory while it is swapped out.</summary>
    public BlockTable HostBlocks { get; } = new();

    /// <summary>When it last took part in a step, or else when it arrived, in ms.</summary>
    public double LastServedMs { get; internal set; }

    /// <summary>What its ordering policy remembers about it.</summary>
    public OrderingPlace Place { get; internal set; }

    /// <summary>An object of the driver's (sampler, output buffers). The scheduler never looks at it.</summary>
    public object? Tag { get; set; }

    /// <summary>The restore of its stored prefix, while it lasts.</summary>
    internal RestoreState? Restore { get; set; }

    /// <summary>Position at which the restored tokens begin.</summary>
    internal int RestoredFrom { get; set; }

    /// <summary>The step in whose making its restore policy was asked last.</summary>
    internal long RestoreStep { get; set; }

    /// <summary>Tokens it had when it was last admitted; as long as it has no more, giving up its blocks would have it compute the same again.</summary>
    internal int TokensAtAdmission { get; set; }

    /// <summary>Running sequences this one stands for: itself and its unborn siblings.</summary>
    internal int Slots { get; set; } = 1;

    /// <summary>Position in the waiting heap.</summary>
    internal int HeapIndex { get; set; } = -1;

    /// <summary>Neighbours in the list of those who were served longest ago.</summary>
    internal Sequence? Earlier { get; set; }

    /// <inheritdoc cref="Earlier"/>
    internal Sequence? Later { get; set; }

    internal void Append(int token)
    {
        if (_hasContent)
        {
            if (TokenCount == _tokens.Length)
                Array.Resize(ref _tokens, Math.Max(16, _tokens.Length * 2));
            _tokens[TokenCount] = token;
        }
        TokenCount++;
    }
}
