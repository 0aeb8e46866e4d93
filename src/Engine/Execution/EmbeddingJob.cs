// Owns a text that waits for its embedding.
namespace Tern.Engine.Execution;

/// <summary>Tokens to embed and where the result goes.</summary>
internal sealed class EmbeddingJob(int[] tokens)
{
    /// <summary>Token ids.</summary>
    public int[] Tokens => tokens;

    /// <summary>Gets the embedding, or the error.</summary>
    public TaskCompletionSource<float[]> Result { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
