// Owns "tern perplexity": how well a model foretells a text.
using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Tern.Cli.Evaluation;
using Tern.Cli.Options;
using Tern.Cli.Terminal;
using Tern.Engine.Loading;
using Tern.Formats;

namespace Tern.Cli.Commands;

/// <summary>Measures perplexity over sliding windows.</summary>
internal static class PerplexityCommand
{
    private const int DefaultContext = 512;

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var model = new Argument<string>("MODEL") { Description = "A .gguf file or a Hugging Face directory" };
        var file = EnvironmentOption.Create<string?>("--file", "The text, UTF-8", null, "-f");
        var numerics = NumericsOption.Create();
        var context = EnvironmentOption.Create<int?>(
            "--context",
            $"Tokens of a window; default: {DefaultContext} or the model's context",
            null,
            "-c"
        );
        var stride = EnvironmentOption.Create<int?>(
            "--stride",
            "Tokens from window to window; default: half a window",
            null
        );
        var threads = EnvironmentOption.Create<int?>(
            "--threads",
            "Worker threads; default: physical cores",
            null,
            "-t"
        );
        var json = EnvironmentOption.Create("--json", "Print one JSON object", false);
        var command = new Command("perplexity", "Measure how well a model foretells a text.")
        {
            model,
            file,
            context,
            stride,
            threads,
            numerics,
            json,
        };
        command.SetAction(
            async (parsed, cancellation) =>
            {
                string path = parsed.GetValue(file) ?? throw new CommandLineException("no text: give --file FILE");
                string text = await File.ReadAllTextAsync(path, new UTF8Encoding(false), cancellation);
                using var network = OpenNetwork.Open(
                    parsed.GetRequiredValue(model),
                    parsed.GetValue(threads),
                    parsed.GetValue(numerics)
                );
                var config = network.Model.Config;
                if (config.IsEncoder)
                    throw new CommandLineException(
                        $"{network.File.Path} is an encoder ({config.Architecture}); it foretells no text"
                    );
                int window = parsed.GetValue(context) ?? Math.Min(DefaultContext, config.ContextLength);
                int step = parsed.GetValue(stride) ?? Math.Max(1, window / 2);
                if (window < 2 || window > config.ContextLength)
                    throw new CommandLineException(
                        $"--context is {window}; it must be from 2 to the model's {config.ContextLength}"
                    );
                if (step < 1 || step >= window)
                    throw new CommandLineException(
                        $"--stride is {step}; it must be from 1 to {window - 1} (less than a window)"
                    );
                var result = Measure(network, text, path, window, step, cancellation);
                Console.Out.WriteLine(parsed.GetValue(json) ? Json(result, window, step) : Text(result, window, step));
                return 0;
            }
        );
        return command;
    }

    private static PerplexityResult Measure(
        OpenNetwork network,
        string text,
        string path,
        int window,
        int step,
        CancellationToken cancellation
    )
    {
        var tokenizer = TokenizerReader.Read(network.File);
        int? bos = tokenizer.AddsBos ? tokenizer.BosToken : null;
        var tokens = tokenizer.Encode(text, addSpecial: false, parseSpecial: false);
        if (tokens.Count < (bos is null ? 2 : 1))
            throw new CommandLineException($"{path} holds {tokens.Count} tokens; there is nothing to foretell");
        var measurement = new SlidingPerplexity(network.Model, tokens, bos, window, step);
        using var status = new StatusLine($"{tokens.Count} tokens in {measurement.WindowCount} windows");
        var result = measurement.Measure(
            sofar =>
                status.Update(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"window {sofar.Windows}/{measurement.WindowCount}, perplexity so far {sofar.Perplexity:F4}"
                    )
                ),
            cancellation
        );
        return double.IsFinite(result.MeanNll)
            ? result
            : throw new ModelFormatException(network.File.Path, "weights", "the model's logits are not finite");
    }

    private static string Definition(int window, int step) =>
        $"exp of the mean -ln p(token); sliding windows of {window} tokens every {step}, each token scored once, in the first window that reaches it";

    private static string Text(PerplexityResult result, int window, int step) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"perplexity {result.Perplexity:F4} ± {result.PerplexityError:F4} (mean -ln p {result.MeanNll:F5} ± {result.MeanError:F5} over {result.Tokens} tokens)\n{Definition(window, step)}"
        );

    private static string Json(PerplexityResult result, int window, int step) =>
        new JsonObject
        {
            ["perplexity"] = result.Perplexity,
            ["standard_error"] = result.PerplexityError,
            ["mean_nll"] = result.MeanNll,
            ["mean_nll_standard_error"] = result.MeanError,
            ["tokens"] = result.Tokens,
            ["windows"] = result.Windows,
            ["context"] = window,
            ["stride"] = step,
            ["definition"] = Definition(window, step),
        }.ToJsonString();
}
