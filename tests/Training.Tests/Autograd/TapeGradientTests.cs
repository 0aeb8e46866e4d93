// Every operation of the tape against its formula.
using Tern.Kernels;

namespace Tern.Training.Tests.Autograd;

public sealed class TapeGradientTests
{
    [Fact]
    public void Sum() =>
        Slopes.Check(
            [
                [3, 5],
                [3, 5],
            ],
            [],
            (tape, x, _) => tape.Add(x[0], x[1]),
            x => [.. x[0].Zip(x[1], (a, b) => a + b)]
        );

    [Fact]
    public void Sum_of_a_value_with_itself() =>
        Slopes.Check(
            [
                [7],
            ],
            [],
            (tape, x, _) => tape.Add(x[0], x[0]),
            x => [.. x[0].Select(v => 2 * v)]
        );

    [Fact]
    public void Sums_of_values_that_overwrite_the_gradient_they_share() =>
        Slopes.Check(
            [
                [3, 7],
            ],
            [],
            (tape, x, _) =>
            {
                var y = tape.Activate(x[0], Activation.Silu);
                var z = tape.Add(y, tape.Activate(y, Activation.GeluTanh));
                return tape.Add(tape.Add(z, z), tape.Activate(z, Activation.Silu));
            },
            x =>
                [
                    .. x[0]
                        .Select(v => Apply(Activation.Silu, v))
                        .Select(y => y + Apply(Activation.GeluTanh, y))
                        .Select(z => 2 * z + Apply(Activation.Silu, z)),
                ]
        );

    [Theory]
    [InlineData(Activation.Silu)]
    [InlineData(Activation.GeluTanh)]
    [InlineData(Activation.Relu)]
    public void Activation_and_gate(Activation activation)
    {
        Slopes.Check(
            [
                [2, 19],
            ],
            [],
            (tape, x, _) => tape.Activate(x[0], activation),
            x => [.. x[0].Select(v => Apply(activation, v))]
        );
        Slopes.Check(
            [
                [2, 19],
                [2, 19],
            ],
            [],
            (tape, x, _) => tape.Gate(x[0], x[1], activation),
            x => [.. x[0].Zip(x[1], (gate, up) => Apply(activation, gate) * up)]
        );
    }

    [Fact]
    public void Rows_of_a_table_one_of_them_twice() =>
        Slopes.Check(
            [],
            [
                [6, 4],
            ],
            (tape, _, table) => tape.Embed(table[0], new[] { 5, 0, 5, 2 }),
            x => [.. ((int[])[5, 0, 5, 2]).SelectMany(row => x[0][(4 * row)..(4 * row + 4)])]
        );

    [Fact]
    public void Rows_of_a_value_one_of_them_twice() =>
        Slopes.Check(
            [
                [6, 4],
            ],
            [],
            (tape, x, _) => tape.SelectRows(x[0], new[] { 1, 3, 3 }),
            x => [.. ((int[])[1, 3, 3]).SelectMany(row => x[0][(4 * row)..(4 * row + 4)])]
        );

    [Fact]
    public void Linear_layer_with_bias() =>
        Slopes.Check(
            [
                [5, 9],
            ],
            [
                [17, 9],
                [17],
            ],
            (tape, x, p) => tape.AddBias(tape.Linear(x[0], p[0]), p[1]),
            x =>
            {
                var y = Multiply(x[0], x[1], 9, 17);
                return [.. y.Select((value, i) => value + x[2][i % 17])];
            }
        );

    [Fact]
    public void Matrices_of_groups_an_empty_one_among_them() =>
        Slopes.Check(
            [
                [5, 3],
            ],
            [
                [3, 4, 3],
            ],
            (tape, x, p) => tape.LinearOfGroups(x[0], new[] { 0, 2, 2, 5 }, p[0]),
            x => [.. Multiply(x[0][..6], x[1][..12], 3, 4), .. Multiply(x[0][6..], x[1][24..], 3, 4)]
        );

    [Theory]
    [InlineData(12)]
    [InlineData(4)]
    public void Norm_of_rows_and_of_heads(int group) =>
        Slopes.Check(
            [
                [3, 12],
            ],
            [
                [group],
            ],
            (tape, x, p) => tape.RmsNorm(x[0], p[0], 0.01f),
            x =>
                [
                    .. x[0]
                        .Chunk(group)
                        .SelectMany(part =>
                        {
                            double scale = 1 / Math.Sqrt(part.Sum(v => v * v) / group + 0.01);
                            return part.Select((v, i) => v * scale * x[1][i]);
                        }),
                ]
        );

    [Theory]
    [InlineData(RopeStyle.Interleaved)]
    [InlineData(RopeStyle.HalfSplit)]
    public void Rotation(RopeStyle style)
    {
        int[] positions = [0, 3, 40];
        float[] frequencies = [1, 0.25f];
        Slopes.Check(
            [
                [3, 8],
            ],
            [],
            (tape, x, _) => tape.Rope(x[0], positions, 2, frequencies, style),
            x =>
            {
                double[] y = [.. x[0]];
                for (int pair = 0; pair < 12; pair++)
                {
                    int head = pair / 2 * 4;
                    int a = head + (style == RopeStyle.Interleaved ? pair % 2 * 2 : pair % 2);
                    int b = style == RopeStyle.Interleaved ? a + 1 : a + 2;
                    double angle = positions[pair / 4] * frequencies[pair % 2];
                    y[a] = x[0][a] * Math.Cos(angle) - x[0][b] * Math.Sin(angle);
                    y[b] = x[0][a] * Math.Sin(angle) + x[0][b] * Math.Cos(angle);
                }
                return y;
            }
        );
    }

    [Fact]
    public void Attention_of_two_sequences_with_shared_keys()
    {
        const int HeadDim = 4;
        int[] starts = [0, 3, 7];
        Slopes.Check(
            [
                [7, 4 * HeadDim],
                [7, 2 * HeadDim],
                [7, 2 * HeadDim],
            ],
            [],
            (tape, x, _) => tape.Attention(x[0], x[1], x[2], starts, 4, 2, 0.7f),
            x => Attend(x[0], x[1], x[2], starts)
        );

        static double[] Attend(double[] query, double[] keys, double[] values, int[] starts)
        {
            var result = new double[query.Length];
            for (int row = 0; row < 7; row++)
            for (int head = 0; head < 4; head++)
            {
                int first = row < 3 ? starts[0] : starts[1];
                double[] powers =
                [
                    .. Enumerable
                        .Range(first, row - first + 1)
                        .Select(other =>
                            Math.Exp(
                                0.7f
                                    * Enumerable
                                        .Range(0, HeadDim)
                                        .Sum(i =>
                                            query[(row * 4 + head) * HeadDim + i]
                                            * keys[(other * 2 + head / 2) * HeadDim + i]
                                        )
                            )
                        ),
                ];
                for (int i = 0; i < HeadDim; i++)
                    result[(row * 4 + head) * HeadDim + i] =
                        powers.Select((power, at) => power * values[((first + at) * 2 + head / 2) * HeadDim + i]).Sum()
                        / powers.Sum();
            }
            return result;
        }
    }

    [Fact]
    public void Log_probability_and_entropy_of_rows()
    {
        int[] tokens = [4, 0, 6];
        Slopes.Check(
            [
                [3, 7],
            ],
            [],
            (tape, x, _) => tape.Score(x[0], tokens).LogProbabilities,
            LogProbabilities
        );
        Slopes.Check(
            [
                [3, 7],
            ],
            [],
            (tape, x, _) => tape.Score(x[0], tokens, withEntropy: true).Entropies!,
            Entropies
        );
        Slopes.Check(
            [
                [3, 7],
            ],
            [],
            (tape, x, _) =>
            {
                var scores = tape.Score(x[0], tokens, withEntropy: true);
                return tape.Add(scores.LogProbabilities, scores.Entropies!);
            },
            x => [.. LogProbabilities(x).Zip(Entropies(x), (a, b) => a + b)]
        );

        double[] LogProbabilities(double[][] x) => [.. x[0].Chunk(7).Select((row, i) => Logs(row)[tokens[i]])];
        double[] Entropies(double[][] x) =>
            [.. x[0].Chunk(7).Select(row => -Logs(row).Sum(log => Math.Exp(log) * log))];
        double[] Logs(double[] row) => [.. row.Select(z => z - Math.Log(row.Sum(Math.Exp)))];
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Weights_of_chosen_experts(int used) =>
        Slopes.Check(
            [
                [4, 5],
            ],
            [],
            (tape, x, _) => tape.ChooseExperts(x[0], used).Weights,
            x => [.. x[0].Chunk(5).SelectMany(scores => Weights(scores, used).Select(pair => pair.Weight))]
        );

    [Fact]
    public void Weighted_sum_of_experts() =>
        Slopes.Check(
            [
                [3, 4],
                [6, 2],
            ],
            [],
            (tape, x, _) => tape.CombineExperts(x[1], tape.ChooseExperts(x[0], used: 2)),
            x =>
            {
                var entries = x[0]
                    .Chunk(4)
                    .SelectMany((scores, row) => Weights(scores, 2).Select(pair => (pair.Expert, pair.Weight, row)))
                    .OrderBy(entry => entry.Expert)
                    .ThenBy(entry => entry.row)
                    .ToArray();
                var result = new double[6];
                for (int i = 0; i < entries.Length; i++)
                for (int j = 0; j < 2; j++)
                    result[entries[i].row * 2 + j] += entries[i].Weight * x[1][i * 2 + j];
                return result;
            }
        );

    [Fact]
    public void Part_that_runs_a_second_time() =>
        Slopes.Check(
            [
                [3, 4],
            ],
            [
                [4, 4],
            ],
            (tape, x, p) => tape.Add(x[0], tape.Checkpoint(x[0], (inner, y) => inner.Add(y, inner.Linear(y, p[0])))),
            x => [.. x[0].Zip(Multiply(x[0], x[1], 4, 4), (a, b) => 2 * a + b)]
        );

    private static IEnumerable<(int Expert, double Weight)> Weights(double[] scores, int used)
    {
        int[] best = [.. Enumerable.Range(0, scores.Length).OrderByDescending(i => scores[i]).Take(used)];
        double sum = best.Sum(i => Math.Exp(scores[i]));
        return best.Select(i => (i, Math.Exp(scores[i]) / sum));
    }

    private static double[] Multiply(double[] x, double[] weight, int inputs, int outputs) =>
        [
            .. x.Chunk(inputs)
                .SelectMany(row =>
                    Enumerable
                        .Range(0, outputs)
                        .Select(o => Enumerable.Range(0, inputs).Sum(i => row[i] * weight[o * inputs + i]))
                ),
        ];

    private static double Apply(Activation activation, double x) =>
        activation switch
        {
            Activation.Silu => x / (1 + Math.Exp(-x)),
            Activation.GeluTanh => 0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x))),
            _ => Math.Max(x, 0),
        };
}
