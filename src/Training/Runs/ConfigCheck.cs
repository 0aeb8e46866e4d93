// Owns which numbers of a configuration can be right. The network's own are DecoderConfig's.
using System.Globalization;

namespace Tern.Training.Runs;

internal static class ConfigCheck
{
    /// <exception cref="ConfigException">A number is out of range; the message names its key.</exception>
    public static void Check(TrainingConfig config)
    {
        Require(IsFileName(config.Name), "name", config.Name, "a name that a file can have");
        Require(config.Steps >= 1, "steps", config.Steps, "at least 1");
        Require(config.BatchTokens >= 1, "batchTokens", config.BatchTokens, "at least 1");
        Require(config.MicroBatchTokens >= 1, "microBatchTokens", config.MicroBatchTokens, "at least 1");
        Require(config.CheckpointEvery >= 1, "checkpointEvery", config.CheckpointEvery, "at least 1");
        Require(config.ValidateEvery >= 0, "validateEvery", config.ValidateEvery, "at least 1, or 0 for never");
        Require(config.Tokenizer.Samples >= 1, "tokenizer.samples", config.Tokenizer.Samples, "at least 1");
        Require(config.Data.Files.Count >= 1, "data.files", "[]", "one file or more, or [\"builtin\"]");
        int kept = config.Data.ValidationSamples;
        Require(kept >= 0, "data.validationSamples", kept, "0 or more");
        CheckOptimizer(config.Optimizer, "optimizer");
        CheckModel(config.Model, config.Tokenizer.VocabularySize);
    }

    /// <exception cref="ConfigException">A number is out of range; the message names its key.</exception>
    public static void CheckOptimizer(TrainingConfig.OptimizerSection optimizer, string key)
    {
        Number(optimizer.LearningRate, $"{key}.learningRate", isShare: false);
        Require(optimizer.LearningRate > 0, $"{key}.learningRate", optimizer.LearningRate, "above 0");
        Require(optimizer.WarmupSteps >= 0, $"{key}.warmupSteps", optimizer.WarmupSteps, "0 or more");
        Number(optimizer.FinalShare, $"{key}.finalShare", isShare: true);
        Number(optimizer.DecayShare, $"{key}.decayShare", isShare: true);
        Number(optimizer.WeightDecay, $"{key}.weightDecay", isShare: false);
        Number(optimizer.Beta1, $"{key}.beta1", isShare: true);
        Number(optimizer.Beta2, $"{key}.beta2", isShare: true);
        Require(optimizer.Beta1 < 1, $"{key}.beta1", optimizer.Beta1, "below 1");
        Require(optimizer.Beta2 < 1, $"{key}.beta2", optimizer.Beta2, "below 1");
        Number(optimizer.Momentum, $"{key}.momentum", isShare: true);
        Number(optimizer.Clip, $"{key}.clip", isShare: false);
    }

    /// <exception cref="ConfigException">The numbers contradict each other.</exception>
    public static void CheckModel(TrainingConfig.ModelSection model, int vocabularySize)
    {
        try
        {
            model.With(vocabularySize);
        }
        catch (ArgumentException error)
        {
            throw new ConfigException("model", error.Message, error);
        }
    }

    public static bool IsFileName(string name) =>
        name.Length > 0 && name is not ("." or "..") && name.IndexOfAny(Path.GetInvalidFileNameChars()) < 0;

    /// <exception cref="ConfigException">It does not hold.</exception>
    public static void Require(bool holds, string key, object value, string valid)
    {
        if (!holds)
            throw new ConfigException(
                key,
                string.Create(CultureInfo.InvariantCulture, $"is {value}; it must be {valid}")
            );
    }

    private static void Number(float value, string key, bool isShare) =>
        Require(
            float.IsFinite(value) && value >= 0 && (!isShare || value <= 1),
            key,
            value,
            isShare ? "from 0 to 1" : "0 or more"
        );
}
