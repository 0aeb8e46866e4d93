// Owns the list of architectures that can be trained.
namespace Tern.Training.Language;

/// <summary>A decoder of pre-norm blocks with grouped-query attention, rotary positions and gated feed-forward layers.</summary>
public enum DecoderArchitecture
{
    /// <summary>Llama (arXiv 2302.13971): nothing else. Neighbouring elements are rotated, as GGUF files of Llama have it.</summary>
    Llama,

    /// <summary>Qwen 2 (arXiv 2407.10671): biases on queries, keys and values.</summary>
    Qwen2,

    /// <summary>Qwen 3 (arXiv 2505.09388): a norm of every head's query and key.</summary>
    Qwen3,
}
