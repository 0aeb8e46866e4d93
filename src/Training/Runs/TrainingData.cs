// Owns the preparation of a run's data: documents, the tokenizer trained on them, and the part kept for validation.
using Tern.Formats.HuggingFace;
using Tern.Tokenizers;
using Tern.Training.Corpus;
using Tern.Training.Data;

namespace Tern.Training.Runs;

/// <summary>What a run learns from.</summary>
internal sealed record TrainingData
{
    /// <summary>Generated samples from here on are for validation; no run gets that far.</summary>
    private const ulong ValidationStart = 1UL << 48;

    public required Tokenizer Tokenizer { get; init; }

    public required TokenizerFiles Files { get; init; }

    public required IExampleSource Training { get; init; }

    public required IReadOnlyList<TrainingExample> Validation { get; init; }

    public static TrainingData Open(TrainingConfig config, string dataFolder, string folder)
    {
        bool isBuiltin = config.Data.Files is ["builtin"];
        var corpus = new CorpusGenerator(config.Seed);
        var documents = isBuiltin
            ? []
            : DataFiles.Read(config.Data.Files.Select(file => Path.Combine(dataFolder, file)));
        var texts = isBuiltin
            ? Enumerable.Range(0, config.Tokenizer.Samples).Select(i => SampleRenderer.Render(corpus[(ulong)i]).Text)
            : documents.Take(config.Tokenizer.Samples).Select(document => document.Rendered.Text);
        var files = ReadOrTrain(config, folder, texts);
        var tokenizer = TokenizerFactory.FromTokenizerJson(files.TokenizerJson, files.ConfigJson);
        if (isBuiltin)
        {
            var examples = new CorpusExamples(corpus, tokenizer, config.Model.ContextLength);
            return new TrainingData
            {
                Tokenizer = tokenizer,
                Files = files,
                Training = examples,
                Validation = [.. Numbers(config).Select(i => examples.Read((long)(ValidationStart + (ulong)i)))],
            };
        }
        var all = new FileExamples(documents, tokenizer, config.Model.ContextLength);
        if (all.Count < (config.Data.ValidationSamples == 0 ? 1 : 2))
            throw new DataException(
                string.Join(", ", config.Data.Files),
                0,
                config.Data.ValidationSamples == 0
                    ? "holds nothing to learn from"
                    : "holds a single sequence, which cannot be learned from and validated on; set data.validationSamples to 0"
            );
        if (config.Data.ValidationSamples == 0)
            return new TrainingData
            {
                Tokenizer = tokenizer,
                Files = files,
                Training = all,
                Validation = [],
            };
        long period = Math.Max(2, all.Count / config.Data.ValidationSamples);
        var kept = new ExampleRange(all, period, isValidation: true);
        return new TrainingData
        {
            Tokenizer = tokenizer,
            Files = files,
            Training = new ExampleRange(all, period, isValidation: false),
            Validation = [.. Numbers(config).Where(i => i < kept.Count).Select(i => kept.Read(i))],
        };
    }

    private static IEnumerable<int> Numbers(TrainingConfig config) =>
        Enumerable.Range(0, config.Data.ValidationSamples);

    private static TokenizerFiles ReadOrTrain(TrainingConfig config, string folder, IEnumerable<string> texts)
    {
        string json = Path.Combine(folder, HuggingFaceDirectory.TokenizerName);
        string configJson = Path.Combine(folder, HuggingFaceDirectory.TokenizerConfigName);
        // One without a run is of a configuration that could not begin.
        if (RunFolder.IsClaimed(folder) && File.Exists(json) && File.Exists(configJson))
            return new TokenizerFiles(File.ReadAllText(json), File.ReadAllText(configJson));
        var files = TokenizerFiles.Of(
            ChatVocabulary.Train(texts, config.Tokenizer.VocabularySize, ChatFormat.Template)
        );
        RunFolder.WriteText(configJson, files.ConfigJson);
        RunFolder.WriteText(json, files.TokenizerJson);
        return files;
    }
}
