// Owns "tern eval": what a model answers to questions it was never trained on.
using System.CommandLine;
using Tern.Cli.Options;
using Tern.Cli.Terminal;
using Tern.Engine;
using Tern.Engine.Requests;
using Tern.Engine.Sampling;
using Tern.Tokenizers.Chat;
using Tern.Training.Corpus;

namespace Tern.Cli.Commands;

/// <summary>Evaluates a model on the held-out samples of the built-in model's corpus.</summary>
internal static class EvalCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var engineFlags = new EngineFlags();
        var samples = EnvironmentOption.Create("--samples", "Questions of each kind", 200);
        var misses = EnvironmentOption.Create("--misses", "Wrong answers shown of each kind", 0);
        var command = new Command("eval", "Ask a model the held-out questions of the built-in model's world.")
        {
            samples,
            misses,
        };
        engineFlags.AddTo(command);
        command.SetAction(
            async (parsed, cancellation) =>
            {
                await using var engine = engineFlags.Load(parsed);
                var report = await CorpusEvaluator.RunAsync(
                    (sample, token) => AnswerAsync(engine, sample, token),
                    parsed.GetValue(samples),
                    parallel: 16,
                    cancellation: cancellation
                );
                report.Write(Console.Out, parsed.GetValue(misses));
                return report.IsReached ? 0 : CommandErrors.Failure;
            }
        );
        return command;
    }

    private static async ValueTask<string> AnswerAsync(LlmEngine engine, Sample sample, CancellationToken cancellation)
    {
        const int LongestAnswer = 160;
        var template =
            engine.ChatTemplate
            ?? throw new CommandLineException($"'{engine.Info.ModelName}' has no chat template to ask questions with");
        string prompt = template.Render(
            new ChatTemplateInput
            {
                Messages = sample.MessagesToJson(),
                Tools = sample.ToolsToJson(),
                Variables = Prompts.Variables(engine.Tokenizer),
                Now = DateTimeOffset.Now,
            }
        );
        var request = new GenerationRequest
        {
            Prompt = engine.Tokenizer.Encode(prompt, addSpecial: false, parseSpecial: true),
            Sampling = new SamplingParams { Temperature = 0, MaxTokens = LongestAnswer },
            KeepSpecialTokens = true,
        };
        string text = "";
        await foreach (var output in engine.GenerateAsync(request, cancellation))
            text += output.Text;
        return text;
    }
}
