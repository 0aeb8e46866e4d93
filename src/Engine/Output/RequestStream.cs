// Owns the way back from the engine thread to the reader of one request.
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Tern.Engine.Requests;
using Tern.Engine.Sampling;

namespace Tern.Engine.Output;

/// <summary>
/// The engine thread adds tokens, the reader takes outputs. The channel holds no outputs, only the news that there are
/// some: the engine never waits for a reader, and what a slow reader has not taken is merged per answer.
/// </summary>
internal sealed class RequestStream(OutputProcessor[] answers)
{
    private readonly Lock _lock = new();
    private readonly Channel<bool> _news = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true }
    );
    private Exception? _failure;

    /// <summary>The version of the weights that answer; set before the first token.</summary>
    public long WeightsVersion { get; set; }

    /// <summary>Gives an answer its next token; true when the answer ends with it.</summary>
    public bool Accept(int answer, TokenChoice choice, in StepTimes times)
    {
        lock (_lock)
            return answers[answer].Accept(choice, times);
    }

    /// <summary>Ends one answer.</summary>
    public void Finish(int answer, FinishReason reason)
    {
        lock (_lock)
            answers[answer].Finish(reason);
    }

    /// <summary>Wakes the reader.</summary>
    public void Publish() => _news.Writer.TryWrite(true);

    /// <summary>Ends all answers that have not ended; with a failure, the reader gets it after what was generated before.</summary>
    public void FinishAll(FinishReason reason, Exception? failure = null)
    {
        lock (_lock)
        {
            foreach (var answer in answers)
                answer.Finish(reason);
            _failure ??= failure;
        }
        Publish();
    }

    /// <summary>All outputs until every answer has ended.</summary>
    public async IAsyncEnumerable<GenerationOutput> ReadAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var outputs = new List<GenerationOutput>(answers.Length);
        while (true)
        {
            outputs.Clear();
            bool over = Take(outputs, out var failure);
            foreach (var output in outputs)
                yield return output;
            if (failure is not null)
                throw failure;
            if (over)
                yield break;
            await _news.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private bool Take(List<GenerationOutput> outputs, out Exception? failure)
    {
        bool over = true;
        lock (_lock)
        {
            foreach (var answer in answers)
            {
                if (answer.Take(WeightsVersion) is { } output)
                    outputs.Add(output);
                over &= answer.IsFinished;
            }
            failure = _failure;
        }
        return over;
    }
}
