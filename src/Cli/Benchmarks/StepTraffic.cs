// Owns how many bytes a decoding step must read: what its time is compared with.
using Tern.Formats;
using Tern.Models;
using Tern.Tensors;

namespace Tern.Cli.Benchmarks;

/// <summary>Bytes of weights and of keys and values that one step reads at least once.</summary>
internal static class StepTraffic
{
    private const string TokenEmbedding = "token_embd.weight";

    /// <summary>Weights read by a step of <paramref name="batch"/> tokens.</summary>
    public static double WeightBytes(ModelFile file, int batch)
    {
        // Of an embedding that is not the output matrix too, a step reads a row a token.
        bool isTied = !file.Tensors.ContainsKey("output.weight");
        double experts = ExpertShare(file.Metadata, batch);
        double bytes = 0;
        foreach (var tensor in file.Tensors.Values)
        {
            bytes += tensor.Name switch
            {
                TokenEmbedding when !isTied => Math.Min(tensor.ByteLength, batch * tensor.RowBytes),
                var name when name.Contains("_exps", StringComparison.Ordinal) => tensor.ByteLength * experts,
                _ => tensor.ByteLength,
            };
        }
        return bytes;
    }

    /// <summary>Keys and values read by a step of sequences of the given length.</summary>
    public static double KvBytes(CausalModel model, int batch, double length, DType type) =>
        batch * length * model.KvBytesPerToken(type);

    // Tokens choose experts; taken as independent, a batch misses an expert with (1 - used/count)^batch.
    private static double ExpertShare(Metadata metadata, int batch)
    {
        string architecture = metadata.GetString("general.architecture");
        int count = metadata.GetInt($"{architecture}.expert_count", 0);
        int used = metadata.GetInt($"{architecture}.expert_used_count", 0);
        return count > 0 && used <= count ? 1 - Math.Pow(1 - (double)used / count, batch) : 1;
    }
}
