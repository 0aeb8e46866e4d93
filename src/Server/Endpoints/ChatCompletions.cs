// Owns POST /v1/chat/completions.
using Tern.Engine.Requests;
using Tern.Server.Http;
using Tern.Server.Metrics;
using Tern.Server.OpenAi;
using Tern.Server.Streaming;
using Tern.Server.ToolCalls;
using Tern.Tokenizers.Chat;

namespace Tern.Server.Endpoints;

/// <summary>Answers conversations (platform.openai.com API reference, "Create chat completion").</summary>
internal sealed class ChatCompletions(ServedModel model, ServerOptions options, ServerMetrics metrics)
{
    /// <summary>Handles one request.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        using var scope = new RequestScope(context, options);
        using var body = await JsonBody.ReadAsync(context.Request, scope.Token);
        var request = ChatCompletionRequest.Read(body.RootElement, model, options);
        ServedModels.Check(request.Model, model);
        var generation = new GenerationRequest
        {
            Prompt = Prompt(request),
            Sampling = request.Sampling,
            KeepSpecialTokens = request.HasTools,
        };
        string id = $"chatcmpl-{generation.Id}";
        long created = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var steps = AnswerStream.RunAsync(model.Engine, metrics, [generation], scope.Token);
        try
        {
            if (request.Stream)
                await StreamAsync(context, request, id, created, steps, scope);
            else
                await context.Response.WriteAsJsonAsync(
                    await WholeAsync(request, id, created, steps),
                    WireJson.Wire.ChatCompletion,
                    contentType: null,
                    scope.Token
                );
        }
        catch (OperationCanceledException) when (scope.TimedOut)
        {
            throw scope.Timeout();
        }
    }

    private IReadOnlyList<int> Prompt(ChatCompletionRequest request)
    {
        if (model.ChatTemplate is not { } template)
            throw ApiException.Invalid(
                "messages",
                "the model has no chat template; use /v1/completions",
                "no_chat_template"
            );
        try
        {
            // The template writes the special tokens itself, BOS included.
            return model.Tokenizer.Encode(template.Render(request.Conversation), addSpecial: false, parseSpecial: true);
        }
        catch (ChatTemplateException error)
        {
            throw ApiException.Invalid(
                "messages",
                $"the model's chat template refuses this conversation: {error.Message}",
                "chat_template_error"
            );
        }
    }

    private async Task<ChatCompletion> WholeAsync(
        ChatCompletionRequest request,
        string id,
        long created,
        IAsyncEnumerable<(int Prompt, GenerationOutput Output)> steps
    )
    {
        var answers = (await CollectedAnswer.CollectAsync(steps, 1, request.Sampling.N))[0];
        var choices = answers.Select((answer, index) => Choice(request, answer, index)).ToList();
        return new ChatCompletion(
            id,
            "chat.completion",
            created,
            model.Engine.Info.ModelName,
            choices,
            FinishReasons.ToWire([
                [.. answers.Select(answer => answer.Usage)],
            ])
        );
    }

    private ChatChoice Choice(ChatCompletionRequest request, CollectedAnswer answer, int index)
    {
        var logprobs = LogprobsWire.Chat(answer.Logprobs, model.Tokenizer);
        if (!request.HasTools)
            return new ChatChoice(index, new ChatMessage("assistant", answer.Text), logprobs, answer.Finish.ToWire());
        var splitter = new ToolCallSplitter();
        string text = splitter.Append(answer.Text) + splitter.Finish();
        if (splitter.Calls.Count == 0)
            return new ChatChoice(index, new ChatMessage("assistant", text), logprobs, answer.Finish.ToWire());
        var message = new ChatMessage("assistant", text.Length > 0 ? text : null)
        {
            ToolCalls = Calls(splitter.Calls, streaming: false),
        };
        return new ChatChoice(index, message, logprobs, "tool_calls");
    }

    private static List<ToolCallWire> Calls(List<ToolCall> calls, bool streaming) =>
        [
            .. calls.Select(
                (call, index) =>
                    new ToolCallWire(
                        streaming ? index : null,
                        $"call_{Guid.NewGuid():N}",
                        "function",
                        new FunctionCallWire(call.Name, call.Arguments)
                    )
            ),
        ];

    private async Task StreamAsync(
        HttpContext context,
        ChatCompletionRequest request,
        string id,
        long created,
        IAsyncEnumerable<(int Prompt, GenerationOutput Output)> steps,
        RequestScope scope
    )
    {
        using var writer = new SseWriter(context.Response);
        int n = request.Sampling.N;
        var usages = new GenerationUsage[n];
        var started = new bool[n];
        var splitters = new ToolCallSplitter?[n];
        try
        {
            await foreach (var (_, output) in steps)
            {
                int index = output.Index;
                usages[index] = output.Usage;
                string text = output.Text;
                string? finish = output.Finish?.ToWire();
                IReadOnlyList<ToolCallWire>? calls = null;
                if (request.HasTools)
                {
                    var splitter = splitters[index] ??= new ToolCallSplitter();
                    text = splitter.Append(text);
                    if (finish is not null)
                    {
                        text += splitter.Finish();
                        if (splitter.Calls.Count > 0)
                            (calls, finish) = (Calls(splitter.Calls, streaming: true), "tool_calls");
                    }
                }
                var logprobs = LogprobsWire.Chat(output.Logprobs, model.Tokenizer);
                if (text.Length == 0 && calls is null && logprobs is null && finish is null && started[index])
                    continue;
                var delta = new ChatDelta
                {
                    Role = started[index] ? null : "assistant",
                    Content = text.Length > 0 || !started[index] ? text : null,
                    ToolCalls = calls,
                };
                started[index] = true;
                await writer.WriteAsync(
                    Chunk([new ChatChunkChoice(index, delta, logprobs, finish)]),
                    WireJson.Wire.ChatChunk,
                    scope.Token
                );
            }
            if (request.IncludeUsage)
                await writer.WriteAsync(
                    Chunk([]) with
                    {
                        Usage = FinishReasons.ToWire([usages]),
                    },
                    WireJson.Wire.ChatChunk,
                    scope.Token
                );
            await writer.WriteDoneAsync(scope.Token);
        }
        catch (Exception error) when (context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
        {
            await StreamErrors.WriteAsync(context, writer, scope.TimedOut ? scope.Timeout() : error);
        }

        ChatChunk Chunk(IReadOnlyList<ChatChunkChoice> choices) =>
            new(id, "chat.completion.chunk", created, model.Engine.Info.ModelName, choices);
    }
}
