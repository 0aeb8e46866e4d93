// The model that ships: what its configuration says it is, and how far it moves when it is quantized and its activations
// are rounded. It is the only model at hand that is trained and as wide as the blocks of all formats.
using System.Text.Json;
using Tern.Engine.Loading;
using Tern.Formats;
using Tern.Formats.Gguf;
using Tern.Kernels;
using Tern.Kernels.Cpu;
using Tern.Kernels.Reference;
using Tern.Models;
using Tern.Tensors;
using Tern.Testing;
using Tern.Tokenizers;
using Tern.Training.Builtin;
using Tern.Training.Corpus;
using Tern.Training.Runs;

namespace Tern.Training.Tests.Builtin;

public sealed class BuiltinModelTests : IDisposable
{
    private const int BlockSize = 16;
    private static readonly string s_path = Checkout.PathOf("models", "builtin", "builtin.gguf");
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void It_has_the_shape_of_its_configuration_and_takes_no_more_than_12_MB()
    {
        Assert.InRange(new FileInfo(s_path).Length, 1, 12_000_000);
        var section = BuiltinConfig.Read().Model;
        using var file = ModelFile.Open(s_path);
        using var backend = new CpuBackend(1);
        using var model = ModelLoader.Load(file, backend);
        Assert.Equal(section.Layers, model.Config.LayerCount);
        Assert.Equal(section.Width, model.Config.EmbeddingLength);
        Assert.Equal(BuiltinConfig.Read().Tokenizer.VocabularySize, model.Config.VocabularySize);
        Assert.InRange(model.Config.ParameterCount, 5_000_000, 12_000_000);
    }

    [Fact]
    public void Its_first_steps_made_again_are_those_of_its_log_to_the_last_bit()
    {
        const int Steps = 2;
        var again = new List<TrainingProgress>();
        using var backend = new CpuBackend(2);
        using var enough = new CancellationTokenSource();
        using (var run = TrainingRun.Open(BuiltinConfig.Read(), "", _folder.PathOf("run"), backend))
        {
            run.Run(
                progress =>
                {
                    again.Add(progress);
                    if (progress.Step == Steps)
                        enough.Cancel();
                },
                enough.Token
            );
        }
        var log = File.ReadLines(Checkout.PathOf("models", "builtin", "log.jsonl"))
            .Take(Steps)
            .Select(line => JsonSerializer.Deserialize<TrainingProgress>(line, JsonSerializerOptions.Web)!);
        Assert.Equal(log.Select(Numbers), again.Select(Numbers));

        static (long, double, double, long) Numbers(TrainingProgress line) =>
            (line.Step, line.Loss, line.GradientNorm, line.Tokens);
    }

    [Theory]
    [InlineData(GgufFileType.Q8_0)]
    [InlineData(GgufFileType.Q4_0)]
    [InlineData(GgufFileType.Q4_K_S)]
    [InlineData(GgufFileType.Q5_K_S)]
    [InlineData(GgufFileType.Q6_K)]
    public void Rounded_activations_change_perplexity_by_less_than_half_a_percent(GgufFileType type)
    {
        string path = _folder.PathOf("model.gguf");
        using (var source = ModelFile.Open(s_path))
            GgufQuantizer.Quantize(source, path, type);
        using var exactly = new ReferenceBackend();
        using var rounding = new CpuBackend(2, Numerics.Fast);
        double exact = Perplexity(path, exactly);
        double rounded = Perplexity(path, rounding);
        Assert.NotEqual(exact, rounded);
        Assert.InRange(rounded / exact, 0.995, 1.005);
    }

    /// <summary>Of whole samples that it was not trained on.</summary>
    private static double Perplexity(string path, IBackend backend)
    {
        using var file = ModelFile.Open(path);
        using var model = ModelLoader.Load(file, backend);
        var tokenizer = TokenizerReader.Read(file);
        double sum = 0;
        int count = 0;
        foreach (int[] tokens in Samples(tokenizer))
        {
            float[] logits = Logits(model, tokens);
            int width = model.Config.VocabularySize;
            for (int at = 1; at < tokens.Length; at++)
            {
                var row = logits.AsSpan((at - 1) * width, width);
                float max = Softmax.Max(row);
                sum += max + Math.Log(Softmax.Weigh(row, max, 1, new float[width])) - row[tokens[at]];
                count++;
            }
        }
        return Math.Exp(sum / count);
    }

    private static IEnumerable<int[]> Samples(Tokenizer tokenizer)
    {
        const ulong Unseen = 1UL << 40;
        var corpus = new CorpusGenerator(seed: 1);
        for (ulong i = 0; i < 12; i++)
            yield return [.. tokenizer.Encode(SampleRenderer.Render(corpus[Unseen + i]).Text, addSpecial: false)];
    }

    private static float[] Logits(CausalModel model, int[] tokens)
    {
        int[] rows = [.. Enumerable.Range(0, tokens.Length)];
        int blocks = (tokens.Length + BlockSize - 1) / BlockSize;
        using var cache = model.CreateCache(blocks, BlockSize, DType.F32);
        var output = new float[tokens.Length * model.Config.VocabularySize];
        model.Forward(
            new ForwardInput
            {
                Tokens = tokens,
                Positions = rows,
                Slots = rows,
                Sequences = new[] { new AttentionSequence(0, tokens.Length, tokens.Length, 0) },
                BlockTables = Enumerable.Range(0, blocks).ToArray(),
                OutputRows = rows,
            },
            cache,
            output
        );
        return output;
    }
}
