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

    [Fact]
    public void Gradients_of_filters_do_not_depend_on_where_the_batch_is_cut()
    {
        ImageCase[] batches =
        [
            new(new(60, 4, 4, 65), Window.Square(3, padding: 1), 20), // more than are unfolded at once
            new(new(60, 4, 4, 5), Window.Square(1), 3),
        ];
        foreach (var batch in batches)
        {
            float[] before = Randoms.Floats(batch.Filters.Length, 5);
            float[] whole = Backends.SameBits(backend => batch.FilterGradient(backend, before));
            foreach (int[] cuts in new int[][] { [0, 1, 60], [0, 29, 29, 40, 60], [.. Enumerable.Range(0, 61)] })
            {
                float[] Sum(ITrainingBackend backend)
                {
                    float[] sums = before;
                    for (int i = 0; i + 1 < cuts.Length; i++)
                        sums = batch.Samples(cuts[i], cuts[i + 1]).FilterGradient(backend, sums);
                    return sums;
                }
                Backends.AssertBits(whole, Backends.SameBits(Sum), "filters");
            }
        }
    }

    [Fact]
    public void Convolutional_calls_allocate_nothing_once_warm()
    {
        using var backend = new CpuBackend(2);
        var shape = new ImageBatch(3, 8, 8, 32);
        var window = Window.Square(3, padding: 1);
        var pool = Window.Square(2, stride: 2);
        float[] x = Randoms.Floats(shape.Length, 1);
        float[] y = Randoms.Floats(shape.Length, 2);
        float[] filters = new float[32 * 32 * 9];
        float[] small = new float[shape.Length / 4];
        float[][] channels = [.. Enumerable.Range(0, 4).Select(_ => new float[32])];

        void All()
        {
            backend.Convolution(x, shape, filters, window, y);
            backend.ConvolutionInputGradient(y, shape, filters, window, y);
            backend.ConvolutionFilterGradient(x, shape, y, window, filters);
            backend.BatchNorm(x, channels[0], channels[1], 1, y, channels[2], channels[3]);
            backend.BatchNormWith(x, channels[0], channels[1], 1, channels[2], channels[3], y);
            backend.BatchNormBackward(x, channels[0], 1, channels[2], channels[3], y, y, channels[1], channels[1]);
            backend.MaxPool(x, shape, pool, small);
            backend.MaxPoolBackward(x, shape, pool, small, small, y);
            backend.AveragePool(x, shape, pool, small);
            backend.AveragePoolBackward(shape, pool, small, y);
        }
        for (int i = 0; i < 50; i++)
            All();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 50; i++)
            All();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
