// Owns the whole way of a file: opened, built, templated, asked for tokens.
using Tern.Engine;
using Tern.Engine.Requests;
using Tern.Engine.Sampling;
using Tern.Formats;
using Tern.Tokenizers;
using Tern.Tokenizers.Chat;

namespace Tern.Conformance.Tests;

internal static class HostileFile
{
    /// <summary>Whether an exception is one of those that tell a user what is wrong.</summary>
    public static bool IsRefusal(Exception failure) =>
        failure
            is ModelFormatException
                or TokenizerFormatException
                or ChatTemplateException
                or RequestRejectedException
                or EngineStartException
                or StepFailedException
                or SamplingException;

    public static async Task UseAsync(string path)
    {
        await using var engine = LlmEngine.Load(
            path,
            new EngineOptions
            {
                Threads = 1,
                KvCacheBytes = 1 << 22,
                MaxSequences = 2,
                MaxBatchTokens = 64,
            }
        );
        if (engine.ChatTemplate is { } template)
            template.Render(new ChatTemplateInput { Messages = [], Now = DateTimeOffset.UnixEpoch });
        _ = engine.Tokenizer.Encode("Once upon a time, 1234 <s> \u00e9\ud83d\ude00");
        var request = new GenerationRequest
        {
            Prompt = [1, 2, 3],
            Sampling = new SamplingParams { Temperature = 0, MaxTokens = 4 },
        };
        await foreach (var output in engine.GenerateAsync(request))
        {
            foreach (int token in output.Tokens)
                Assert.InRange(token, 0, engine.Info.VocabularySize - 1);
        }
    }
}
