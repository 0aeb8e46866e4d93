// Owns the wiring of DeepSeek V2 and V3: latent attention, a few dense layers, then mixtures of experts with shared ones.
using Tern.Kernels;
using Tern.Models.Layers;
using Tern.Models.Loading;
using Tern.Tensors;

namespace Tern.Models.Architectures;

/// <summary>DeepSeek-V2 (arXiv 2405.04434) and V3 (2412.19437).</summary>
internal static class DeepSeek2
{
    public static CausalModel Build(WeightReader weights)
    {
        var keys = weights.Keys;
        var rope = RopeReader.Read(weights, RopeStyle.Interleaved);
        int dense = keys.NonNegative("leading_dense_block_count", 0);
        return new CausalModel(
            weights,
            Embedding.Read(weights),
            weights.Blocks(block => new TransformerBlock
            {
                AttentionNorm = block.RmsNorm("attn_norm"),
                Attention = ReadAttention(block, rope),
                FeedForwardNorm = block.RmsNorm("ffn_norm"),
                FeedForward = block.Layer < dense ? FeedForward.ReadGated(block, Activation.Silu) : ReadExperts(block),
            }),
            OutputHead.Read(weights)
        );
    }

    private static MultiHeadLatentAttention ReadAttention(WeightReader block, RotaryEmbedding rope)
    {
        var keys = block.Keys;
        int head = keys.HeadLength("attention.key_length_mla", keys.KeyLength);
        int rotated = RopeReader.Length(keys, head);
        if (rotated == head)
            throw keys.Error("rope.dimension_count", $"is {rotated}, expected less than the head's {head}");
        var shape = new LatentShape(
            keys.HeadCount,
            Latent: keys.HeadLength("attention.kv_lora_rank"),
            Plain: head - rotated,
            rotated,
            Value: keys.HeadLength("attention.value_length_mla", keys.ValueLength)
        );
        int queryRank = keys.NonNegative("attention.q_lora_rank", 0);
        long queries = (long)shape.Heads * head;
        int width = keys.EmbeddingLength;
        var (queryToLatent, latentToValue) = ReadLatentMatrices(block, shape);
        return new MultiHeadLatentAttention
        {
            Layer = block.Layer,
            Shape = shape,
            QueryDown = queryRank == 0 ? null : block.Linear("attn_q_a", queryRank, width),
            QueryNorm = queryRank == 0 ? null : block.RmsNorm("attn_q_a_norm", queryRank),
            QueryUp =
                queryRank == 0 ? block.Linear("attn_q", queries, width) : block.Linear("attn_q_b", queries, queryRank),
            LatentDown = block.Linear("attn_kv_a_mqa", shape.Latent + shape.Rotated, width),
            LatentNorm = block.RmsNorm("attn_kv_a_norm", shape.Latent),
            QueryToLatent = queryToLatent,
            LatentToValue = latentToValue,
            Output = block.Linear("attn_output", width, (long)shape.Heads * shape.Value),
            Rope = rope,
            Scale = Scale(keys, rope, head),
        };
    }

    /// <summary>
    /// Per head the matrices [latent, plain] and [value, latent]: split in the file, or to be cut out of attn_kv_b, whose
    /// rows per head are first the keys' (here transposed, as floats) and then the values'.
    /// </summary>
    private static (Linear[] QueryToLatent, Linear[] LatentToValue) ReadLatentMatrices(
        WeightReader block,
        LatentShape shape
    )
    {
        // The tensors are checked before the heads size anything.
        if (!block.HasFirstOf("attn_k_b.weight", "attn_kv_b.weight"))
        {
            int rows = shape.Plain + shape.Value;
            var fused = block.Tensor("attn_kv_b.weight", (long)shape.Heads * rows, shape.Latent);
            return (
                PerHead(
                    block,
                    shape,
                    head => Transpose(block, fused.RowRange("attn_kv_b, keys", (long)head * rows, shape.Plain))
                ),
                PerHead(
                    block,
                    shape,
                    head => fused.RowRange("attn_kv_b, values", (long)head * rows + shape.Plain, shape.Value)
                )
            );
        }
        var keys = block.Tensor("attn_k_b.weight", shape.Heads, shape.Latent, shape.Plain);
        var values = block.Tensor("attn_v_b.weight", shape.Heads, shape.Value, shape.Latent);
        return (PerHead(block, shape, head => keys.Slice(head)), PerHead(block, shape, head => values.Slice(head)));
    }

    private static Linear[] PerHead(WeightReader block, LatentShape shape, Func<int, Tensor> weight)
    {
        var heads = new Linear[shape.Heads];
        for (int head = 0; head < heads.Length; head++)
            heads[head] = new Linear(block.Prepare(weight(head)), bias: null);
        return heads;
    }

    private static Tensor Transpose(WeightReader block, Tensor matrix)
    {
        int rows = (int)matrix.Rows;
        int columns = (int)matrix.Columns;
        var values = block.Loaded.Derive(matrix);
        var transposed = new float[values.Length];
        for (int row = 0; row < rows; row++)
        for (int column = 0; column < columns; column++)
            transposed[column * rows + row] = values[row * columns + column];
        return Tensor.FromValues(matrix.Name + ", transposed", transposed, columns, rows);
    }

    /// <summary>1/√(head length), times the square of YaRN's magnitude over the whole query and key.</summary>
    private static float Scale(Hyperparameters keys, RotaryEmbedding rope, int head)
    {
        float magnitude = rope.Magnitude;
        if (keys.Text("rope.scaling.type", "none") == "yarn")
        {
            float factor = keys.Positive("rope.scaling.factor", 1);
            magnitude *= 1 + keys.Finite("rope.scaling.yarn_log_multiplier", 0) * MathF.Log(factor);
        }
        return magnitude * magnitude / MathF.Sqrt(head);
    }

    private static MixtureOfExperts ReadExperts(WeightReader block)
    {
        var keys = block.Keys;
        int inner = keys.Count("expert_feed_forward_length");
        int shared = keys.NonNegative("expert_shared_count", 0);
        return MixtureOfExperts.Read(
            block,
            ReadRouter(block),
            Activation.Silu,
            inner,
            shared == 0 ? null : FeedForward.ReadGated(block, Activation.Silu, "_shexp", (long)inner * shared)
        );
    }

    private static Router ReadRouter(WeightReader block)
    {
        var keys = block.Keys;
        int experts = keys.ExpertCount;
        int groups = keys.Count("expert_group_count", 1);
        int groupsUsed = keys.Count("expert_group_used_count", groups);
        int used = keys.Count("expert_used_count");
        if (experts % groups != 0 || groups > Router.MaxGroups)
            throw keys.Error("expert_group_count", $"{groups} groups do not divide {experts} experts");
        if (groupsUsed > groups || (long)experts / groups * groupsUsed < used)
            throw keys.Error(
                "expert_group_used_count",
                $"{groupsUsed} of {groups} groups do not hold {used} of {experts} experts"
            );
        int gating = keys.NonNegative("expert_gating_func", 1);
        return new Router
        {
            Used = used,
            Gating = gating switch
            {
                0 or 1 => Gating.Softmax,
                2 => Gating.Sigmoid,
                _ => throw keys.Error("expert_gating_func", $"is {gating}, expected 1 (softmax) or 2 (sigmoid)"),
            },
            SelectionBias = block.OptionalVector("exp_probs_b.bias", experts),
            Groups = groups,
            GroupsUsed = groupsUsed,
            Normalize = keys.Flag("expert_weights_norm", false),
            Scale = keys.Factor("expert_weights_scale"),
        };
    }
}
