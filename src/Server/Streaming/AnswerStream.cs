// Owns running one HTTP request's generation requests and measuring them on the way.
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Tern.Engine;
using Tern.Engine.Requests;
using Tern.Server.Metrics;

namespace Tern.Server.Streaming;

/// <summary>Runs generation requests, several prompts side by side, as one stream of steps.</summary>
internal static class AnswerStream
{
    /// <summary>Steps of all requests, each with the index of its request.</summary>
    public static async IAsyncEnumerable<(int Prompt, GenerationOutput Output)> RunAsync(
        IEngineClient engine,
        ServerMetrics metrics,
        IReadOnlyList<GenerationRequest> requests,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        if (requests.Count == 1)
        {
            await foreach (var output in MeasuredAsync(engine, metrics, requests[0], cancellationToken))
                yield return (0, output);
            yield break;
        }
        // One failing prompt ends the whole request, so its siblings are cancelled with it.
        using var siblings = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var channel = Channel.CreateBounded<(int, GenerationOutput)>(requests.Count);
        var pumps = Task.WhenAll(requests.Select((request, prompt) => PumpAsync(prompt, request)));
        var completion = pumps.ContinueWith(
            done => channel.Writer.Complete(done.Exception?.InnerException),
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default
        );
        try
        {
            await foreach (var step in channel.Reader.ReadAllAsync(cancellationToken))
                yield return step;
        }
        finally
        {
            await siblings.CancelAsync();
            await completion;
        }

        async Task PumpAsync(int prompt, GenerationRequest request)
        {
            try
            {
                await foreach (var output in MeasuredAsync(engine, metrics, request, siblings.Token))
                    await channel.Writer.WriteAsync((prompt, output), siblings.Token);
            }
            catch (Exception)
            {
                await siblings.CancelAsync();
                throw;
            }
        }
    }

    private static async IAsyncEnumerable<GenerationOutput> MeasuredAsync(
        IEngineClient engine,
        ServerMetrics metrics,
        GenerationRequest request,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        metrics.OnRequest(request.Sampling);
        long start = Stopwatch.GetTimestamp();
        var last = new long[request.Sampling.N];
        int unfinished = request.Sampling.N;
        GenerationUsage usage = default;
        try
        {
            await foreach (var output in engine.GenerateAsync(request, cancellationToken))
            {
                usage = output.Usage;
                if (output.Tokens.Count > 0)
                    OnTokens(output);
                if (output.Finish is { } finish)
                {
                    unfinished--;
                    metrics.OnFinish(finish, output.Usage, Stopwatch.GetElapsedTime(start).TotalSeconds);
                }
                yield return output;
            }
        }
        finally
        {
            while (unfinished-- > 0 && cancellationToken.IsCancellationRequested)
                metrics.OnFinish(FinishReason.Cancelled, usage, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        void OnTokens(GenerationOutput output)
        {
            ref long previous = ref last[output.Index];
            long now = Stopwatch.GetTimestamp();
            if (previous == 0)
                metrics.OnFirstToken(Stopwatch.GetElapsedTime(start, now).TotalSeconds);
            else
                metrics.OnTokens(
                    output.Tokens.Count,
                    Stopwatch.GetElapsedTime(previous, now).TotalSeconds / output.Tokens.Count
                );
            previous = now;
        }
    }
}
