// Gradients added up over parts of a batch, cut anywhere, have the bits of the whole; and calls that allocate nothing.
using Tern.Kernels.Cpu;

namespace Tern.Kernels.Tests.Training;

public class AccumulationTests
{
    private const int Rows = 53;

    public static TheoryData<int[]> Cuts =>
        [
            [0, 53],
            [0, 1, 53],
            [0, 16, 32, 53],
            [0, 0, 7, 8, 50, 53],
            [.. Enumerable.Range(0, Rows + 1)],
        ];

    [Theory]
    [MemberData(nameof(Cuts))]
    public void Gradients_of_shared_values_do_not_depend_on_where_the_batch_is_cut(int[] cuts)
    {
        foreach (int width in new[] { 1, 33, 200 })
        {
            float[] input = Randoms.Floats(Rows * width, 1);
            float[] weight = Randoms.Floats(width, 2);
            float[] gradient = Randoms.Floats(Rows * width, 3);
            int[] ids = [.. Enumerable.Range(0, Rows).Select(row => row * 5 % 3)];
            void Check(string what, int length, Action<ITrainingBackend, int, int, float[]> add)
            {
                float[] Sum(ITrainingBackend backend, int[] cuts)
                {
                    float[] sums = Randoms.Floats(length, 4);
                    for (int i = 0; i + 1 < cuts.Length; i++)
                        add(backend, cuts[i], cuts[i + 1], sums);
                    return sums;
                }
                float[] whole = Backends.SameBits(backend => Sum(backend, [0, Rows]));
                Backends.AssertBits(whole, Backends.SameBits(backend => Sum(backend, cuts)), what);
            }
            Span<float> Part(float[] rows, int start, int end) => rows.AsSpan(start * width, (end - start) * width);

            Check(
                "embedding",
                3 * width,
                (backend, start, end, sums) =>
                    backend.ScatterAdd(Part(gradient, start, end), ids.AsSpan(start, end - start), sums, width)
            );
            Check(
                "bias",
                width,
                (backend, start, end, sums) => backend.AddColumnSums(Part(gradient, start, end), sums)
            );
            Check(
                "norm",
                width,
                (backend, start, end, sums) =>
                    backend.RmsNormBackward(
                        Part(input, start, end),
                        weight,
                        1e-5f,
                        Part(gradient, start, end),
                        new float[(end - start) * width],
                        sums
                    )
            );
        }
    }

    [Fact]
    public void Calls_allocate_nothing_once_warm()
    {
        using var backend = new CpuBackend(2);
        var attention = new AttentionCase([0, 3, 20], 4, 2, 32);
        const int Width = 128;
        float[] x = Randoms.Floats(20 * Width, 1);
        float[] y = Randoms.Floats(20 * Width, 2);
        float[] z = new float[20 * Width];
        float[] u = new float[20 * Width];
        var (keys, values) = (new float[attention.Keys.Length], new float[attention.Values.Length]);
        float[] sums = new float[Width];
        int[] ids = new int[20];
        var (results, logSums, entropies) = (new float[20], new double[20], new float[20]);

        void All()
        {
            backend.ScatterAdd(x, ids, z, Width);
            backend.AddColumnSums(x, sums);
            backend.RmsNormBackward(x, sums, 1e-5f, y, z, sums);
            backend.GateBackward(x, y, z, z, u, Activation.Silu);
            backend.ActivateBackward(x, z, Activation.GeluTanh);
            backend.CausalAttention(attention.Input(), z);
            backend.CausalAttentionBackward(attention.Input(), y, z, keys, values);
            backend.LogProbabilities(x, ids, results, logSums, entropies);
            backend.LogProbabilitiesBackward(u, ids, logSums, results, entropies, results);
        }
        for (int i = 0; i < 50; i++)
            All();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 50; i++)
            All();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
