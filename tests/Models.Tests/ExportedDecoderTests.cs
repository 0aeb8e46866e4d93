// Owns the proof that an exported decoder computes what its weights mean: both files give the same bits as the weights in
// memory, and those the logits of the published formulas on the published weights, written out plainly.
using Tern.Formats;
using Tern.Formats.Export;
using Tern.Formats.Gguf;
using Tern.Formats.Safetensors;
using Tern.Tensors;

namespace Tern.Models.Tests;

public sealed class ExportedDecoderTests
{
    private static readonly int[] Tokens = [1, 17, 5, 29, 2, 2, 30, 11, 8, 0, 23];

    private static readonly DecoderShape Shape = new()
    {
        Architecture = "llama",
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
    [InlineData("llama", false)]
    [InlineData("llama", true)]
    [InlineData("qwen2", false)]
    [InlineData("qwen3", true)]
    public void Memory_gguf_and_directory_give_the_same_logits_bit_for_bit(string architecture, bool isTied)
    {
        var shape = Shape with { Architecture = architecture, IsTied = isTied };
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
    [InlineData("llama", false)]
    [InlineData("llama", true)]
    [InlineData("qwen2", false)]
    [InlineData("qwen3", true)]
    public void The_logits_are_those_of_the_published_formula(string architecture, bool isTied)
    {
        var shape = Shape with { Architecture = architecture, IsTied = isTied };
        var export = Export(shape, Weights(shape));
        using var view = export.View();
        float[] found = Logits(view);
        var folder = Directory.CreateTempSubdirectory("tern-export-");
        try
        {
            export.WriteHuggingFace(folder.FullName, DType.F32);
            using var published = SafetensorsReader.Open(folder.FullName);
            double[] expected = PublishedDecoder.Logits(shape, published.GetTensor, Tokens);
            Assert.Equal(expected.Length, found.Length);
            double scale = expected.Max(Math.Abs);
            for (int i = 0; i < found.Length; i++)
                Assert.Equal(expected[i], found[i], 1e-5 * scale);
            // Two rows of a query exchanged are another network: the tolerance tells them apart.
            double[] other = PublishedDecoder.Logits(shape, Exchanged, Tokens);
            Assert.True(expected.Zip(other).Max(pair => Math.Abs(pair.First - pair.Second)) > 1e-3 * scale);

            Tensor Exchanged(string name)
            {
                var tensor = published.GetTensor(name);
                if (name != "model.layers.0.self_attn.q_proj.weight")
                    return tensor;
                var copy = Tensor.FromValues(name, tensor.Span<float>(), tensor.Shape);
                tensor.Row(1).CopyTo(copy.Row(8));
                tensor.Row(8).CopyTo(copy.Row(1));
                return copy;
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static ModelExport Export(DecoderShape shape, Dictionary<string, Tensor> weights)
    {
        const string Tokenizer = """{"model":{"type":"BPE","vocab":{"a":0,"b":1},"merges":[]}}""";
        return new ModelExport("tiny", shape, weights, Tokenizer, "{}");
    }

    private static Dictionary<string, Tensor> Weights(DecoderShape shape)
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
