// Owns a second way to the loss of a decoder: the published formulas, position by position in double precision, sharing
// nothing with the code under test but the names of the parameters.
using Tern.Training.Language;

namespace Tern.Training.Tests.Language;

/// <param name="config">The shape.</param>
/// <param name="parameters">Values by name, row-major; may be changed between calls.</param>
internal sealed class DoubleDecoder(DecoderConfig config, IReadOnlyDictionary<string, double[]> parameters)
{
    /// <summary>Copies a decoder's parameters.</summary>
    public static Dictionary<string, double[]> ParametersOf(Decoder decoder) =>
        decoder.Parameters.ToDictionary(
            parameter => parameter.Name,
            parameter => Array.ConvertAll(parameter.Values.ToArray(), value => (double)value)
        );

    /// <summary>Mean cross-entropy of the learned tokens.</summary>
    public double Loss(IEnumerable<(int[] Tokens, bool[] Learned)> sequences)
    {
        double sum = 0;
        int count = 0;
        foreach (var (tokens, learned) in sequences)
        {
            var logits = Logits(tokens);
            for (int i = 1; i < tokens.Length; i++)
            {
                if (!learned[i])
                    continue;
                double largest = logits[i - 1].Max();
                sum += largest + Math.Log(logits[i - 1].Sum(z => Math.Exp(z - largest))) - logits[i - 1][tokens[i]];
                count++;
            }
        }
        return sum / count;
    }

    /// <summary>Logits of every position.</summary>
    public double[][] Logits(int[] tokens)
    {
        var x = Array.ConvertAll(tokens, token => Row("token_embd.weight", token, config.Width));
        for (int layer = 0; layer < config.Layers; layer++)
        {
            string block = $"blk.{layer}.";
            var normalized = Array.ConvertAll(x, row => Norm(row, block + "attn_norm.weight"));
            x = [.. x.Zip(Attend(block, normalized), Sum)];
            normalized = Array.ConvertAll(x, row => Norm(row, block + "ffn_norm.weight"));
            x = [.. x.Zip(normalized.Select(row => FeedForward(block, row)), Sum)];
        }
        string output = config.TieEmbeddings ? "token_embd.weight" : "output.weight";
        return Array.ConvertAll(x, row => Multiply(output, Norm(row, "output_norm.weight")));
    }

    private double[][] Attend(string block, double[][] x)
    {
        var query = Project(block + "attn_q", x, config.Heads);
        var key = Project(block + "attn_k", x, config.KvHeads);
        var value = Array.ConvertAll(x, row => Biased(block + "attn_v", Multiply(block + "attn_v.weight", row)));
        int length = config.HeadDim;
        var result = new double[x.Length][];
        for (int row = 0; row < x.Length; row++)
        {
            var mixed = new double[config.Heads * length];
            for (int head = 0; head < config.Heads; head++)
            {
                int kv = head / (config.Heads / config.KvHeads);
                var scores = new double[row + 1];
                for (int other = 0; other <= row; other++)
                {
                    for (int i = 0; i < length; i++)
                        scores[other] += query[row][head * length + i] * key[other][kv * length + i];
                    scores[other] /= Math.Sqrt(length);
                }
                double[] shares = Softmax(scores);
                for (int other = 0; other <= row; other++)
                {
                    for (int i = 0; i < length; i++)
                        mixed[head * length + i] += shares[other] * value[other][kv * length + i];
                }
            }
            result[row] = Multiply(block + "attn_output.weight", mixed);
        }
        return result;
    }

    private double[][] Project(string name, double[][] x, int heads)
    {
        int length = config.HeadDim;
        bool isInterleaved = config.Architecture == DecoderArchitecture.Llama;
        var result = new double[x.Length][];
        for (int position = 0; position < x.Length; position++)
        {
            var row = Biased(name, Multiply(name + ".weight", x[position]));
            for (int head = 0; head < heads; head++)
            {
                var part = row.AsSpan(head * length, length);
                if (parameters.ContainsKey(name + "_norm.weight"))
                    Norm(part.ToArray(), name + "_norm.weight").CopyTo(part);
                for (int pair = 0; pair < length / 2; pair++)
                {
                    double angle = position * Math.Pow(config.RopeBase, -2.0 * pair / length);
                    int a = isInterleaved ? 2 * pair : pair;
                    int b = isInterleaved ? 2 * pair + 1 : pair + length / 2;
                    (part[a], part[b]) = (
                        part[a] * Math.Cos(angle) - part[b] * Math.Sin(angle),
                        part[a] * Math.Sin(angle) + part[b] * Math.Cos(angle)
                    );
                }
            }
            result[position] = row;
        }
        return result;
    }

    private double[] FeedForward(string block, double[] x)
    {
        if (config.Architecture != DecoderArchitecture.Qwen3Moe)
            return Gated(
                x,
                row => Multiply(block + "ffn_gate.weight", row),
                row => Multiply(block + "ffn_up.weight", row),
                row => Multiply(block + "ffn_down.weight", row)
            );
        var shares = Softmax(Multiply(block + "ffn_gate_inp.weight", x));
        int[] best = [.. Enumerable.Range(0, shares.Length).OrderByDescending(i => shares[i]).Take(config.ExpertsUsed)];
        double total = best.Sum(i => shares[i]);
        var result = new double[config.Width];
        foreach (int expert in best)
        {
            var part = Gated(
                x,
                row => Multiply(block + "ffn_gate_exps.weight", row, expert, config.FeedForward),
                row => Multiply(block + "ffn_up_exps.weight", row, expert, config.FeedForward),
                row => Multiply(block + "ffn_down_exps.weight", row, expert, config.Width)
            );
            for (int i = 0; i < result.Length; i++)
                result[i] += shares[expert] / total * part[i];
        }
        return result;
    }

    private static double[] Gated(
        double[] x,
        Func<double[], double[]> gate,
        Func<double[], double[]> up,
        Func<double[], double[]> down
    ) => down([.. gate(x).Zip(up(x), (g, u) => g / (1 + Math.Exp(-g)) * u)]);

    private double[] Norm(double[] x, string name)
    {
        double scale = 1 / Math.Sqrt(x.Sum(v => v * v) / x.Length + config.Epsilon);
        return [.. x.Zip(parameters[name], (v, w) => v * scale * w)];
    }

    private double[] Biased(string name, double[] x) =>
        parameters.TryGetValue(name + ".bias", out double[]? bias) ? Sum(x, bias) : x;

    private double[] Multiply(string name, double[] x) => Multiply(name, x, 0, parameters[name].Length / x.Length);

    private double[] Multiply(string name, double[] x, int matrix, int outputs)
    {
        double[] weight = parameters[name];
        var result = new double[outputs];
        for (int o = 0; o < outputs; o++)
        {
            for (int i = 0; i < x.Length; i++)
                result[o] += weight[(matrix * outputs + o) * x.Length + i] * x[i];
        }
        return result;
    }

    private double[] Row(string name, int row, int width) => parameters[name].AsSpan(row * width, width).ToArray();

    private static double[] Sum(double[] x, double[] y) => [.. x.Zip(y, (a, b) => a + b)];

    private static double[] Softmax(double[] scores)
    {
        double largest = scores.Max();
        double[] powers = Array.ConvertAll(scores, score => Math.Exp(score - largest));
        return Array.ConvertAll(powers, power => power / powers.Sum());
    }
}
