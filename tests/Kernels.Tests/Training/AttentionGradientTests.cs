// Attention over whole sequences and its gradient: against differences, the reference and the paged kernel.
using Tern.Tensors;
using Tern.Tensors.Memory;

namespace Tern.Kernels.Tests.Training;

public class AttentionGradientTests
{
    public static TheoryData<AttentionCase> SmallCases =>
        [
            new AttentionCase([0], 1, 1, 4),
            new AttentionCase([0, 0], 2, 2, 3),
            new AttentionCase([0, 1], 1, 1, 1),
            new AttentionCase([0, 1, 1, 4], 3, 1, 5),
            new AttentionCase([0, 7], 2, 2, 16),
            new AttentionCase([0, 0, 5, 6, 6, 9], 6, 2, 7),
            new AttentionCase([0, 2, 8], 3, 1, 17),
        ];

    public static TheoryData<AttentionCase> LargeCases =>
        [
            new AttentionCase([0, 1, 1, 130], 6, 2, 20),
            new AttentionCase([0, 70, 133, 134], 3, 3, 64),
            new AttentionCase([0, 600], 3, 1, 33),
            new AttentionCase([0, 15, 31, 48, 48, 112], 8, 8, 1),
        ];

    [Theory]
    [MemberData(nameof(SmallCases))]
    public void Attention_changes_by_queries_keys_and_values_as_differences_say(AttentionCase attention)
    {
        double[] query = Differences.Double(attention.Query);
        double[] keys = Differences.Double(attention.Keys);
        double[] values = Differences.Double(attention.Values);
        double Result(double[] q, double[] k, double[] v) =>
            Differences.Dot(attention.Formula(q, k, v), attention.Gradient);
        double[] expected =
        [
            .. Differences.Of(x => Result(x, keys, values), query),
            .. Differences.Of(x => Result(query, x, values), keys),
            .. Differences.Of(x => Result(query, keys, x), values),
        ];
        Differences.Check(expected, attention.Backward, 1e-5f);
        Differences.Check(attention.Formula(query, keys, values), attention.Forward, 1e-5f);
    }

    [Theory]
    [MemberData(nameof(LargeCases))]
    public void Attention_and_its_gradient_are_those_of_the_reference(AttentionCase attention)
    {
        Differences.CheckReference(attention.Forward, 1e-5f, 1e-5f);
        Differences.CheckReference(attention.Backward, 1e-5f, 1e-5f);
    }

    [Theory]
    [MemberData(nameof(SmallCases))]
    [MemberData(nameof(LargeCases))]
    public void Attention_has_the_bits_of_the_paged_kernel_over_a_cache(AttentionCase attention)
    {
        Backends.AssertBits(
            Backends.SameBits(backend => Paged(backend, attention)),
            Backends.SameBits(attention.Forward),
            "whole sequences"
        );
    }

    [Fact]
    public void A_sequence_has_the_same_gradient_alone_and_in_a_batch()
    {
        var batch = new AttentionCase([0, 9, 50, 61], 6, 2, 20);
        float[] whole = Backends.SameBits(batch.Backward);
        for (int i = 0; i < 3; i++)
        {
            var (start, end) = (batch.Starts[i], batch.Starts[i + 1]);
            float[] alone = Backends.SameBits(batch.Sequence(i).Backward);
            int position = 0;
            int offset = 0;
            foreach (int width in new[] { 6 * 20, 2 * 20, 2 * 20 })
            {
                int count = (end - start) * width;
                Backends.AssertBits(
                    whole.AsSpan(offset + start * width, count),
                    alone.AsSpan(position, count),
                    $"sequence {i}"
                );
                position += count;
                offset += batch.Starts[^1] * width;
            }
        }
    }

    private static float[] Paged(IBackend backend, AttentionCase attention)
    {
        const int BlockSize = 16;
        const int Bytes = sizeof(float);
        int vector = attention.HeadDim * Bytes;
        int head = BlockSize * vector;
        int block = attention.KvHeads * head;
        var sequences = new AttentionSequence[attention.Starts.Length - 1];
        var tables = new List<int>();
        var slots = new List<int>();
        int blocks = sequences.Length + attention.Rows / BlockSize;
        for (int i = 0; i < sequences.Length; i++)
        {
            int first = attention.Starts[i];
            int count = attention.Starts[i + 1] - first;
            sequences[i] = new AttentionSequence(first, count, count, tables.Count);
            for (int position = 0; position < count; position++)
            {
                if (position % BlockSize == 0)
                    tables.Add(blocks - 1 - tables.Count); // from the back, so that no table is in order
                slots.Add(tables[^1] * BlockSize + position % BlockSize);
            }
        }
        using var memory = new AlignedMemory(2L * Math.Max(1, blocks) * block);
        var keys = new KvView(
            memory.Address,
            DType.F32,
            2 * block,
            head,
            vector,
            BlockSize,
            attention.KvHeads,
            attention.HeadDim
        );
        var values = keys with { Data = memory.Address + block };
        backend.StoreKv(attention.Keys, keys, slots.ToArray());
        backend.StoreKv(attention.Values, values, slots.ToArray());
        var output = new float[attention.Query.Length];
        var input = new AttentionInput
        {
            Query = attention.Query,
            Keys = keys,
            Values = values,
            Sequences = sequences,
            BlockTables = tables.ToArray(),
            Heads = attention.Heads,
            Scale = attention.Scale,
        };
        backend.PagedAttention(input, output);
        return output;
    }
}
