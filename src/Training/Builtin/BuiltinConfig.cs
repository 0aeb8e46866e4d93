// Owns the configuration of the model that ships with Tern.
using Tern.Training.Runs;

namespace Tern.Training.Builtin;

/// <summary>How the built-in model is trained.</summary>
public static class BuiltinConfig
{
    /// <summary>The word that names it on the command line.</summary>
    public const string Name = "builtin";

    /// <summary>The configuration.</summary>
    public static TrainingConfig Read()
    {
        const string Resource = "Tern.Training.Builtin.builtin.json";
        using var stream =
            typeof(BuiltinConfig).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"the resource {Resource} is missing");
        using var reader = new StreamReader(stream);
        return ConfigFile.Parse<TrainingConfig>("builtin.json", reader.ReadToEnd());
    }
}
