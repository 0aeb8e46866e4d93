// Owns "tern detokenize": the text of ids.
using System.CommandLine;
using Tern.Cli.Options;
using Tern.Engine.Loading;
using Tern.Formats;

namespace Tern.Cli.Commands;

/// <summary>Turns token ids into text.</summary>
internal static class DetokenizeCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var model = new Argument<string>("MODEL") { Description = "A model, or a vocabulary-only GGUF file" };
        var tokens = EnvironmentOption.Create<string?>(
            "--tokens",
            "Ids separated by commas or blanks; default: standard input",
            null
        );
        var skip = EnvironmentOption.Create("--skip-special", "Leave out special tokens", false);
        var command = new Command("detokenize", "Print the text of token ids.") { model, tokens, skip };
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                using var source = ModelFile.Open(parsed.GetRequiredValue(model));
                var tokenizer = TokenizerReader.Read(source);
                string list = parsed.GetValue(tokens) ?? await Console.In.ReadToEndAsync(cancellationToken);
                Console.Out.WriteLine(
                    tokenizer.Decode(TokenIds.Parse(list, tokenizer.VocabularySize), parsed.GetValue(skip))
                );
                return 0;
            }
        );
        return command;
    }
}
