// Owns the proof that llama.cpp computes the same network from an exported file as Tern does.
using Tern.Formats.Export;
using Tern.Formats.Gguf;
using Tern.Peers.LlamaCpp;
using Tern.Tensors;
using Tern.Testing;
using Tern.Tokenizers.Training;

namespace Tern.Peers.Tests;

public sealed class ExportedDecoderTests
{
    private const int Positions = 24;

    private static readonly string Package = Checkout.PathOf(
        "benchmarks",
        "peers",
        "node_modules",
        "@node-llama-cpp",
        "linux-x64",
        "bins",
        "linux-x64"
    );

    [LlamaCppTheory]
    [InlineData("llama", GgufFileType.F32, false)]
    [InlineData("llama", GgufFileType.F16, true)]
    [InlineData("llama", GgufFileType.BF16, false)]
    [InlineData("llama", GgufFileType.Q8_0, true)]
    [InlineData("llama", GgufFileType.Q4_0, false)]
    [InlineData("llama", GgufFileType.Q4_K_M, false)]
    [InlineData("qwen2", GgufFileType.F32, true)]
    [InlineData("qwen3", GgufFileType.F32, false)]
    public void Logits_of_llama_cpp_are_those_of_tern(string architecture, GgufFileType type, bool isTied)
    {
        LlamaLibrary.Load(Package);
        string path = Path.Combine(Path.GetTempPath(), $"tern-export-{Guid.NewGuid():N}.gguf");
        try
        {
            Export(architecture, isTied).WriteGguf(path, type);
            using var tern = new TernContender(path, threads: 2);
            using var peer = new LlamaContender(path, threads: 2);
            // Beside bfloat16 weights llama.cpp rounds activations to bfloat16, whose 8 bits Tern keeps to the weights.
            bool isRounded = tern.IsRounded || type == GgufFileType.BF16;
            var found = LogitsComparison.Of(tern, peer, Positions, isRounded);
            Assert.True(found.IsSameNetwork, found.Text());
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static ModelExport Export(string architecture, bool isTied)
    {
        string[] texts = ["the tern flies from pole to pole", "the tern returns"];
        var vocabulary = BpeTrainer.Train(
            texts,
            new BpeTrainingOptions
            {
                VocabularySize = 300,
                SpecialTokens = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"],
                BosToken = "<|endoftext|>",
                EosToken = "<|im_end|>",
            }
        );
        var shape = new DecoderShape
        {
            Architecture = architecture,
            Layers = 3,
            Width = 256,
            Heads = 4,
            KvHeads = 2,
            HeadLength = 64,
            FeedForward = 512,
            Vocabulary = 320,
            Context = 128,
            IsTied = isTied,
        };
        var random = new Random(9);
        var weights = new Dictionary<string, Tensor>();
        foreach (var (name, dimensions) in shape.Tensors())
        {
            var tensor = Tensor.Allocate(name, DType.F32, dimensions);
            foreach (ref float value in tensor.Span<float>())
                value = dimensions.Length == 1 ? 1 : (random.NextSingle() - 0.5f) * 0.2f;
            weights.Add(name, tensor);
        }
        return new ModelExport(
            "tiny",
            shape,
            weights,
            vocabulary.ToTokenizerJson(),
            vocabulary.ToTokenizerConfigJson()
        );
    }

    private sealed class LlamaCppTheoryAttribute : TheoryAttribute
    {
        public LlamaCppTheoryAttribute()
        {
            if (!Directory.Exists(Package))
                Skip = $"llama.cpp is absent (npm ci --ignore-scripts in {Checkout.PathOf("benchmarks", "peers")})";
        }
    }
}
