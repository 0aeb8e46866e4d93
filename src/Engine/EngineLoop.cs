// Owns the engine thread: the only one that touches scheduler, model and sampler.
using System.Threading.Channels;
using Tern.Engine.Execution;
using Tern.Engine.Requests;

namespace Tern.Engine;

/// <summary>
/// Takes requests from an inbox and turns: drain the inbox, run a step, publish. Sleeps when there is nothing to do. A step
/// that fails takes its requests with it; an error outside a step, or steps that keep failing, stop the engine.
/// </summary>
internal sealed class EngineLoop
{
    private readonly Channel<object> _inbox = Channel.CreateUnbounded<object>();
    private readonly StepExecutor? _steps;
    private readonly EmbeddingQueue? _embeddings;
    private readonly EngineMeter _meter;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _stopping;

    /// <param name="steps">For models that generate.</param>
    /// <param name="embeddings">For models that embed.</param>
    /// <param name="meter">Counts.</param>
    public EngineLoop(StepExecutor? steps, EmbeddingQueue? embeddings, EngineMeter meter)
    {
        (_steps, _embeddings, _meter) = (steps, embeddings, meter);
    }

    /// <summary>Hands over a request that has entered the meter; false when the engine has stopped.</summary>
    public bool Post(ActiveRequest request) => _inbox.Writer.TryWrite(request);

    /// <summary>Hands over a text to embed; false when the engine has stopped.</summary>
    public bool Post(EmbeddingJob job) => _inbox.Writer.TryWrite(job);

    /// <summary>Hands over a change of the weights; false when the engine has stopped.</summary>
    public bool Post(WeightsUpdate update) => _inbox.Writer.TryWrite(update);

    /// <summary>Asks for the end of a request.</summary>
    public void Cancel(ActiveRequest request) => _inbox.Writer.TryWrite(new Cancellation(request));

    /// <summary>Starts the thread.</summary>
    public void Start() => new Thread(Run) { IsBackground = true, Name = "tern engine" }.Start();

    /// <summary>Ends all requests and the thread.</summary>
    public Task StopAsync()
    {
        _stopping = true;
        _inbox.Writer.TryComplete();
        return _ended.Task;
    }

    /// <summary>One turn; false when there was nothing to compute.</summary>
    public bool Turn()
    {
        while (_inbox.Reader.TryRead(out object? message))
            Handle(message);
        bool embedded = _embeddings?.Step() ?? false;
        bool stepped = _steps?.Step() ?? false;
        return embedded || stepped;
    }

    private void Run()
    {
        Exception? fault = null;
        try
        {
            while (!_stopping)
                if (!Turn() && !_inbox.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
                    break;
        }
        catch (Exception error)
        {
            fault = new EngineFaultedException(error);
            _meter.SetFault(error);
        }
        EndAll(fault);
        _ended.SetResult();
    }

    private void EndAll(Exception? fault)
    {
        _inbox.Writer.TryComplete();
        while (_inbox.Reader.TryRead(out object? message))
        {
            if (message is WeightsUpdate update)
                update.Result.TrySetException(fault ?? new OperationCanceledException("the engine has stopped"));
            else
                Handle(message);
        }
        _steps?.EndAll(fault is null ? FinishReason.Cancelled : FinishReason.Error, fault);
        _embeddings?.EndAll(fault ?? new OperationCanceledException("the engine has stopped"));
    }

    private void Handle(object message)
    {
        switch (message)
        {
            case ActiveRequest request:
                _meter.TakenIn();
                _steps!.Add(request);
                break;
            case Cancellation cancellation:
                _steps!.Cancel(cancellation.Request);
                break;
            case WeightsUpdate update:
                _steps!.Update(update);
                break;
            case EmbeddingJob job:
                _meter.TakenIn();
                _embeddings!.Add(job);
                break;
        }
    }

    private sealed record Cancellation(ActiveRequest Request);
}
