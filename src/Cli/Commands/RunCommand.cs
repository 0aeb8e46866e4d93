// Owns "tern run": one prompt, one answer, then the end.
using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using Tern.Cli.Options;
using Tern.Cli.Terminal;
using Tern.Engine;
using Tern.Engine.Requests;

namespace Tern.Cli.Commands;

/// <summary>Answers one prompt.</summary>
internal static class RunCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var engineFlags = new EngineFlags();
        var samplingFlags = new SamplingFlags();
        var prompt = new Argument<string?>("PROMPT")
        {
            Description = "The prompt; default: standard input",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var system = EnvironmentOption.Create<string?>("--system-prompt", "Instruction before the prompt", null);
        var raw = EnvironmentOption.Create("--raw", "Continue the text as it is, without the chat template", false);
        var json = EnvironmentOption.Create("--json", "Print one JSON object instead of text", false);
        var verbose = EnvironmentOption.Create("--verbose", "Print what was chosen at start", false);
        var command = new Command("run", "Answer one prompt and exit.") { system, raw, json, verbose };
        engineFlags.AddTo(command);
        command.Add(prompt);
        samplingFlags.AddTo(command);
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                string? model = parsed.GetValue(engineFlags.Model);
                string? text = parsed.GetValue(prompt);
                if (text is null && model is not null && ModelReference.IsText(model))
                    (model, text) = (null, model);
                text ??= await ReadInputAsync(cancellationToken);
                await using var engine = engineFlags.Load(parsed, model, servedName: null);
                if (parsed.GetValue(verbose))
                    await Console.Error.WriteLineAsync(string.Join('\n', EngineFlags.Summary(engine)));
                bool asText = parsed.GetValue(raw) || engine.ChatTemplate is null;
                var request = new GenerationRequest
                {
                    Prompt = asText
                        ? Text(engine, text, parsed.GetValue(system))
                        : Chat(engine, text, parsed.GetValue(system)),
                    Sampling = samplingFlags.Read(parsed, engine.DefaultSampling),
                };
                return parsed.GetValue(json)
                    ? await PrintJsonAsync(engine, request, cancellationToken)
                    : await PrintTextAsync(engine, request, cancellationToken);
            }
        );
        return command;
    }

    private static IReadOnlyList<int> Text(LlmEngine engine, string text, string? system) =>
        system is null
            ? engine.Tokenizer.Encode(text)
            : throw new CommandLineException("--system-prompt needs a model with a chat template and no --raw");

    private static IReadOnlyList<int> Chat(LlmEngine engine, string text, string? system) =>
        Prompts.Render(engine, system is null ? [("user", text)] : [("system", system), ("user", text)]);

    private static async Task<string> ReadInputAsync(CancellationToken cancellationToken)
    {
        if (!Console.IsInputRedirected)
            throw new CommandLineException("no prompt: give one after the model or pipe one in");
        return (await Console.In.ReadToEndAsync(cancellationToken)).TrimEnd('\n', '\r');
    }

    private static async Task<int> PrintTextAsync(
        LlmEngine engine,
        GenerationRequest request,
        CancellationToken cancellationToken
    )
    {
        GenerationUsage usage = default;
        await foreach (var output in engine.GenerateAsync(request, cancellationToken))
        {
            Console.Out.Write(output.Text);
            usage = output.Usage;
        }
        Console.Out.WriteLine();
        if (!Console.IsErrorRedirected)
            await Console.Error.WriteLineAsync(PerformanceLine.Of(usage));
        return 0;
    }

    private static async Task<int> PrintJsonAsync(
        LlmEngine engine,
        GenerationRequest request,
        CancellationToken cancellationToken
    )
    {
        var text = new StringBuilder();
        var tokens = new JsonArray();
        GenerationOutput? last = null;
        await foreach (var output in engine.GenerateAsync(request, cancellationToken))
        {
            text.Append(output.Text);
            foreach (int token in output.Tokens)
                tokens.Add((JsonNode)token);
            last = output;
        }
        var usage = last?.Usage ?? default;
        var answer = new JsonObject
        {
            ["text"] = text.ToString(),
            ["tokens"] = tokens,
            ["finish_reason"] = last?.Finish?.ToString().ToLowerInvariant(),
            ["prompt_tokens"] = usage.PromptTokens,
            ["cached_tokens"] = usage.CachedTokens,
            ["completion_tokens"] = usage.CompletionTokens,
            ["prefill_ms"] = usage.PrefillMs,
            ["decode_ms"] = usage.DecodeMs,
        };
        Console.Out.WriteLine(answer.ToJsonString());
        return 0;
    }
}
