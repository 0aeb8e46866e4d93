// Owns the error of a model file that is not what it should be.
namespace Tern.Formats;

/// <summary>A model file is damaged, hostile or not supported. The message names file, field, cause and what would be right.</summary>
public sealed class ModelFormatException : Exception
{
    /// <summary>Builds the message "FILE: FIELD: problem".</summary>
    /// <param name="file">Path of the file.</param>
    /// <param name="field">Metadata key, tensor name or header field.</param>
    /// <param name="problem">What is wrong and what would be right, with the values.</param>
    /// <param name="inner">The cause, if another exception told it.</param>
    public ModelFormatException(string file, string field, string problem, Exception? inner = null)
        : base($"{file}: {field}: {problem}", inner)
    {
        File = file;
        Field = field;
    }

    /// <summary>Path of the file.</summary>
    public string File { get; }

    /// <summary>Metadata key, tensor name or header field.</summary>
    public string Field { get; }
}
