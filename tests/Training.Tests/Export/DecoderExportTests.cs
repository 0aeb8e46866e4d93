// Owns the proof that what was trained is what is exported: the tape's logits, bit for bit, from both kinds of file.
using Tern.Formats;
using Tern.Formats.Gguf;
using Tern.Kernels;
using Tern.Kernels.Cpu;
using Tern.Models;
using Tern.Tensors;
using Tern.Tokenizers.Training;
using Tern.Training.Autograd;
using Tern.Training.Export;
using Tern.Training.Language;
using Tern.Training.Runs;

namespace Tern.Training.Tests.Export;

public sealed class DecoderExportTests
{
    private static readonly int[] Tokens = [5, 250, 17, 17, 3, 99, 261, 42, 0];

    [Theory]
    [InlineData(DecoderArchitecture.Llama, true)]
    [InlineData(DecoderArchitecture.Llama, false)]
    [InlineData(DecoderArchitecture.Qwen2, true)]
    [InlineData(DecoderArchitecture.Qwen3, false)]
    [InlineData(DecoderArchitecture.Qwen3Moe, false)]
    [InlineData(DecoderArchitecture.Qwen3Moe, true)]
    public void Exported_files_and_the_view_give_the_logits_of_the_tape(DecoderArchitecture architecture, bool isTied)
    {
        var vocabulary = BpeTrainer.Train(
            ["ab ab ab cd cd cd"],
            new BpeTrainingOptions
            {
                VocabularySize = 262,
                SpecialTokens = ["<s>"],
                EosToken = "<s>",
            }
        );
        var decoder = new Decoder(
            new DecoderConfig
            {
                Architecture = architecture,
                VocabularySize = 262,
                ContextLength = 32,
                Width = 32,
                Layers = 2,
                Heads = 4,
                KvHeads = 2,
                HeadDim = 8,
                FeedForward = 48,
                Experts = architecture == DecoderArchitecture.Qwen3Moe ? 6 : 0,
                ExpertsUsed = architecture == DecoderArchitecture.Qwen3Moe ? 2 : 0,
                TieEmbeddings = isTied,
            }
        );
        decoder.Initialize(seed: 7);
        var random = new Random(1);
        foreach (var parameter in decoder.Parameters)
        {
            foreach (ref float value in parameter.Values)
                value += (random.NextSingle() - 0.5f) * 0.3f;
        }
        var files = TokenizerFiles.Of(vocabulary);
        using var backend = new CpuBackend(threads: 2);
        float[] expected = TapeLogits(decoder, backend);
        var folder = Directory.CreateTempSubdirectory("tern-export-");
        try
        {
            string gguf = Path.Combine(folder.FullName, "model.gguf");
            string directory = Path.Combine(folder.FullName, "model");
            var export = DecoderExport.Of(decoder, "tiny", files);
            export.WriteGguf(gguf, GgufFileType.F32);
            export.WriteHuggingFace(directory, DType.F32);
            foreach (
                var open in (Func<ModelFile>[])
                    [
                        () => DecoderExport.View(decoder, "tiny", files),
                        () => ModelFile.Open(gguf),
                        () => ModelFile.Open(directory),
                    ]
            )
            {
                using var file = open();
                float[] found = ModelLogits(file, backend);
                Assert.True(
                    expected.AsSpan().SequenceEqual(found),
                    $"{file.Path} differs by up to {expected.Zip(found).Max(pair => Math.Abs(pair.First - pair.Second))}"
                );
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static float[] TapeLogits(Decoder decoder, CpuBackend backend)
    {
        using var pool = new TensorPool();
        using var tape = new Tape(backend, pool) { IsRecording = false };
        int[] all = [.. Enumerable.Range(0, Tokens.Length)];
        return decoder.Forward(tape, new TokenBatch([Tokens]), all).Values.ToArray();
    }

    private static float[] ModelLogits(ModelFile file, CpuBackend backend)
    {
        using var model = ModelLoader.Load(file, backend);
        using var cache = model.CreateCache(blocks: 1, blockSize: 16, DType.F32);
        int[] all = [.. Enumerable.Range(0, Tokens.Length)];
        var logits = new float[Tokens.Length * model.Config.VocabularySize];
        var input = new ForwardInput
        {
            Tokens = Tokens,
            Positions = all,
            Slots = all,
            Sequences = new[] { new AttentionSequence(0, Tokens.Length, Tokens.Length, 0) },
            BlockTables = new[] { 0 },
            OutputRows = all,
        };
        model.Forward(input, cache, logits);
        return logits;
    }
}
