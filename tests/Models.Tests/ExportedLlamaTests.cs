// Owns the proof that an exported Llama computes what its weights mean: both files give the same bits as the weights in
// memory, and those the logits of the published formula (heads rotated by halves), written out plainly here.
using Tern.Formats;
using Tern.Formats.Export;
using Tern.Formats.Gguf;
using Tern.Tensors;

namespace Tern.Models.Tests;

public sealed class ExportedLlamaTests
{
    private static readonly int[] Tokens = [1, 17, 5, 29, 2, 2, 30, 11, 8, 0, 23];

    private static readonly LlamaShape Shape = new()
    {
        Layers = 3,
        Width = 48,
        Heads = 6,
        KvHeads = 2,
        HeadLength = 16,
        FeedForward = 80,
        Vocabulary = 31,
        Context = 64,
        RopeBase = 500,
        Epsilon = 1e-5f,
    };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Memory_gguf_and_directory_give_the_same_logits_bit_for_bit(bool isTied)
    {
        var shape = Shape with { IsTied = isTied };
        var export = Export(shape, Weights(shape));
        var folder = Directory.CreateTempSubdirectory("tern-export-");
        try
        {
            string gguf = Path.Combine(folder.FullName, "model.gguf");
            string directory = Path.Combine(folder.FullName, "model");
            export.WriteGguf(gguf, GgufFileType.F32);
            export.WriteHuggingFace(directory, DType.F32);
            using var view = export.View();
            float[] expected = Logits(view);
            foreach (string path in (string[])[gguf, directory])
            {
                using var file = ModelFile.Open(path);
                Assert.True(expected.AsSpan().SequenceEqual(Logits(file)), $"{path} gives other logits");
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_logits_are_those_of_the_published_formula(bool isTied)
    {
        var shape = Shape with { IsTied = isTied };
        var weights = Weights(shape);
        using var view = Export(shape, weights).View();
        double[] expected = PublishedLlama.Logits(shape, weights, Tokens);
        float[] found = Logits(view);
        Assert.Equal(expected.Length, found.Length);
        double scale = expected.Max(Math.Abs);
        for (int i = 0; i < found.Length; i++)
            Assert.Equal(expected[i], found[i], 1e-5 * scale);
        // Another order of the rows would be another network: the tolerance tells them apart.
        var swapped = new Dictionary<string, Tensor>(weights);
        const string Name = "model.layers.0.self_attn.q_proj.weight";
        swapped[Name] = Tensor.FromValues(Name, weights[Name].Span<float>(), weights[Name].Shape);
        swapped[Name].Row(1).CopyTo(swapped[Name].Row(8));
        double[] other = PublishedLlama.Logits(shape, swapped, Tokens);
        Assert.True(expected.Zip(other).Max(pair => Math.Abs(pair.First - pair.Second)) > 1e-3 * scale);
    }

    private static LlamaExport Export(LlamaShape shape, Dictionary<string, Tensor> weights)
    {
        const string Tokenizer = """{"model":{"type":"BPE","vocab":{"a":0,"b":1},"merges":[]}}""";
        return new LlamaExport("tiny", shape, weights, Tokenizer, "{}");
    }

    private static Dictionary<string, Tensor> Weights(LlamaShape shape)
    {
        var random = new Random(3);
        var weights = new Dictionary<string, Tensor>();
        foreach (var (name, dimensions) in shape.Tensors())
        {
            var tensor = Tensor.Allocate(name, DType.F32, dimensions);
            foreach (ref float value in tensor.Span<float>())
                value = dimensions.Length == 1 ? 0.5f + random.NextSingle() : (random.NextSingle() - 0.5f) * 0.6f;
            weights.Add(name, tensor);
        }
        return weights;
    }

    private static float[] Logits(ModelFile file)
    {
        using var backend = Backends.Create(Backends.Fast);
        using var model = ModelLoader.Load(file, backend);
        using var runner = new Runner(model);
        return runner.Forward((runner.Add(), Tokens));
    }
}
