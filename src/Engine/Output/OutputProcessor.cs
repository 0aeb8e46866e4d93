// Owns one answer on its way from token ids to text: what was generated and not yet read, and why it ended.
using System.Text;
using Tern.Engine.Requests;
using Tern.Engine.Sampling;
using Tern.Tokenizers;

namespace Tern.Engine.Output;

/// <summary>
/// Detokenizes one answer, cuts it at stop strings and end tokens, and gathers what the reader has not taken: one growing
/// output, not a queue, so a reader that lags costs no more than the answer itself. Not thread-safe; its
/// <see cref="RequestStream"/> locks.
/// </summary>
/// <remarks>
/// Every generated token is in <see cref="GenerationOutput.Tokens"/> and is counted, end tokens and the tokens of a stop
/// string included; their text is not returned.
/// </remarks>
internal sealed class OutputProcessor
{
    private readonly int _index;
    private readonly Tokenizer _tokenizer;
    private readonly IReadOnlySet<int> _endTokens;
    private readonly SamplingParams _sampling;
    private readonly StreamingDecoder _decoder;
    private readonly StopFilter _filter;
    private readonly StringBuilder _text = new();
    private readonly List<int> _tokens = [];
    private readonly List<TokenLogprob>? _logprobs;
    private GenerationUsage _usage;
    private double _firstTokenMs;
    private FinishReason? _finish;
    private string? _stopReason;
    private bool _finishTaken;

    public OutputProcessor(
        int index,
        Tokenizer tokenizer,
        IReadOnlySet<int> endTokens,
        GenerationRequest request,
        StopStrings stops
    )
    {
        _index = index;
        _tokenizer = tokenizer;
        _endTokens = endTokens;
        _sampling = request.Sampling;
        _decoder = tokenizer.CreateStreamingDecoder(!request.KeepSpecialTokens, continuesText: true);
        _filter = new StopFilter(stops);
        _logprobs = _sampling.Logprobs is null ? null : [];
        _usage = new GenerationUsage(request.Prompt.Count, 0, 0, 0, 0, 0);
    }

    /// <summary>Whether the answer has ended, taken or not.</summary>
    public bool IsFinished => _finish is not null;

    /// <summary>Takes the next token; true when the answer ends with it.</summary>
    public bool Accept(TokenChoice choice, in StepTimes times)
    {
        int token = choice.Token;
        _tokens.Add(token);
        if (choice.Logprob is { } logprob)
            _logprobs?.Add(logprob);
        if (_usage.CompletionTokens == 0)
            _firstTokenMs = times.NowMs;
        _usage = _usage with
        {
            CachedTokens = times.CachedTokens,
            CompletionTokens = _usage.CompletionTokens + 1,
            QueueMs = times.FirstScheduledMs - times.ArrivalMs,
            PrefillMs = _firstTokenMs - times.FirstScheduledMs,
            DecodeMs = times.NowMs - _firstTokenMs,
        };
        if (Ends(token))
        {
            _stopReason = _tokenizer.GetText(token);
            Finish(FinishReason.Stop);
        }
        else
        {
            _filter.Append(_decoder.Append(token), _text);
            if (_filter.Found is { } found)
            {
                _stopReason = found;
                _finish = FinishReason.Stop;
            }
        }
        return IsFinished;
    }

    /// <summary>Ends the answer, if it has not ended, and releases the text held back.</summary>
    public void Finish(FinishReason reason)
    {
        if (IsFinished)
            return;
        _filter.Append(_decoder.Flush(), _text);
        _filter.Flush(_text);
        _finish = reason;
    }

    /// <summary>Everything since the last call as one output, or null when there is nothing new.</summary>
    public GenerationOutput? Take(long weightsVersion)
    {
        bool ends = IsFinished && !_finishTaken;
        if (_tokens.Count == 0 && _text.Length == 0 && !ends)
            return null;
        var output = new GenerationOutput
        {
            Index = _index,
            Tokens = _tokens.ToArray(),
            Text = _text.ToString(),
            Logprobs = _logprobs?.ToArray(),
            Finish = _finish,
            StopReason = _stopReason,
            WeightsVersion = weightsVersion,
            Usage = _usage,
        };
        _finishTaken = IsFinished;
        _tokens.Clear();
        _text.Clear();
        _logprobs?.Clear();
        return output;
    }

    private bool Ends(int token)
    {
        if (!_sampling.IgnoreEos && _endTokens.Contains(token))
            return true;
        foreach (int stop in _sampling.StopTokenIds)
            if (stop == token)
                return true;
        return false;
    }
}
