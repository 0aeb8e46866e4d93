// Owns the proof that the check tells rounding from another network.
using Tern.Cli.Evaluation;

namespace Tern.Peers.Tests;

public sealed class LogitsComparisonTests
{
    [Theory]
    [InlineData(0, false, true)]
    [InlineData(0.001, false, true)]
    [InlineData(0.03, false, false)]
    [InlineData(0.03, true, true)]
    [InlineData(0.3, true, false)]
    public void Rounding_is_allowed_where_activations_are_rounded(double noise, bool isRounded, bool isSame)
    {
        var found = LogitsComparison.Of(new Fake(0), new Fake(noise), positions: 8, isRounded);
        Assert.Equal(isSame, found.IsSameNetwork);
        Assert.Equal(noise * noise, found.Error, noise * noise / 2 + 1e-9);
        Assert.Contains(isSame ? "the same network" : "DIFFER", found.Text(), StringComparison.Ordinal);
    }

    /// <summary>Logits of variance 1, some of them disturbed.</summary>
    private sealed class Fake(double noise) : IContender, ISequences
    {
        public string Description => "";

        public int VocabularySize => 1000;

        public ISequences Sequences(int count, int capacity) => this;

        public void Truncate(int length) { }

        public ReadOnlySpan<float> Append(ReadOnlySpan<int> tokens, OutputRows wanted)
        {
            var random = new Random(1);
            var logits = new float[tokens.Length * VocabularySize];
            for (int i = 0; i < logits.Length; i++)
            {
                double value = (random.NextDouble() - 0.5) * Math.Sqrt(12);
                logits[i] = (float)(value + noise * (i % 2 == 0 ? 1 : -1));
            }
            return logits;
        }

        public void Rest() { }

        public void Dispose() { }
    }
}
