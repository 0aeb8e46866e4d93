// Owns "tern tokenize": the ids of a text.
using System.CommandLine;
using System.Text;
using Tern.Cli.Options;
using Tern.Engine.Loading;
using Tern.Formats;

namespace Tern.Cli.Commands;

/// <summary>Turns text into token ids.</summary>
internal static class TokenizeCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var model = new Argument<string>("MODEL") { Description = "A model, or a vocabulary-only GGUF file" };
        var text = new Argument<string?>("TEXT")
        {
            Description = "The text; default: --file or standard input",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var file = EnvironmentOption.Create<string?>("--file", "Read the text from a file, byte for byte", null, "-f");
        var noSpecial = EnvironmentOption.Create("--no-special", "Add no BOS/EOS", false);
        var noParse = EnvironmentOption.Create(
            "--no-parse-special",
            "Take special tokens' spellings in the text as plain text",
            false
        );
        var json = EnvironmentOption.Create("--json", "Print a JSON array of ids", false);
        var command = new Command("tokenize", "Print the token ids of a text.")
        {
            model,
            text,
            file,
            noSpecial,
            noParse,
            json,
        };
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                using var source = ModelFile.Open(parsed.GetRequiredValue(model));
                var tokenizer = TokenizerReader.Read(source);
                string input =
                    parsed.GetValue(text)
                    ?? (
                        parsed.GetValue(file) is { } path
                            ? await File.ReadAllTextAsync(path, new UTF8Encoding(false), cancellationToken)
                            : await Console.In.ReadToEndAsync(cancellationToken)
                    );
                var ids = tokenizer.Encode(
                    input,
                    addSpecial: !parsed.GetValue(noSpecial),
                    parseSpecial: !parsed.GetValue(noParse)
                );
                if (parsed.GetValue(json))
                {
                    Console.Out.WriteLine($"[{string.Join(", ", ids)}]");
                    return 0;
                }
                foreach (int id in ids)
                    Console.Out.WriteLine($"{id, 8}  {tokenizer.GetText(id)}");
                return 0;
            }
        );
        return command;
    }
}
