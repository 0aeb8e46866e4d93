// Owns POST /v1/completions.
using Tern.Engine.Requests;
using Tern.Server.Http;
using Tern.Server.Metrics;
using Tern.Server.OpenAi;
using Tern.Server.Streaming;

namespace Tern.Server.Endpoints;

/// <summary>Continues prompts (platform.openai.com API reference, "Create completion").</summary>
internal sealed class Completions(ServedModel model, ServerOptions options, ServerMetrics metrics)
{
    /// <summary>Handles one request.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        using var scope = new RequestScope(context, options);
        using var body = await JsonBody.ReadAsync(context.Request, scope.Token);
        var request = CompletionRequest.Read(body.RootElement, model, options);
        ServedModels.Check(request.Model, model);
        var generations = request
            .Prompts.Select(prompt => new GenerationRequest { Prompt = prompt, Sampling = request.Sampling })
            .ToList();
        string id = $"cmpl-{generations[0].Id}";
        long created = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var steps = AnswerStream.RunAsync(model.Engine, metrics, generations, scope.Token);
        try
        {
            if (request.Stream)
                await StreamAsync(context, request, id, created, steps, scope);
            else
                await context.Response.WriteAsJsonAsync(
                    await WholeAsync(request, id, created, steps),
                    WireJson.Wire.Completion,
                    contentType: null,
                    scope.Token
                );
        }
        catch (OperationCanceledException) when (scope.TimedOut)
        {
            throw scope.Timeout();
        }
    }

    private async Task<Completion> WholeAsync(
        CompletionRequest request,
        string id,
        long created,
        IAsyncEnumerable<(int Prompt, GenerationOutput Output)> steps
    )
    {
        int n = request.Sampling.N;
        var answers = await CollectedAnswer.CollectAsync(steps, request.Prompts.Count, n);
        var choices = new List<CompletionChoice>();
        for (int prompt = 0; prompt < answers.Length; prompt++)
        {
            string echo = Echo(request, prompt);
            for (int i = 0; i < n; i++)
            {
                var answer = answers[prompt][i];
                choices.Add(
                    new CompletionChoice(
                        prompt * n + i,
                        echo + answer.Text,
                        LogprobsWire.Completion(answer.Logprobs, model.Tokenizer, echo.Length),
                        answer.Finish.ToWire()
                    )
                );
            }
        }
        return new Completion(id, "text_completion", created, model.Engine.Info.ModelName, choices)
        {
            Usage = FinishReasons.ToWire(answers.Select(prompt => prompt.Select(answer => answer.Usage).ToList())),
        };
    }

    private string Echo(CompletionRequest request, int prompt) =>
        request.Echo ? model.Tokenizer.Decode(request.Prompts[prompt], skipSpecial: true) : "";

    private async Task StreamAsync(
        HttpContext context,
        CompletionRequest request,
        string id,
        long created,
        IAsyncEnumerable<(int Prompt, GenerationOutput Output)> steps,
        RequestScope scope
    )
    {
        using var writer = new SseWriter(context.Response);
        int n = request.Sampling.N;
        var usages = new GenerationUsage[request.Prompts.Count][];
        for (int i = 0; i < usages.Length; i++)
            usages[i] = new GenerationUsage[n];
        var lengths = new int[request.Prompts.Count * n];
        try
        {
            await foreach (var (prompt, output) in steps)
            {
                int index = prompt * n + output.Index;
                usages[prompt][output.Index] = output.Usage;
                string text = lengths[index] == 0 ? Echo(request, prompt) + output.Text : output.Text;
                if (text.Length == 0 && output.Logprobs is null && output.Finish is null)
                    continue;
                var logprobs = LogprobsWire.Completion(output.Logprobs, model.Tokenizer, lengths[index]);
                lengths[index] += text.Length;
                await writer.WriteAsync(
                    Chunk([new CompletionChoice(index, text, logprobs, output.Finish?.ToWire())]),
                    WireJson.Wire.Completion,
                    scope.Token
                );
            }
            if (request.IncludeUsage)
                await writer.WriteAsync(
                    Chunk([]) with
                    {
                        Usage = FinishReasons.ToWire(usages),
                    },
                    WireJson.Wire.Completion,
                    scope.Token
                );
            await writer.WriteDoneAsync(scope.Token);
        }
        catch (Exception error) when (context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
        {
            await StreamErrors.WriteAsync(context, writer, scope.TimedOut ? scope.Timeout() : error);
        }

        Completion Chunk(IReadOnlyList<CompletionChoice> choices) =>
            new(id, "text_completion", created, model.Engine.Info.ModelName, choices);
    }
}
