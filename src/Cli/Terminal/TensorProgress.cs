// Owns showing how far the writing of a model file is.
using Tern.Formats.Gguf;

namespace Tern.Cli.Terminal;

/// <summary>A status line that names the tensor being written.</summary>
/// <param name="verb">What is done to it.</param>
internal sealed class TensorProgress(string verb) : IProgress<GgufProgress>, IDisposable
{
    private readonly StatusLine _line = new(verb);

    /// <inheritdoc/>
    public void Report(GgufProgress value) =>
        _line.Update($"{verb} {value.Index + 1}/{value.Count}: {Printable.Text(value.Tensor)} as {value.Type}");

    /// <inheritdoc/>
    public void Dispose() => _line.Dispose();
}
