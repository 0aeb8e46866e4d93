// Owns how many float operations a prompt needs at least: what its speed is compared with.
using Tern.Formats;

namespace Tern.Peers;

/// <summary>Counts the products of weights and of attention; everything else is small beside them.</summary>
internal static class PromptWork
{
    /// <summary>Operations (a multiplication and an addition are two) of one prompt up to the logits of its last token.
    /// Every layer's attention is taken to be causal and unlimited, its keys as long as its values.</summary>
    /// <param name="file">The model.</param>
    /// <param name="tokens">Tokens of the prompt.</param>
    /// <param name="depth">Tokens before it, which it attends to.</param>
    public static double Flops(ModelFile file, int tokens, int depth = 0)
    {
        double experts = ExpertShare(file.Metadata);
        double weights = 0;
        double attended = 0;
        foreach (var tensor in file.Tensors.Values)
        {
            if (!tensor.Name.StartsWith("blk.", StringComparison.Ordinal) || tensor.Shape.Length < 2)
                continue;
            bool isExpert = tensor.Name.Contains("_exps.", StringComparison.Ordinal);
            weights += tensor.Elements * (isExpert ? experts : 1);
            if (tensor.Name.EndsWith("attn_output.weight", StringComparison.Ordinal))
                attended += tensor.Columns;
        }
        var output = file.Tensors.TryGetValue("output.weight", out var own) ? own : file.Tensors["token_embd.weight"];
        double pairs = tokens * (depth + (tokens + 1.0) / 2);
        return 2 * weights * tokens + 4 * attended * pairs + 2.0 * output.Elements;
    }

    private static double ExpertShare(Metadata metadata)
    {
        string architecture = metadata.GetString("general.architecture");
        int count = metadata.GetInt($"{architecture}.expert_count", 0);
        return count > 0 ? (double)metadata.GetInt($"{architecture}.expert_used_count") / count : 1;
    }
}
