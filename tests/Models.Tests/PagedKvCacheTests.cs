// Owns the proof that blocks lie where they should and do not touch each other.
using Tern.Kernels;
using Tern.Models.KvCache;
using Tern.Tensors;
using Tern.Tensors.Quantization;
using Tern.Testing;

namespace Tern.Models.Tests;

public sealed class PagedKvCacheTests
{
    private static readonly KvLayerShape[] Shapes = [new(2, 8, 4), new(1, 12, 8, ValuesInKeys: true), new(2, 8, 4)];

    /// <summary>Of whole blocks of Q8_0.</summary>
    private static readonly KvLayerShape[] WideShapes =
    [
        new(2, 64, 32),
        new(1, 96, 64, ValuesInKeys: true),
        new(2, 64, 32),
    ];

    [Theory]
    [InlineData(DType.F32)]
    [InlineData(DType.F16)]
    [InlineData(DType.BF16)]
    [InlineData(DType.Q8_0)]
    public void Every_part_of_every_layer_has_its_own_bytes_of_one_contiguous_block(DType type)
    {
        const int Blocks = 3;
        const int BlockSize = 4;
        var shapes = type == DType.Q8_0 ? WideShapes : Shapes;
        int elements = type == DType.Q8_0 ? 192 + 96 + 192 : 24 + 12 + 24;
        using var cache = new PagedKvCache(Blocks, BlockSize, type, shapes);
        Assert.Equal(type.RowBytes(elements * BlockSize), cache.BlockBytes);
        using var backend = Backends.Create(Backends.Reference);
        float mark = 0;
        var written = new Dictionary<(int Layer, bool Values, int Slot), float>();
        for (int layer = 0; layer < shapes.Length; layer++)
            foreach (bool values in shapes[layer].ValuesInKeys ? new[] { false } : [false, true])
                for (int slot = 0; slot < Blocks * BlockSize; slot++)
                {
                    var view = values ? cache.Values(layer) : cache.Keys(layer);
                    var row = new float[view.Heads * view.HeadDim];
                    row.AsSpan().Fill(++mark);
                    backend.StoreKv(row, view, [slot]);
                    written[(layer, values, slot)] = mark;
                }
        // If two parts overlapped, a later mark would have overwritten an earlier one: the marks' bytes all survive.
        var expected = new double[Blocks];
        foreach (var ((layer, values, slot), value) in written)
            expected[slot / BlockSize] +=
                Stored(type, value)
                * (
                    values
                        ? shapes[layer].Heads * shapes[layer].ValueLength
                        : shapes[layer].Heads * shapes[layer].KeyLength
                );
        for (int block = 0; block < Blocks; block++)
        {
            var values = new float[elements * BlockSize];
            Dequantizer.Row(type, cache.Block(block), values);
            Assert.Equal(expected[block], values.Sum(value => (double)value));
        }
    }

    /// <summary>What a cache makes of a number that its whole block consists of.</summary>
    private static float Stored(DType type, float value)
    {
        var values = new float[type.ElementsPerBlock()];
        values.AsSpan().Fill(value);
        var bytes = new byte[type.BytesPerBlock()];
        Quantizer.Row(type, values, bytes);
        Dequantizer.Row(type, bytes, values);
        return values[0];
    }

    [Fact]
    public void A_copied_block_is_equal_and_separate()
    {
        using var cache = new PagedKvCache(3, 4, DType.F16, Shapes);
        Random.Shared.NextBytes(cache.Block(0));
        cache.CopyBlock(0, 2);
        Assert.True(cache.Block(0).SequenceEqual(cache.Block(2)));
        Assert.True(cache.Block(1).IndexOfAnyExcept((byte)0) < 0);
        cache.Block(2).Clear();
        Assert.False(cache.Block(0).SequenceEqual(cache.Block(2)));
    }

    [Theory]
    [InlineData(0, 4, DType.F32)]
    [InlineData(4, -1, DType.F32)]
    [InlineData(4, 4, DType.Q4_0)]
    public void Impossible_caches_are_refused(int blocks, int blockSize, DType type) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new PagedKvCache(blocks, blockSize, type, Shapes));

    [Fact]
    public void Heads_that_do_not_fill_a_type_s_blocks_are_refused_with_what_would_fit()
    {
        var error = Assert.Throws<KvCacheTypeException>(() => new PagedKvCache(4, 4, DType.Q8_0, [new(2, 64, 40)]));
        Assert.Equal(40, error.HeadDim);
        Assert.Contains("value has 40", error.Message, StringComparison.Ordinal);
        Assert.Contains("F32, F16 or BF16", error.Message, StringComparison.Ordinal);
    }

    [SharedTheory]
    [InlineData("llama", 2 * 2 * (16 + 16))]
    [InlineData("deepseek2-mla", 3 * (32 + 8))]
    [InlineData("bert", 0)]
    public void Bytes_per_token_are_those_of_the_blocks(string name, int elements)
    {
        var golden = ConformanceModel.Get(name);
        using var backend = Backends.Create(Backends.Reference);
        using var model = ModelLoader.Load(golden.File, backend);
        Assert.Equal(2 * elements, model.KvBytesPerToken(DType.F16));
        Assert.Equal(2 * elements, model.KvBytesPerToken(DType.BF16));
        using var cache = model.CreateCache(2, 16, DType.F16);
        Assert.Equal(16 * model.KvBytesPerToken(DType.F16), cache.BlockBytes);
    }

    [SharedTheory]
    [InlineData("llama", "token 320", 320, 0, 0, 0, 1)]
    [InlineData("llama", "position 512", 0, 512, 0, 0, 1)]
    [InlineData("llama", "slot 64", 0, 0, 64, 0, 1)]
    [InlineData("llama", "block 4", 0, 0, 0, 4, 1)]
    [InlineData("llama", "context", 0, 0, 0, 0, 513)]
    [InlineData("llama", "blocks", 0, 0, 0, 0, 17)]
    [InlineData("bert", "whole sequences", 0, 0, 0, 0, 2)]
    public void Input_that_would_leave_the_cache_or_the_model_is_refused(
        string name,
        string word,
        int token,
        int position,
        int slot,
        int block,
        int context
    )
    {
        var golden = ConformanceModel.Get(name);
        using var backend = Backends.Create(Backends.Reference);
        using var model = ModelLoader.Load(golden.File, backend);
        using var cache = model.CreateCache(4, 16, DType.F32);
        var input = new ForwardInput
        {
            Tokens = new[] { token },
            Positions = new[] { position },
            Slots = new[] { slot },
            BlockTables = new[] { block },
            Sequences = new[] { new AttentionSequence(0, 1, context, 0) },
            OutputRows = new[] { 0 },
        };
        var output = new float[model.Config.IsEncoder ? model.Config.EmbeddingLength : model.Config.VocabularySize];
        var error = Assert.Throws<ArgumentException>(() => model.Forward(input, cache, output));
        Assert.Contains(word, error.Message, StringComparison.Ordinal);
    }
}
