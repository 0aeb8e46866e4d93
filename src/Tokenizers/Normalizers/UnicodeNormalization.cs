// Owns Unicode normalization forms (Unicode Standard Annex 15). The process runs with invariant globalization, in which
// .NET's string.Normalize leaves text as it is; so the decompositions travel with this assembly.
using System.Globalization;
using System.Text;

namespace Tern.Tokenizers.Normalizers;

/// <summary>Normalizes text to NFC, NFD, NFKC or NFKD.</summary>
internal static class UnicodeNormalization
{
    private const int HangulFirst = 0xAC00;
    private const int HangulCount = 11172;
    private const int LeadFirst = 0x1100;
    private const int LeadCount = 19;
    private const int VowelFirst = 0x1161;
    private const int VowelCount = 21;
    private const int TrailFirst = 0x11A7;
    private const int TrailCount = 28;

    private static readonly Lazy<UnicodeTables> Tables = new(UnicodeTables.Load);

    /// <summary>The text in the form.</summary>
    public static string Normalize(string text, NormalizationForm form)
    {
        if (Ascii.IsValid(text))
            return text;
        bool compatible = form is NormalizationForm.FormKC or NormalizationForm.FormKD;
        var points = Decompose(text, compatible);
        Reorder(points);
        if (form is NormalizationForm.FormC or NormalizationForm.FormKC)
            Compose(points);
        var result = new StringBuilder(text.Length);
        Span<char> units = stackalloc char[2];
        foreach (int point in points)
        {
            if (point <= char.MaxValue)
                result.Append((char)point);
            else
                result.Append(units[..new Rune(point).EncodeToUtf16(units)]);
        }
        return result.ToString();
    }

    private static List<int> Decompose(string text, bool compatible)
    {
        var points = new List<int>(text.Length + 16);
        for (int i = 0; i < text.Length; )
        {
            int length = 1;
            int point = text[i];
            if (
                char.IsSurrogate(text[i])
                && Rune.DecodeFromUtf16(text.AsSpan(i), out var rune, out length) == System.Buffers.OperationStatus.Done
            )
                point = rune.Value;
            Decompose(point, compatible, points);
            i += length;
        }
        return points;
    }

    private static void Decompose(int point, bool compatible, List<int> points)
    {
        var tables = Tables.Value;
        int syllable = point - HangulFirst;
        if (syllable is >= 0 and < HangulCount)
        {
            points.Add(LeadFirst + (syllable / (VowelCount * TrailCount)));
            points.Add(VowelFirst + (syllable % (VowelCount * TrailCount) / TrailCount));
            if (syllable % TrailCount != 0)
                points.Add(TrailFirst + (syllable % TrailCount));
        }
        else if (compatible && tables.Compatible.TryGetValue(point, out int[]? full))
        {
            points.AddRange(full);
        }
        else if (tables.Canonical.TryGetValue(point, out int[]? parts))
        {
            // Pairs decompose further; the table holds no cycle because it is generated from full decompositions.
            foreach (int part in parts)
                Decompose(part, compatible, points);
        }
        else
        {
            points.Add(point);
        }
    }

    private static void Reorder(List<int> points)
    {
        var classes = Tables.Value.CombiningClasses;
        for (int i = 0; i < points.Count; i++)
        {
            if (!classes.ContainsKey(points[i]))
                continue;
            int end = i + 1;
            while (end < points.Count && classes.ContainsKey(points[end]))
                end++;
            if (end - i > 1)
            {
                // OrderBy is stable, which canonical ordering needs.
                int[] ordered = [.. points.GetRange(i, end - i).OrderBy(point => classes[point])];
                for (int k = 0; k < ordered.Length; k++)
                    points[i + k] = ordered[k];
            }
            i = end;
        }
    }

    private static void Compose(List<int> points)
    {
        var tables = Tables.Value;
        int starter = -1;
        int lastClass = 0;
        int written = 0;
        foreach (int point in points.ToArray())
        {
            int ccc = tables.CombiningClasses.GetValueOrDefault(point);
            bool blocked = starter < 0 || (written - 1 > starter && (lastClass == 0 || lastClass >= ccc));
            if (!blocked && TryCompose(points[starter], point, tables, out int composed))
            {
                points[starter] = composed;
                continue;
            }
            if (ccc == 0)
                starter = written;
            lastClass = ccc;
            points[written++] = point;
        }
        points.RemoveRange(written, points.Count - written);
    }

    private static bool TryCompose(int first, int second, UnicodeTables tables, out int composed)
    {
        int lead = first - LeadFirst;
        int vowel = second - VowelFirst;
        if (lead is >= 0 and < LeadCount && vowel is >= 0 and < VowelCount)
        {
            composed = HangulFirst + (((lead * VowelCount) + vowel) * TrailCount);
            return true;
        }
        int syllable = first - HangulFirst;
        int trail = second - TrailFirst;
        if (syllable is >= 0 and < HangulCount && syllable % TrailCount == 0 && trail is > 0 and < TrailCount)
        {
            composed = first + trail;
            return true;
        }
        return tables.Compositions.TryGetValue((first, second), out composed);
    }

    /// <summary>The tables in UnicodeDecompositions.txt; that file's head describes its lines.</summary>
    private sealed class UnicodeTables
    {
        public Dictionary<int, int> CombiningClasses { get; } = [];
        public Dictionary<int, int[]> Canonical { get; } = [];
        public Dictionary<int, int[]> Compatible { get; } = [];
        public Dictionary<(int First, int Second), int> Compositions { get; } = [];

        public static UnicodeTables Load()
        {
            var tables = new UnicodeTables();
            using var stream = typeof(UnicodeNormalization).Assembly.GetManifestResourceStream(
                "UnicodeDecompositions.txt"
            )!;
            using var reader = new StreamReader(stream);
            while (reader.ReadLine() is { } line)
                tables.Read(line);
            return tables;
        }

        private void Read(string line)
        {
            if (line.StartsWith('#'))
                return;
            if (line.StartsWith("ccc ", StringComparison.Ordinal))
            {
                string[] fields = line.Split(' ');
                int ccc = int.Parse(fields[1], CultureInfo.InvariantCulture);
                foreach (string range in fields.Skip(2))
                {
                    string[] ends = range.Split('-');
                    for (int point = Hex(ends[0]); point <= Hex(ends[^1]); point++)
                        CombiningClasses.Add(point, ccc);
                }
                return;
            }
            int separator = line.AsSpan().IndexOfAny('=', '<', '~');
            int composed = Hex(line[..separator]);
            int[] parts = [.. line[(separator + 1)..].Split(' ').Select(Hex)];
            (line[separator] == '~' ? Compatible : Canonical).Add(composed, parts);
            if (line[separator] == '=')
                Compositions.Add((parts[0], parts[1]), composed);
        }

        private static int Hex(string digits) =>
            int.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
    }
}
