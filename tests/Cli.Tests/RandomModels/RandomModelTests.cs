// Owns the proof that random models have the published shapes, load, and are really noise.
using System.Text.Json.Nodes;
using Tern.Cli.RandomModels;
using Tern.Formats.Gguf;
using Tern.Tensors;

namespace Tern.Cli.Tests.RandomModels;

public sealed class RandomModelTests
{
    [Theory]
    [InlineData("llama-3.2-1b", 1_235_814_400 + 32)] // and the divisors of the rotary frequencies
    [InlineData("qwen2.5-0.5b", 494_032_768)]
    [InlineData("qwen3-0.6b", 596_049_920)]
    [InlineData("tinyllama-1.1b", 1_100_048_384)]
    public void A_shape_has_as_many_parameters_as_the_published_model(string name, long parameters)
    {
        using var model = new RandomModel(ShapeCatalog.Find(name), seed: 1).Build();
        Assert.Equal(parameters, model.Tensors.Values.Sum(tensor => tensor.Elements));
        string[] tokens = model.Metadata.GetStrings("tokenizer.ggml.tokens");
        Assert.Equal(model.Tensors["token_embd.weight"].Rows, tokens.Length);
        Assert.Equal(tokens.Length, tokens.Distinct().Count());
    }

    [Fact]
    public void Llama_3_stretches_only_low_frequencies()
    {
        using var model = new RandomModel(ShapeCatalog.Find("llama-3.2-1b"), seed: 1).Build();
        var divisors = model.Tensors["rope_freqs.weight"].Span<float>();
        Assert.Equal(1, divisors[0]);
        Assert.Equal(32, divisors[^1], 1e-4);
    }

    [Theory]
    [InlineData("Q4_0")]
    [InlineData("F16")]
    public async Task A_tiny_model_loads_and_runs(string type)
    {
        using var folder = new TemporaryFolder();
        string file = folder.PathOf("tiny.gguf");
        await TernProcess.OutputOfAsync("random", "tiny", file, "--type", type);
        string logits = folder.PathOf("logits.f32");
        await TernProcess.OutputOfAsync("logits", file, "--tokens", "510,256,3", "--out", logits);
        Assert.All(Golden.Floats(logits), value => Assert.True(float.IsFinite(value)));
        Assert.Equal("[510, 257]\n", await TernProcess.OutputOfAsync("tokenize", file, "the", "--json"));
    }

    [Fact]
    public async Task A_mixture_of_experts_loads_and_runs()
    {
        var shape = ShapeCatalog.Find("qwen3-moe-1.4b");
        using var folder = new TemporaryFolder();
        string file = folder.PathOf("mixture.gguf");
        using (var model = new RandomModel(shape with { Layers = 1, Vocabulary = 512 }, seed: 1).Build())
        {
            Assert.Equal([32, 768, 1024], model.Tensors["blk.0.ffn_up_exps.weight"].Shape.ToArray());
            GgufQuantizer.Quantize(model, file, GgufFileType.Q4_K_M);
        }
        string logits = folder.PathOf("logits.f32");
        await TernProcess.OutputOfAsync("logits", file, "--tokens", "510,256,3", "--out", logits);
        Assert.All(Golden.Floats(logits), value => Assert.True(float.IsFinite(value)));
    }

    [Fact]
    public async Task The_seed_decides()
    {
        using var folder = new TemporaryFolder();
        string[] files = [.. ((string[])["7", "7", "8"]).Select((seed, i) => folder.PathOf($"{i}-{seed}"))];
        foreach (string file in files)
            await TernProcess.OutputOfAsync("random", "tiny", file, "--type", "F16", "--seed", file[^1..]);
        Assert.Equal(File.ReadAllBytes(files[0]), File.ReadAllBytes(files[1]));
        Assert.NotEqual(File.ReadAllBytes(files[0]), File.ReadAllBytes(files[2]));
    }

    [Fact]
    public void Noise_is_normal()
    {
        var values = new float[1 << 18];
        NormalNoise.Fill(values, 0.5f, stream: 42);
        Assert.Equal(0, values.Average(), 0.005);
        Assert.Equal(0.25, values.Average(x => (double)x * x), 0.005);
        Assert.Equal(0.6827, values.Count(x => Math.Abs(x) < 0.5) / (double)values.Length, 0.01);
        Assert.Equal(0.0455, values.Count(x => Math.Abs(x) > 1) / (double)values.Length, 0.005);
        Assert.InRange(values.Max(), 1.8f, 3.5f);
    }

    [Fact]
    public void Noise_of_any_length_is_the_start_of_longer_noise()
    {
        var longer = new float[64];
        NormalNoise.Fill(longer, 1, stream: 3);
        foreach (int length in (int[])[1, 15, 16, 17, 63])
        {
            var values = new float[length];
            NormalNoise.Fill(values, 1, stream: 3);
            Assert.Equal(longer[..length], values);
        }
    }

    [Fact]
    public async Task Bench_reports_every_test()
    {
        using var folder = new TemporaryFolder();
        string file = folder.PathOf("tiny.gguf");
        await TernProcess.OutputOfAsync("random", "tiny", file, "--type", "Q8_0");
        string[] options = ["bench", file, "-p", "32", "-n", "4", "-d", "16", "-b", "1,3", "-t", "2", "-r", "2"];
        var report = JsonNode.Parse(await TernProcess.OutputOfAsync([.. options, "--json"]))!;
        Assert.Equal(16, (int)report["depth"]!);
        Assert.Equal(32, (int)report["prompt"]!["tokens"]!);
        Assert.True((double)report["memory_bandwidth_bytes_per_second"]! > 0);
        Assert.True((long)report["peak_memory_bytes"]! > 0);
        var generation = report["generation"]!.AsArray();
        Assert.Equal([1, 3], generation.Select(entry => (int)entry!["batch"]!));
        // Untied: all weights but the embedding, of which a step reads a row a sequence; then keys and values.
        long row = DType.Q8_0.RowBytes(256);
        double difference = (double)generation[1]!["bytes_per_step"]! - (double)generation[0]!["bytes_per_step"]!;
        Assert.Equal(2 * row + 2 * 18 * 2 * 2 * 128 * 2, difference, 1e-6);
    }
}
