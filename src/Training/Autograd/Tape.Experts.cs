// Owns the operations of a mixture of experts. Forward they are bitwise those of the layer that serves: each expert's rows
// together, and a token's experts added up in the order of their numbers.
using Tern.Kernels;
using Tern.Models.Layers;

namespace Tern.Training.Autograd;

public sealed partial class Tape
{
    /// <summary>
    /// Chooses every row's best experts: the softmax over all scores, of which the largest are kept and divided by their
    /// sum. The choice itself has no gradient; the weights have.
    /// </summary>
    /// <param name="scores"><c>[rows, experts]</c>.</param>
    /// <param name="used">Experts of a row.</param>
    public ExpertChoice ChooseExperts(Variable scores, int used)
    {
        ArgumentNullException.ThrowIfNull(scores);
        int experts = scores.Columns;
        var chosen = new int[scores.Rows * used];
        var weights = Output([scores.Rows, used], scores.NeedsGradient);
        var shares = scores.Values.ToArray();
        var router = new Router { Used = used, Normalize = true };
        var selection = new float[experts];
        for (int row = 0; row < scores.Rows; row++)
            router.Choose(
                shares.AsSpan(row * experts, experts),
                selection,
                chosen.AsSpan(row * used, used),
                weights.Values.Slice(row * used, used)
            );
        Record(
            weights,
            () =>
            {
                var change = Pool.Rent(scores.Shape);
                for (int row = 0; row < scores.Rows; row++)
                    ChoiceBackward(
                        shares.AsSpan(row * experts, experts),
                        chosen.AsSpan(row * used, used),
                        weights.Values.Slice(row * used, used),
                        weights.Gradient.Slice(row * used, used),
                        change.Values.Slice(row * experts, experts)
                    );
                scores.Accumulate(change);
            }
        );
        var (order, starts) = SortByExpert(chosen, experts);
        return new ExpertChoice(weights, order, Array.ConvertAll(order, entry => entry / used), starts);
    }

    /// <summary>A linear layer of which each expert has its own: rows of group e are multiplied with matrix e.</summary>
    /// <param name="x"><c>[rows, in]</c>, grouped.</param>
    /// <param name="starts">First row of each group, then the number of rows; must not change until the backward pass.</param>
    /// <param name="weight"><c>[groups, out, in]</c>.</param>
    public Variable LinearOfGroups(Variable x, ReadOnlyMemory<int> starts, Parameter weight)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(weight);
        var shape = weight.Value.Shape;
        var (outputs, inputs) = (checked((int)shape[1]), checked((int)shape[2]));
        int size = outputs * inputs;
        var output = Output([x.Rows, outputs], needsGradient: true);
        for (int group = 0; group + 1 < starts.Length; group++)
        {
            var (first, count) = GroupOf(starts.Span, group);
            if (count > 0)
                Product(
                    MatrixView.Of(x.Values.Slice(first * inputs, count * inputs), inputs),
                    MatrixView.Of(weight.Values.Slice(group * size, size), inputs).Transposed,
                    output.Values.Slice(first * outputs, count * outputs),
                    accumulate: false
                );
        }
        return Record(
            output,
            () =>
            {
                var change = Pool.Rent(x.Shape);
                for (int group = 0; group + 1 < starts.Length; group++)
                {
                    var (first, count) = GroupOf(starts.Span, group);
                    if (count == 0)
                        continue;
                    var gradient = MatrixView.Of(output.Gradient.Slice(first * outputs, count * outputs), outputs);
                    Product(
                        gradient.Transposed,
                        MatrixView.Of(x.Values.Slice(first * inputs, count * inputs), inputs),
                        weight.Gradients.Slice(group * size, size),
                        accumulate: true
                    );
                    if (x.NeedsGradient)
                        Product(
                            gradient,
                            MatrixView.Of(weight.Values.Slice(group * size, size), inputs),
                            change.Values.Slice(first * inputs, count * inputs),
                            accumulate: false
                        );
                }
                x.Accumulate(change);
            }
        );
    }

    /// <summary>Every token's sum over its experts, weighted: the way back from the order of experts.</summary>
    /// <param name="y">What the experts gave, <c>[entries, width]</c>.</param>
    /// <param name="choice">The choice that <paramref name="y"/> is ordered by.</param>
    public Variable CombineExperts(Variable y, ExpertChoice choice)
    {
        ArgumentNullException.ThrowIfNull(y);
        ArgumentNullException.ThrowIfNull(choice);
        int width = y.Columns;
        var weights = choice.Weights;
        var output = Output([weights.Rows, width], y.NeedsGradient || weights.NeedsGradient);
        output.Values.Clear();
        var (order, rows) = (choice.Order, choice.Rows);
        for (int i = 0; i < order.Length; i++)
            Backend.AddScaled(
                output.Values.Slice(rows.Span[i] * width, width),
                y.Values.Slice(i * width, width),
                weights.Values[order.Span[i]]
            );
        return Record(
            output,
            () =>
            {
                var change = Pool.Rent(y.Shape);
                var weightChange = Pool.Rent(weights.Shape);
                for (int i = 0; i < order.Length; i++)
                {
                    float weight = weights.Values[order.Span[i]];
                    var gradient = output.Gradient.Slice(rows.Span[i] * width, width);
                    var value = y.Values.Slice(i * width, width);
                    var target = change.Values.Slice(i * width, width);
                    double sum = 0;
                    for (int j = 0; j < width; j++)
                    {
                        target[j] = gradient[j] * weight;
                        sum += (double)gradient[j] * value[j];
                    }
                    weightChange.Values[order.Span[i]] = (float)sum;
                }
                y.Accumulate(change);
                weights.Accumulate(weightChange);
            }
        );
    }

    /// <summary>From the gradient by the weights, which are shares over their sum, to that by the scores, whose softmax they are.</summary>
    private static void ChoiceBackward(
        ReadOnlySpan<float> shares,
        ReadOnlySpan<int> chosen,
        ReadOnlySpan<float> weights,
        ReadOnlySpan<float> gradient,
        Span<float> change
    )
    {
        double sum = 0;
        double mean = 0;
        for (int k = 0; k < chosen.Length; k++)
        {
            sum += shares[chosen[k]];
            mean += (double)weights[k] * gradient[k];
        }
        if (sum <= Router.SmallestSum)
            (sum, mean) = (Router.SmallestSum, 0);
        double pull = 0;
        for (int k = 0; k < chosen.Length; k++)
            pull += shares[chosen[k]] * ((gradient[k] - mean) / sum);
        for (int i = 0; i < change.Length; i++)
            change[i] = (float)(-shares[i] * pull);
        for (int k = 0; k < chosen.Length; k++)
            change[chosen[k]] = (float)(shares[chosen[k]] * ((gradient[k] - mean) / sum - pull));
    }

    private static (int[] Order, int[] Starts) SortByExpert(int[] chosen, int experts)
    {
        var starts = new int[experts + 1];
        foreach (int expert in chosen)
            starts[expert + 1]++;
        for (int i = 0; i < experts; i++)
            starts[i + 1] += starts[i];
        var next = starts.AsSpan(0, experts).ToArray();
        var order = new int[chosen.Length];
        for (int entry = 0; entry < chosen.Length; entry++)
            order[next[chosen[entry]]++] = entry;
        return (order, starts);
    }

    private static (int First, int Count) GroupOf(ReadOnlySpan<int> starts, int group) =>
        (starts[group], starts[group + 1] - starts[group]);
}
