// Owns what may stand where a model is named: a path, random weights, or the model that ships with Tern.
using Tern.Cli.RandomModels;
using Tern.Training.Builtin;

namespace Tern.Cli;

/// <summary>Turns what a user wrote into the path of a model.</summary>
internal static class ModelReference
{
    /// <summary>What is allowed, for help texts.</summary>
    public const string Description =
        "A .gguf file, the first file of a split one, a Hugging Face directory, random:SHAPE for random weights, or "
        + "builtin for the small model that ships with Tern";

    /// <summary>The same, where a model need not be named.</summary>
    public const string OptionalDescription = Description + "; default: builtin";

    /// <summary>The file of the model that ships with Tern.</summary>
    private static string BuiltinFile => Path.Combine(AppContext.BaseDirectory, "builtin.gguf");

    /// <summary>Whether what stands in a model's place is a text for one: it has blanks and neither is nor looks like a path.</summary>
    public static bool IsText(string written) =>
        written.Any(char.IsWhiteSpace)
        && !Path.Exists(written)
        && !Path.IsPathRooted(written)
        && !written.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase);

    /// <summary>The path of a model. Says so when nobody named one.</summary>
    /// <param name="reference">What was written; null for nothing.</param>
    /// <exception cref="CommandLineException">A reference names nothing that there is.</exception>
    public static string Resolve(string? reference)
    {
        if (reference is null)
        {
            Console.Error.WriteLine(
                "No model named: this is Tern's built-in model, which knows a small town, sums and lists, and little else."
            );
            reference = BuiltinConfig.Name;
        }
        // The word always means the model that ships; a file or folder of that name is "./builtin".
        if (reference != BuiltinConfig.Name)
            return RandomReference.Resolve(reference);
        return File.Exists(BuiltinFile)
            ? BuiltinFile
            : throw new CommandLineException(
                $"the built-in model is missing ({BuiltinFile}); it is part of the program's folder, and 'tern train builtin' makes it again"
            );
    }
}
