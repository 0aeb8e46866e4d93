// Weights that change under an engine: what it answers afterwards is what a new engine would.
using Tern.Engine;
using Tern.Engine.Requests;
using Tern.Engine.Sampling;
using Tern.Kernels.Cpu;
using Tern.Tensors;
using Tern.Training.Export;
using Tern.Training.Language;

namespace Tern.Training.Tests.Language;

public sealed class WeightUpdateTests : IDisposable
{
    private static readonly EngineOptions s_options = new()
    {
        KvCacheType = DType.F32,
        KvCacheBytes = 1 << 20,
        BlockSize = 4,
        EnablePrefixCaching = true,
    };

    private readonly CpuBackend _backend = new(2);

    public static TheoryData<DecoderArchitecture, bool> Architectures => TinyDecoders.All;

    public void Dispose() => _backend.Dispose();

    [Theory]
    [MemberData(nameof(Architectures))]
    public async Task An_engine_with_new_weights_answers_bitwise_as_one_that_began_with_them(
        DecoderArchitecture architecture,
        bool isTied
    )
    {
        var config = TinyDecoders.Config(architecture, isTied, TinyDecoders.Vocabulary);
        var decoder = TinyDecoders.Create(config, seed: 1);
        using var file = DecoderExport.View(decoder, "tiny", TinyDecoders.Tokenizer);
        await using var engine = LlmEngine.Load(file, _backend, s_options);
        var old = await AnswerAsync(engine);
        Assert.Equal(0, old.Version);
        Assert.Equal(1, await engine.UpdateWeightsAsync(() => Copy(TinyDecoders.Create(config, seed: 2), decoder)));
        var now = await AnswerAsync(engine);
        Assert.Equal(1, now.Version);

        var other = TinyDecoders.Create(config, seed: 2);
        using var otherFile = DecoderExport.View(other, "tiny", TinyDecoders.Tokenizer);
        using var otherBackend = new CpuBackend(2);
        await using var expected = LlmEngine.Load(otherFile, otherBackend, s_options);
        var fresh = await AnswerAsync(expected);
        Assert.Equal(fresh.Tokens, now.Tokens);
        Assert.Equal(fresh.Scores, now.Scores);
        Assert.NotEqual(old.Scores, now.Scores);

        Assert.Equal(2, await engine.UpdateWeightsAsync(() => Copy(TinyDecoders.Create(config, seed: 1), decoder)));
        Assert.Equal(old.Scores, (await AnswerAsync(engine)).Scores);
    }

    [Fact]
    public async Task Weights_do_not_change_under_requests_that_run_but_as_soon_as_they_have_ended()
    {
        var decoder = TinyDecoders.Create(Config());
        using var file = DecoderExport.View(decoder, "tiny", TinyDecoders.Tokenizer);
        await using var engine = LlmEngine.Load(file, _backend, s_options);
        using var patience = new CancellationTokenSource();
        var request = Request() with { Sampling = Request().Sampling with { MaxTokens = 48 } };
        bool isChanged = false;
        await using (var outputs = engine.GenerateAsync(request, patience.Token).GetAsyncEnumerator(patience.Token))
        {
            // The update that the first one waits behind keeps the engine's thread until both messages are there.
            using var both = new ManualResetEventSlim();
            var gate = engine.UpdateWeightsAsync(() => both.Wait());
            var first = outputs.MoveNextAsync();
            var refused = engine.UpdateWeightsAsync(() => isChanged = true);
            both.Set();
            await gate;
            var error = await Assert.ThrowsAsync<WeightsInUseException>(() => refused);
            Assert.Contains("1 are running", error.Message, StringComparison.Ordinal);
            Assert.True(await first);
            Assert.Equal(1, outputs.Current.WeightsVersion);
        }
        Assert.False(isChanged);
        Assert.Equal(2, await engine.UpdateWeightsAsync(() => isChanged = true));
        Assert.True(isChanged);
    }

    [Fact]
    public async Task A_change_that_fails_reaches_its_caller_and_the_engine_goes_on()
    {
        var decoder = TinyDecoders.Create(Config());
        using var file = DecoderExport.View(decoder, "tiny", TinyDecoders.Tokenizer);
        await using var engine = LlmEngine.Load(file, _backend, s_options);
        var before = await AnswerAsync(engine);
        await Assert.ThrowsAsync<FormatException>(() => engine.UpdateWeightsAsync(() => throw new FormatException()));
        var after = await AnswerAsync(engine);
        Assert.Equal(before.Scores, after.Scores);
        Assert.Equal(1, after.Version);
    }

    [Fact]
    public async Task An_engine_that_has_ended_takes_no_weights()
    {
        var decoder = TinyDecoders.Create(Config());
        using var file = DecoderExport.View(decoder, "tiny", TinyDecoders.Tokenizer);
        var engine = LlmEngine.Load(file, _backend, s_options);
        await engine.DisposeAsync();
        var error = await Assert.ThrowsAsync<RequestRejectedException>(() => engine.UpdateWeightsAsync(() => { }));
        Assert.Equal(RejectionReason.ShuttingDown, error.Reason);
    }

    private static DecoderConfig Config() =>
        TinyDecoders.Config(DecoderArchitecture.Llama, isTied: true, TinyDecoders.Vocabulary);

    private static void Copy(Decoder from, Decoder to)
    {
        foreach (var (source, target) in from.Parameters.Zip(to.Parameters))
            source.Values.CopyTo(target.Values);
    }

    private static GenerationRequest Request() =>
        new()
        {
            // Longer than blocks, so that a prefix would be found again.
            Prompt = TinyDecoders.Tokens(14, TinyDecoders.Vocabulary, seed: 5),
            Sampling = new SamplingParams
            {
                Seed = 1,
                MaxTokens = 12,
                Logprobs = 0,
                IgnoreEos = true,
            },
        };

    private static async Task<Answer> AnswerAsync(LlmEngine engine)
    {
        var answer = new Answer([], [], 0);
        await foreach (var output in engine.GenerateAsync(Request()))
        {
            answer.Tokens.AddRange(output.Tokens);
            answer.Scores.AddRange((output.Logprobs ?? []).Select(entry => entry.Logprob));
            answer = answer with { Version = output.WeightsVersion };
        }
        Assert.Equal(12, answer.Scores.Count);
        return answer;
    }

    private sealed record Answer(List<int> Tokens, List<float> Scores, long Version);
}
