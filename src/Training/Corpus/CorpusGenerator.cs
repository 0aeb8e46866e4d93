// Owns the corpus: a function from seed and index to a sample.
namespace Tern.Training.Corpus;

/// <summary>
/// The training corpus of the built-in model. Sample number i of a seed is always the same, whoever asks and in whatever order,
/// so it is never stored and can be sharded at will. What <c>HeldOut</c> keeps back never appears.
/// </summary>
/// <param name="seed">Names one corpus among the possible ones.</param>
public sealed class CorpusGenerator(ulong seed)
{
    private static readonly int[] s_weights = [.. CorpusMix.Table.Select(row => row.Weight)];

    /// <summary>The sample at a place; any index is one.</summary>
    public Sample this[ulong index]
    {
        get
        {
            var random = new CorpusRandom(seed, index);
            return CorpusMix.Table[random.Weighted(s_weights)].Draw(random, false);
        }
    }
}
