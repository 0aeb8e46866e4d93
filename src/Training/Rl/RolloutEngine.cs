// Owns the engine that answers during reinforcement learning: the very weights being trained, in process.
using Tern.Engine;
using Tern.Engine.Requests;
using Tern.Engine.Sampling;
using Tern.Formats;
using Tern.Kernels;
using Tern.Tensors;
using Tern.Tokenizers;
using Tern.Training.Corpus;
using Tern.Training.Export;
using Tern.Training.Language;
using Tern.Training.Rl.Tasks;
using Tern.Training.Runs;

namespace Tern.Training.Rl;

/// <summary>
/// Answers with the weights as they are, which change through it alone. Same kernels, float32 throughout: what it says of a
/// token's probability is bitwise what the trainer finds. Its answers depend on seed,
/// prompt and sample alone, never on what else is being answered.
/// </summary>
public sealed class RolloutEngine : IAsyncDisposable
{
    private readonly IRlTask _task;
    private readonly ModelFile _view;
    private readonly LlmEngine _engine;
    private readonly long _firstVersion;
    private long _version;
    private readonly ulong _seed;
    private long _generated;

    /// <param name="task">Whose prompts.</param>
    /// <param name="decoder">The weights; while the engine lives they change through <see cref="UpdateAsync"/> alone.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="backend">Computes; while the engine lives nobody else may use it but in <see cref="UpdateAsync"/>.</param>
    /// <param name="version">Of the weights as they are now; every change adds 1.</param>
    /// <param name="seed">Of the answers.</param>
    public RolloutEngine(
        IRlTask task,
        Decoder decoder,
        TokenizerFiles tokenizer,
        ITrainingBackend backend,
        long version,
        ulong seed
    )
    {
        _task = task;
        _firstVersion = _version = version;
        _seed = seed;
        _view = DecoderExport.View(decoder, "policy", tokenizer);
        var options = new EngineOptions
        {
            KvCacheType = DType.F32,
            KvCacheBytes = 64 << 20,
            MaxSequences = 256,
            MaxBatchTokens = 1024,
            MaxQueue = 1 << 16,
            // A version of the weights answers a prompt once, and what a group shares is shared anyway.
            EnablePrefixCaching = false,
        };
        _engine = LlmEngine.Load(_view, backend, options);
    }

    /// <summary>Tokens generated so far, those of broken-off answers included.</summary>
    public long GeneratedTokens => Interlocked.Read(ref _generated);

    /// <summary>Answers a prompt several times.</summary>
    /// <param name="prompt">Its number.</param>
    /// <param name="count">Answers.</param>
    /// <param name="unfinished">Answers that were broken off earlier, which go on; by sample, or null.</param>
    /// <param name="cancellation">Breaks off: what there is by then comes back.</param>
    public async Task<IReadOnlyList<Rollout>> AnswerAsync(
        int prompt,
        int count,
        IReadOnlyList<Rollout>? unfinished,
        CancellationToken cancellation
    )
    {
        var tokens = _engine.Tokenizer.Encode(ChatFormat.Begin + _task.Prompt(prompt), addSpecial: false);
        if (unfinished is null)
            return await ContinueAsync(First(prompt, tokens, count), cancellation);
        var answers = await Task.WhenAll(unfinished.Select(rollout => ContinueAsync([rollout], cancellation)));
        return [.. answers.SelectMany(answer => answer)];
    }

    /// <summary>Changes the weights, when no answer is in progress.</summary>
    /// <param name="change">Changes the parameters; may compute with the backend.</param>
    public async Task UpdateAsync(Action change) => _version = _firstVersion + await _engine.UpdateWeightsAsync(change);

    /// <summary>The most probable answer.</summary>
    public async Task<string> GreedyAsync(int prompt)
    {
        var request = new GenerationRequest
        {
            Prompt = _engine.Tokenizer.Encode(ChatFormat.Begin + _task.Prompt(prompt), addSpecial: false),
            Sampling = new SamplingParams { Temperature = 0, MaxTokens = _task.MaxAnswerTokens },
        };
        string text = "";
        await foreach (var output in _engine.GenerateAsync(request))
            text += output.Text;
        return text;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _engine.DisposeAsync();
        _view.Dispose();
    }

    private static List<Rollout> First(int prompt, IReadOnlyList<int> tokens, int count) =>
        [
            .. Enumerable
                .Range(0, count)
                .Select(sample => new Rollout
                {
                    Prompt = prompt,
                    Sample = sample,
                    PromptTokens = tokens,
                    Tokens = [],
                    LogProbabilities = [],
                    Versions = [],
                    Text = "",
                    IsWhole = false,
                }),
        ];

    /// <summary>Goes on with answers of one length, as one request of several answers.</summary>
    private async Task<IReadOnlyList<Rollout>> ContinueAsync(List<Rollout> begun, CancellationToken cancellation)
    {
        var first = begun[0];
        if (first.IsWhole || first.Tokens.Count >= _task.MaxAnswerTokens)
            return begun;
        var parts = begun.ConvertAll(rollout => new Part(rollout));
        var request = new GenerationRequest
        {
            Prompt = [.. first.PromptTokens, .. first.Tokens],
            Sampling = new SamplingParams
            {
                N = begun.Count,
                Logprobs = 0,
                FirstAnswer = first.Sample,
                AnsweredTokens = first.Tokens.Count,
                MaxTokens = _task.MaxAnswerTokens - first.Tokens.Count,
                Seed = SeedOf(first),
            },
        };
        try
        {
            await foreach (var output in _engine.GenerateAsync(request, cancellation))
            {
                parts[output.Index].Add(output, _firstVersion + output.WeightsVersion);
                Interlocked.Add(ref _generated, output.Tokens.Count);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // What arrived by now is what there is.
        }
        return parts.ConvertAll(part => part.End(_engine.Tokenizer));
    }

    /// <summary>That of the weights an answer began under, so that it goes on with the numbers it would have had.</summary>
    private ulong SeedOf(Rollout rollout)
    {
        long version = rollout.Versions.Count > 0 ? rollout.Versions[0] : _version;
        ulong key = _seed;
        foreach (ulong part in (ReadOnlySpan<ulong>)[(ulong)version, (ulong)rollout.Prompt])
            key = (key ^ part) * 0x9e3779b97f4a7c15 + (key >> 29);
        return key;
    }

    /// <summary>An answer that grows.</summary>
    private sealed class Part(Rollout begun)
    {
        private readonly List<int> _tokens = [.. begun.Tokens];
        private readonly List<float> _logProbabilities = [.. begun.LogProbabilities];
        private readonly List<long> _versions = [.. begun.Versions];
        private bool _isWhole;

        /// <summary>The text is that of all tokens: a character may have been broken off in its middle.</summary>
        public Rollout End(Tokenizer tokenizer) =>
            begun with
            {
                Tokens = _tokens,
                LogProbabilities = _logProbabilities,
                Versions = _versions,
                Text = tokenizer.Decode(_tokens, skipSpecial: true),
                IsWhole = _isWhole,
            };

        public void Add(GenerationOutput output, long version)
        {
            _tokens.AddRange(output.Tokens);
            foreach (var token in output.Logprobs ?? [])
            {
                _logProbabilities.Add(token.Logprob);
                _versions.Add(version);
            }
            _isWhole = output.Finish == FinishReason.Stop;
        }
    }
}
