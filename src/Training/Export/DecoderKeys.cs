// Owns the metadata of a decoder under the keys of GGUF files.
using Tern.Formats;
using Tern.Formats.Export;
using Tern.Training.Language;
using Tern.Training.Runs;

namespace Tern.Training.Export;

internal static class DecoderKeys
{
    /// <summary>What a GGUF file of the decoder would say of it.</summary>
    public static Metadata Of(string path, string name, DecoderConfig config, TokenizerFiles tokenizer)
    {
        string architecture = config.Architecture.ToString().ToLowerInvariant();
        var values = new OrderedDictionary<string, object>(StringComparer.Ordinal)
        {
            ["general.architecture"] = architecture,
            ["general.type"] = "model",
            ["general.name"] = name,
        };
        Add("block_count", config.Layers);
        Add("context_length", config.ContextLength);
        Add("embedding_length", config.Width);
        Add("feed_forward_length", config.FeedForward);
        Add("vocab_size", config.VocabularySize);
        Add("attention.head_count", config.Heads);
        Add("attention.head_count_kv", config.KvHeads);
        Add("attention.key_length", config.HeadDim);
        Add("attention.value_length", config.HeadDim);
        Add("rope.dimension_count", config.HeadDim);
        values[$"{architecture}.attention.layer_norm_rms_epsilon"] = config.Epsilon;
        values[$"{architecture}.rope.freq_base"] = config.RopeBase;
        if (config.HasExperts)
        {
            Add("expert_count", config.Experts);
            Add("expert_used_count", config.ExpertsUsed);
            Add("expert_feed_forward_length", config.FeedForward);
        }
        foreach (
            var (key, value) in TokenizerKeys.Of(tokenizer.TokenizerJson, tokenizer.ConfigJson, config.VocabularySize)
        )
            values.Add(key, value);
        return new Metadata(path, values);

        void Add(string key, int value) => values[$"{architecture}.{key}"] = (uint)value;
    }
}
