// The forward pass on weights as they are published (transformers: modeling_llama.py, modeling_qwen2.py, modeling_qwen3.py),
// in doubles and in plain loops.
using Tern.Formats.Export;
using Tern.Tensors;

namespace Tern.Models.Tests;

internal static class PublishedDecoder
{
    /// <summary>Logits of every position, [tokens, vocabulary].</summary>
    public static double[] Logits(DecoderShape shape, Func<string, Tensor> weights, int[] tokens)
    {
        double[][] x = [.. tokens.Select(token => Row(weights("model.embed_tokens.weight"), token))];
        for (int layer = 0; layer < shape.Layers; layer++)
        {
            string block = $"model.layers.{layer}.";
            double[][] normed = [.. x.Select(row => Norm(row, Weight("input_layernorm")))];
            var attended = Attend(
                shape,
                [.. normed.Select(row => NormHeads(Project("q", row), "q"))],
                [.. normed.Select(row => NormHeads(Project("k", row), "k"))],
                [.. normed.Select(row => Project("v", row))]
            );
            for (int i = 0; i < x.Length; i++)
            {
                x[i] = Sum(x[i], Apply(Weight("self_attn.o_proj"), attended[i]));
                double[] inner = Norm(x[i], Weight("post_attention_layernorm"));
                double[] gate = Apply(Weight("mlp.gate_proj"), inner);
                double[] up = Apply(Weight("mlp.up_proj"), inner);
                double[] product = [.. gate.Zip(up, (g, u) => g / (1 + Math.Exp(-g)) * u)];
                x[i] = Sum(x[i], Apply(Weight("mlp.down_proj"), product));
            }

            Tensor Weight(string name) => weights($"{block}{name}.weight");

            double[] Project(string kind, double[] row)
            {
                double[] product = Apply(Weight($"self_attn.{kind}_proj"), row);
                return shape.Architecture == "qwen2"
                    ? [.. product.Zip(Values(weights($"{block}self_attn.{kind}_proj.bias")), (p, b) => p + b)]
                    : product;
            }

            double[] NormHeads(double[] row, string kind) =>
                shape.Architecture == "qwen3"
                    ? [.. row.Chunk(shape.HeadLength).SelectMany(head => Norm(head, Weight($"self_attn.{kind}_norm")))]
                    : row;
        }
        var output = weights(shape.IsTied ? "model.embed_tokens.weight" : "lm_head.weight");
        return [.. x.SelectMany(row => Apply(output, Norm(row, weights("model.norm.weight"))))];

        double[] Norm(double[] row, Tensor weight)
        {
            double root = Math.Sqrt(row.Sum(v => v * v) / row.Length + shape.Epsilon);
            return [.. row.Zip(Values(weight), (v, w) => v / root * w)];
        }
    }

    private static double[][] Attend(DecoderShape shape, double[][] queries, double[][] keys, double[][] values)
    {
        int length = shape.HeadLength;
        var output = queries.Select(_ => new double[shape.Heads * length]).ToArray();
        for (int head = 0; head < shape.Heads; head++)
        {
            int shared = head / (shape.Heads / shape.KvHeads);
            for (int i = 0; i < queries.Length; i++)
            {
                double[] query = Rotate(queries[i].AsSpan(head * length, length), i, shape.RopeBase);
                var scores = new double[i + 1];
                for (int j = 0; j <= i; j++)
                {
                    double[] key = Rotate(keys[j].AsSpan(shared * length, length), j, shape.RopeBase);
                    scores[j] = Math.Exp(query.Zip(key, (a, b) => a * b).Sum() / Math.Sqrt(length));
                }
                double total = scores.Sum();
                for (int j = 0; j <= i; j++)
                {
                    for (int e = 0; e < length; e++)
                        output[i][head * length + e] += scores[j] / total * values[j][shared * length + e];
                }
            }
        }
        return output;
    }

    /// <summary>Element e of the first half turns with element e of the second.</summary>
    private static double[] Rotate(ReadOnlySpan<double> head, int position, double ropeBase)
    {
        int half = head.Length / 2;
        var turned = new double[head.Length];
        for (int e = 0; e < half; e++)
        {
            double angle = position * Math.Pow(ropeBase, -2.0 * e / head.Length);
            turned[e] = head[e] * Math.Cos(angle) - head[e + half] * Math.Sin(angle);
            turned[e + half] = head[e + half] * Math.Cos(angle) + head[e] * Math.Sin(angle);
        }
        return turned;
    }

    private static double[] Apply(Tensor matrix, double[] row) =>
        [.. Enumerable.Range(0, (int)matrix.Rows).Select(o => Row(matrix, o).Zip(row, (w, v) => w * v).Sum())];

    private static double[] Row(Tensor matrix, int row) =>
        [.. Values(matrix).Skip(row * (int)matrix.Columns).Take((int)matrix.Columns)];

    private static double[] Values(Tensor tensor) => Array.ConvertAll(tensor.Span<float>().ToArray(), v => (double)v);

    private static double[] Sum(double[] a, double[] b) => [.. a.Zip(b, (x, y) => x + y)];
}
