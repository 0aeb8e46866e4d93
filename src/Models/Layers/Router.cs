// Owns the choice of experts: scores to a few experts with weights. Plain scalar code: it is a few thousand operations
// beside millions, and every row must be decided the same way on every machine.
namespace Tern.Models.Layers;

/// <summary>How a mixture of experts picks the experts of a token.</summary>
internal sealed record Router
{
    /// <summary>The smallest sum that weights are divided by, so that vanishing scores stay finite: the smallest normal half.</summary>
    public const float SmallestSum = 6.103515625e-5f;

    /// <summary>Most groups; bounds what the choice takes from the stack.</summary>
    public const int MaxGroups = 1024;

    /// <summary>Experts used by a token.</summary>
    public required int Used { get; init; }

    public Gating Gating { get; init; }

    /// <summary>Added to the scores for the choice only (DeepSeek-V3, arXiv 2412.19437 §2.1.2), or null.</summary>
    public float[]? SelectionBias { get; init; }

    /// <summary>Groups the experts are divided into; 1 = no groups.</summary>
    public int Groups { get; init; } = 1;

    /// <summary>Groups a token may use.</summary>
    public int GroupsUsed { get; init; } = 1;

    /// <summary>Whether the weights of the chosen are divided by their sum.</summary>
    public bool Normalize { get; init; }

    /// <summary>Factor on the weights.</summary>
    public float Scale { get; init; } = 1;

    /// <summary>Chooses for one token.</summary>
    /// <param name="scores">The router's logits, one an expert; overwritten.</param>
    /// <param name="selection">Scratch, one an expert.</param>
    /// <param name="chosen">The experts, <see cref="Used"/> of them.</param>
    /// <param name="weights">Their weights.</param>
    public void Choose(Span<float> scores, Span<float> selection, Span<int> chosen, Span<float> weights)
    {
        if (Gating == Gating.Softmax)
            Softmax(scores);
        else if (Gating == Gating.Sigmoid)
            foreach (ref float score in scores)
                score = 1 / (1 + MathF.Exp(-score));

        scores.CopyTo(selection);
        if (SelectionBias is not null)
            for (int i = 0; i < selection.Length; i++)
                selection[i] += SelectionBias[i];
        if (Groups > 1)
            KeepBestGroups(selection);
        for (int k = 0; k < chosen.Length; k++)
        {
            chosen[k] = Best(selection, chosen[..k]);
            weights[k] = scores[chosen[k]];
        }

        if (Gating == Gating.SoftmaxOfChosen)
            Softmax(weights);
        if (Normalize)
            Divide(weights);
        if (Scale != 1)
            foreach (ref float weight in weights)
                weight *= Scale;
    }

    /// <summary>
    /// Rules out the experts of all but the best groups. A group is as good as its best expert (DeepSeek-V2), or as its best
    /// two together where there is a selection bias (DeepSeek-V3).
    /// </summary>
    private void KeepBestGroups(Span<float> selection)
    {
        int size = selection.Length / Groups;
        Span<float> values = stackalloc float[Groups];
        for (int group = 0; group < Groups; group++)
        {
            var members = selection.Slice(group * size, size);
            int first = Best(members, []);
            values[group] = members[first];
            if (SelectionBias is not null && size > 1)
                values[group] += members[Best(members, [first])];
        }
        Span<int> kept = stackalloc int[GroupsUsed];
        for (int k = 0; k < kept.Length; k++)
            kept[k] = Best(values, kept[..k]);
        for (int group = 0; group < Groups; group++)
        {
            if (!kept.Contains(group))
                selection.Slice(group * size, size).Fill(float.NegativeInfinity);
        }
    }

    /// <summary>The index of the largest value not in <paramref name="taken"/>, the first of equals; never fails, NaN or not.</summary>
    private static int Best(ReadOnlySpan<float> values, ReadOnlySpan<int> taken)
    {
        int best = -1;
        for (int i = 0; i < values.Length; i++)
        {
            if ((best < 0 || values[i] > values[best]) && !taken.Contains(i))
                best = i;
        }
        return best;
    }

    private static void Softmax(Span<float> values)
    {
        float largest = float.NegativeInfinity;
        foreach (float value in values)
            largest = MathF.Max(largest, value);
        float sum = 0;
        foreach (ref float value in values)
            sum += value = MathF.Exp(value - largest);
        foreach (ref float value in values)
            value /= sum;
    }

    private static void Divide(Span<float> weights)
    {
        float sum = 0;
        foreach (float weight in weights)
            sum += weight;
        sum = MathF.Max(sum, SmallestSum);
        foreach (ref float weight in weights)
            weight /= sum;
    }
}
