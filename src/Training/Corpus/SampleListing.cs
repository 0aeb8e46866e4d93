// Owns showing the corpus to a person.
using System.Globalization;
using System.Text;

namespace Tern.Training.Corpus;

/// <summary>Prints samples and the mix they are drawn by.</summary>
public static class SampleListing
{
    /// <summary>Writes some samples as the model sees them, one after another.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="generator">The corpus.</param>
    /// <param name="first">Index of the first sample.</param>
    /// <param name="count">How many.</param>
    public static void WriteSamples(TextWriter writer, CorpusGenerator generator, ulong first, int count)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(generator);
        for (ulong index = first; index < first + (ulong)count; index++)
        {
            var sample = generator[index];
            writer.WriteLine($"#{index.ToString(CultureInfo.InvariantCulture)} {sample.Kind}");
            writer.WriteLine(SampleRenderer.Render(sample).Text);
        }
    }

    /// <summary>
    /// Writes a row for each kind: its share of samples and tokens, and tokens a sample, estimated from some samples. A token is
    /// taken as a word, a digit, a mark or a special token, which a small vocabulary trained on this corpus comes close to.
    /// </summary>
    /// <param name="writer">Where to.</param>
    /// <param name="generator">The corpus.</param>
    /// <param name="samples">How many samples to look at.</param>
    public static void WriteMix(TextWriter writer, CorpusGenerator generator, int samples)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(generator);
        var counts = new long[CorpusMix.Table.Count];
        var tokens = new long[CorpusMix.Table.Count];
        var learned = new long[CorpusMix.Table.Count];
        for (ulong index = 0; index < (ulong)samples; index++)
        {
            var sample = generator[index];
            var rendered = SampleRenderer.Render(sample);
            counts[(int)sample.Kind]++;
            tokens[(int)sample.Kind] += EstimateTokens(rendered.Text);
            foreach (var span in rendered.Learned)
                learned[(int)sample.Kind] += EstimateTokens(rendered.Text.AsSpan(span.Start, span.End - span.Start));
        }
        writer.WriteLine("kind          samples %  tokens %  tokens a sample  learned a sample");
        foreach (var row in CorpusMix.Table)
        {
            int kind = (int)row.Kind;
            var line = new StringBuilder();
            line.Append(CultureInfo.InvariantCulture, $"{row.Kind, -14}{row.Weight / 10.0, 9:F1}");
            line.Append(CultureInfo.InvariantCulture, $"{100.0 * tokens[kind] / Math.Max(1, tokens.Sum()), 10:F1}");
            line.Append(CultureInfo.InvariantCulture, $"{(double)tokens[kind] / Math.Max(1, counts[kind]), 17:F1}");
            line.Append(CultureInfo.InvariantCulture, $"{(double)learned[kind] / Math.Max(1, counts[kind]), 18:F1}");
            writer.WriteLine(line);
        }
        writer.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"all: {(double)tokens.Sum() / Math.Max(1, samples):F1} tokens a sample"
            )
        );
    }

    /// <summary>An estimate of the tokens of a text: words, digits, marks and special tokens.</summary>
    public static int EstimateTokens(ReadOnlySpan<char> text)
    {
        int count = 0;
        for (int i = 0; i < text.Length; )
        {
            if (text[i..].StartsWith("<|") && text[i..].IndexOf("|>") is >= 0 and var end)
                i += end + 2;
            else if (char.IsAsciiLetter(text[i]))
            {
                while (i < text.Length && char.IsAsciiLetter(text[i]))
                    i++;
            }
            else if (text[i++] == ' ')
                continue;
            count++;
        }
        return count;
    }
}
