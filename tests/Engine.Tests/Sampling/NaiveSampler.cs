// Owns a plain restatement of sampling for tests: full sorts, doubles, no buffers.
using Tern.Engine.Sampling;

namespace Tern.Engine.Tests.Sampling;

internal static class NaiveSampler
{
    /// <summary>Tokens that may be drawn and their probabilities, after temperature and truncation.</summary>
    public static Dictionary<int, double> Distribution(float[] logits, SamplingParams p)
    {
        var items = Normalize(logits.Select((x, id) => (id, w: Math.Exp(((double)x - logits.Max()) / p.Temperature))));
        if (p.TopK > 0)
            items = Normalize(items.OrderByDescending(x => logits[x.Id]).ThenBy(x => x.Id).Take(p.TopK));
        if (p.TypicalP < 1)
        {
            double entropy = -items.Where(x => x.P > 0).Sum(x => x.P * Math.Log(x.P));
            items = Normalize(
                Mass(items.Where(x => x.P > 0).OrderBy(x => Math.Abs(-Math.Log(x.P) - entropy)), p.TypicalP)
            );
        }
        if (p.TopP < 1)
            items = Normalize(Mass(items.OrderByDescending(x => x.P).ThenBy(x => x.Id), p.TopP));
        double best = items.Max(x => x.P);
        items = Normalize(items.Where(x => x.P >= p.MinP * best));
        return items.ToDictionary(x => x.Id, x => x.P);
    }

    private static (int Id, double P)[] Normalize(IEnumerable<(int Id, double P)> items)
    {
        var all = items.ToArray();
        double sum = all.Sum(x => x.P);
        return [.. all.Select(x => (x.Id, x.P / sum))];
    }

    private static IEnumerable<(int Id, double P)> Mass(IEnumerable<(int Id, double P)> items, double mass)
    {
        double sum = 0;
        foreach (var item in items)
        {
            yield return item;
            sum += item.P;
            if (sum >= mass)
                yield break;
        }
    }
}
