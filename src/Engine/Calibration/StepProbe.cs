// Owns the running of a step that nobody asked for: the real network and sampler over keys and values that mean nothing.
using Tern.Engine.Sampling;
using Tern.Kernels;
using Tern.Models;
using Tern.Models.KvCache;

namespace Tern.Engine.Calibration;

/// <summary>Makes steps as the engine makes them: one forward pass, then a token chosen for every row of logits.</summary>
internal sealed class StepProbe : IDisposable
{
    private readonly CausalModel _model;
    private readonly PagedKvCache _cache;
    private readonly Sampler _sampler;
    private readonly SamplingParams _sampling;
    private readonly int[] _history;
    private float[] _logits = [];

    /// <param name="model">The network; must outlive the probe.</param>
    /// <param name="cache">Scratch; owned from here on.</param>
    /// <param name="sampler">As the engine's.</param>
    /// <param name="sampling">What a request without wishes gets.</param>
    public StepProbe(CausalModel model, PagedKvCache cache, Sampler sampler, SamplingParams sampling)
    {
        (_model, _cache, _sampler, _sampling) = (model, cache, sampler, sampling);
        _history = [.. Tokens(model.Config.ContextLength)];
        // Written once, or every page would be the system's one page of zeros, and the processor's caches would answer.
        for (var block = 0; block < cache.BlockCount; block++)
            cache.Block(block).Clear();
    }

    /// <summary>Sets a step up; its blocks must fit the cache. What is returned runs it.</summary>
    public Action Prepare(CalibrationStep step)
    {
        var rows = step.Chunk + step.Sequences;
        var (positions, slots) = (new int[rows], new int[rows]);
        var sequences = new List<AttentionSequence>();
        var (row, block) = (0, 0);
        if (step.Chunk > 0)
            Add(step.Chunk, step.After + step.Chunk);
        for (var i = 0; i < step.Sequences; i++)
            Add(1, step.Context);
        var input = new ForwardInput
        {
            Tokens = Tokens(rows).ToArray(),
            Positions = positions,
            Slots = slots,
            Sequences = sequences.ToArray(),
            BlockTables = Enumerable.Range(0, block).ToArray(),
            OutputRows = Enumerable.Range(step.Chunk, step.Sequences).ToArray(),
        };
        var length = checked(step.Sequences * _model.Config.VocabularySize);
        if (_logits.Length < length)
            _logits = new float[length];
        return () =>
        {
            _model.Forward(input, _cache, _logits.AsSpan(0, length));
            Sample(step);
        };

        // Every sequence has its own run of blocks.
        void Add(int count, int context)
        {
            sequences.Add(new AttentionSequence(row, count, context, block));
            for (var position = context - count; position < context; position++, row++)
                (positions[row], slots[row]) = (position, block * _cache.BlockSize + position);
            block += (int)CalibrationStep.BlocksOf(context, _cache.BlockSize);
        }
    }

    /// <summary>Frees the cache.</summary>
    public void Dispose() => _cache.Dispose();

    private void Sample(CalibrationStep step)
    {
        var width = _model.Config.VocabularySize;
        for (var i = 0; i < step.Sequences; i++)
            _sampler.Sample(
                _logits.AsSpan(i * width, width),
                new SamplingContext
                {
                    Parameters = _sampling,
                    History = _history.AsSpan(0, step.Context),
                    PromptLength = 0,
                    Seed = 1,
                    AnswerIndex = i,
                }
            );
    }

    /// <summary>Scattered over the vocabulary.</summary>
    private IEnumerable<int> Tokens(int count) =>
        Enumerable.Range(0, count).Select(i => (int)((i + 1) * 7919L % _model.Config.VocabularySize));
}
