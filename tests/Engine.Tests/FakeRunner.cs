// Owns a model runner that computes nothing: tests say which token comes next, what goes wrong and how long it takes.
using Tern.Engine.Execution;
using Tern.Scheduling;

namespace Tern.Engine.Tests;

internal sealed class FakeRunner(int vocabulary, Func<Sequence, int> next) : IModelRunner
{
    private float[] _logits = [];

    /// <summary>Called with every batch, before logits are made; may throw.</summary>
    public Action<Batch>? OnRun { get; set; }

    /// <summary>Whose logits are not finite.</summary>
    public Func<Sequence, bool>? Corrupts { get; set; }

    public int VocabularySize => vocabulary;

    public ReadOnlySpan<float> Run(Batch batch)
    {
        OnRun?.Invoke(batch);
        int rows = 0;
        foreach (var item in batch.Items)
            rows += item.WantsLogits ? 1 : 0;
        if (_logits.Length < rows * vocabulary)
            _logits = new float[rows * vocabulary];
        var logits = _logits.AsSpan(0, rows * vocabulary);
        logits.Clear();
        int row = 0;
        foreach (var item in batch.Items)
        {
            if (!item.WantsLogits)
                continue;
            logits[row * vocabulary + next(item.Sequence)] = Corrupts?.Invoke(item.Sequence) is true ? float.NaN : 5;
            row++;
        }
        return logits;
    }

    public void Dispose() { }
}
