// Owns the way from a trained decoder to models that others load, and to one that the engine runs in place.
using Tern.Formats;
using Tern.Formats.Export;
using Tern.Training.Language;
using Tern.Training.Runs;

namespace Tern.Training.Export;

/// <summary>A decoder as a model.</summary>
public static class DecoderExport
{
    /// <summary>A model to be written as GGUF or as a Hugging Face directory.</summary>
    /// <param name="decoder">Its weights are shared, not copied.</param>
    /// <param name="name">Name of the model in metadata.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="temperature">The temperature that users are recommended; null for none.</param>
    /// <exception cref="ArgumentException">A weight is not finite.</exception>
    /// <exception cref="ModelFormatException">The tokenizer has no counterpart in GGUF or more tokens than the embedding rows.</exception>
    public static ModelExport Of(Decoder decoder, string name, TokenizerFiles tokenizer, float? temperature = null)
    {
        ArgumentNullException.ThrowIfNull(decoder);
        ArgumentNullException.ThrowIfNull(tokenizer);
        var config = decoder.Config;
        var shape = new DecoderShape
        {
            Architecture = config.Architecture switch
            {
                DecoderArchitecture.Llama => "llama",
                DecoderArchitecture.Qwen2 => "qwen2",
                DecoderArchitecture.Qwen3 => "qwen3",
                DecoderArchitecture.Qwen3Moe => "qwen3moe",
                var other => throw new ArgumentException($"unknown architecture {other}", nameof(decoder)),
            },
            Layers = config.Layers,
            Width = config.Width,
            Heads = config.Heads,
            KvHeads = config.KvHeads,
            HeadLength = config.HeadDim,
            FeedForward = config.FeedForward,
            Experts = config.Experts,
            ExpertsUsed = config.ExpertsUsed,
            Vocabulary = config.VocabularySize,
            Context = config.ContextLength,
            RopeBase = config.RopeBase,
            Epsilon = config.Epsilon,
            IsTied = config.TieEmbeddings,
        };
        var weights = decoder.Parameters.ToDictionary(p => p.Name, p => p.Value, StringComparer.Ordinal);
        return new ModelExport(name, shape, weights, tokenizer.TokenizerJson, tokenizer.ConfigJson)
        {
            Temperature = temperature,
        };
    }

    /// <summary>
    /// The decoder as an opened GGUF file whose tensors are the parameters themselves: what the engine computes from it in
    /// float32 is bitwise what the tape does. What is loaded from it copies the weights as they are at that moment.
    /// </summary>
    /// <param name="decoder">Must outlive the result.</param>
    /// <param name="name">Name of the model in metadata.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <exception cref="ArgumentException">A weight is not finite.</exception>
    /// <exception cref="ModelFormatException">The tokenizer has more tokens than the decoder, or no counterpart in GGUF.</exception>
    public static ModelFile View(Decoder decoder, string name, TokenizerFiles tokenizer) =>
        Of(decoder, name, tokenizer).View();
}
