// Owns one turn of generation: Next, run, sample, Complete, publish; and what becomes of a turn that fails.
using Tern.Engine.Output;
using Tern.Engine.Requests;
using Tern.Engine.Sampling;
using Tern.Scheduling;

namespace Tern.Engine.Execution;

/// <summary>Joins scheduler, model and sampler. Engine thread only.</summary>
internal sealed class StepExecutor(
    Scheduler scheduler,
    IModelRunner runner,
    Sampler sampler,
    EngineMeter meter,
    Func<double> clock
)
{
    /// <summary>Steps that may fail one after the other before the fault is the engine's and not the requests'.</summary>
    public const int MaxFailuresInARow = 3;

    private readonly Dictionary<string, ActiveRequest> _active = [];
    private SampledToken[] _results = [];
    private int _failuresInARow;
    private long _weightsVersion;

    /// <summary>Gives a request to the scheduler; a refusal goes to its reader.</summary>
    public void Add(ActiveRequest request)
    {
        try
        {
            request.Stream.WeightsVersion = _weightsVersion;
            foreach (var sequence in scheduler.Add(request.Scheduled, clock()))
                sequence.Tag = request;
            _active.Add(request.Scheduled.Id, request);
        }
        catch (RequestRefusedException refusal)
        {
            request.Stream.FinishAll(FinishReason.Error, Rejection(refusal));
            meter.Leave();
        }
        meter.Observe(scheduler.Stats);
    }

    /// <summary>Ends a request at once; nothing happens when it is over.</summary>
    public void Cancel(ActiveRequest request)
    {
        if (_active.TryGetValue(request.Scheduled.Id, out var known) && known == request)
            End(request, FinishReason.Cancelled, failure: null);
        meter.Observe(scheduler.Stats);
    }

    /// <summary>Changes the weights, unless there are requests.</summary>
    public void Update(WeightsUpdate update)
    {
        if (_active.Count > 0)
        {
            update.Result.SetException(new WeightsInUseException(_active.Count));
            return;
        }
        try
        {
            scheduler.ForgetPrefixes();
            _weightsVersion++;
            update.Run();
            update.Result.SetResult(_weightsVersion);
        }
        catch (Exception error) // the caller's, who hears of it
        {
            update.Result.SetException(error);
        }
        meter.Observe(scheduler.Stats);
    }

    /// <summary>Ends every request.</summary>
    public void EndAll(FinishReason reason, Exception? failure)
    {
        foreach (var request in _active.Values.ToArray())
            End(request, reason, failure);
        meter.Observe(scheduler.Stats);
    }

    /// <summary>Runs a step; false when there is nothing to compute.</summary>
    public bool Step()
    {
        var batch = scheduler.Next(clock());
        meter.Observe(scheduler.Stats);
        if (batch is null)
            return false;
        Begin(batch);
        if (_results.Length < batch.Samples.Length)
            _results = new SampledToken[Math.Max(batch.Samples.Length, 2 * _results.Length)];
        var results = _results.AsSpan(0, batch.Samples.Length);
        results.Clear();
        try
        {
            SampleAll(batch, runner.Run(batch), results);
            _failuresInARow = 0;
        }
        catch (Exception error) when (++_failuresInARow < MaxFailuresInARow)
        {
            // Cancelled before Complete, so that nothing this step may have left half-written is ever found as a prefix.
            var failure = new StepFailedException(batch.Step, error);
            foreach (var item in batch.Items)
                End((ActiveRequest)item.Sequence.Tag!, FinishReason.Error, failure);
        }
        scheduler.Complete(batch, results, clock());
        Publish(batch);
        meter.Observe(scheduler.Stats);
        meter.Progress();
        return true;
    }

    private void Begin(Batch batch)
    {
        foreach (var item in batch.Items)
        {
            var request = (ActiveRequest)item.Sequence.Tag!;
            if (request.HasBegun)
                continue;
            request.HasBegun = true;
            meter.CountTokens(request.Scheduled.Prompt.Length, 0);
        }
    }

    private void SampleAll(Batch batch, ReadOnlySpan<float> logits, Span<SampledToken> results)
    {
        int item = -1;
        int row = -1;
        int accepted = 0;
        double nowMs = clock();
        for (int i = 0; i < results.Length; i++)
        {
            var (owner, sequence) = batch.Samples[i];
            while (item < owner)
                if (batch.Items[++item].WantsLogits)
                    row++;
            if (sequence.State == SequenceState.Finished)
                continue; // a sibling answer's row failed the request
            var request = (ActiveRequest)sequence.Tag!;
            // The first tokens of further answers come from the prompt that the first answer computed.
            var history = sequence.State == SequenceState.Unborn ? batch.Items[owner].Sequence.Tokens : sequence.Tokens;
            try
            {
                var choice = sampler.Sample(
                    logits.Slice(row * runner.VocabularySize, runner.VocabularySize),
                    new SamplingContext
                    {
                        Parameters = request.Source.Sampling,
                        History = history,
                        PromptLength = request.Scheduled.Prompt.Length - request.Source.Sampling.AnsweredTokens,
                        Seed = request.Seed,
                        AnswerIndex = request.Source.Sampling.FirstAnswer + sequence.Index,
                        EndTokens = request.EndTokens,
                    }
                );
                var timeline = sequence.Timeline;
                bool ends = request.Stream.Accept(
                    sequence.Index,
                    choice,
                    new StepTimes(nowMs, timeline.ArrivalMs, timeline.FirstScheduledMs, timeline.CachedTokens)
                );
                results[i] = new SampledToken(choice.Token, ends);
                accepted++;
            }
            catch (SamplingException error)
            {
                meter.CountCorrupted();
                End(request, FinishReason.Error, error);
            }
        }
        meter.CountTokens(0, accepted);
    }

    private void Publish(Batch batch)
    {
        foreach (var sample in batch.Samples)
        {
            var request = (ActiveRequest)sample.Sequence.Tag!;
            if (sample.Sequence.End == SequenceEnd.Length)
                request.Stream.Finish(sample.Sequence.Index, FinishReason.Length);
            request.Stream.Publish();
            // The only answer of a request in a static batch is over before the scheduler lets go of it, together with the others.
            var isOver = scheduler.System.AnswersTogether || !scheduler.Knows(request.Scheduled.Id);
            if (sample.Sequence.End != SequenceEnd.None && isOver)
                Forget(request);
        }
    }

    private void End(ActiveRequest request, FinishReason reason, Exception? failure)
    {
        scheduler.Cancel(request.Scheduled.Id, clock());
        request.Stream.FinishAll(reason, failure);
        Forget(request);
    }

    private void Forget(ActiveRequest request)
    {
        if (_active.Remove(request.Scheduled.Id))
            meter.Leave();
    }

    private static RequestRejectedException Rejection(RequestRefusedException refusal) =>
        refusal.Reason switch
        {
            RefusalReason.TooLong => new(RejectionReason.ContextLengthExceeded, "prompt", refusal.Message),
            RefusalReason.DuplicateId => new(RejectionReason.InvalidParameter, "request_id", refusal.Message),
            RefusalReason.EmptyPrompt => new(RejectionReason.InvalidParameter, "prompt", refusal.Message),
            _ => new(RejectionReason.InvalidParameter, "n", refusal.Message),
        };
}
