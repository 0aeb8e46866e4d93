// Owns the mixture of experts. Tokens are grouped by expert, so each expert's weights are read once a batch however many
// tokens chose it. A token's experts add up in the order of their numbers, whatever else is in the batch.
using Tern.Kernels;
using Tern.Models.Loading;

namespace Tern.Models.Layers;

/// <summary>Sparse feed-forward layer: a router sends each token through a few of many experts (arXiv 2101.03961).</summary>
internal sealed class MixtureOfExperts(Linear gate, Router router, FeedForward[] experts, FeedForward? shared)
    : IFeedForward
{
    /// <summary>The tensors ffn_gate_inp (the router) and ffn_{gate,up,down}_exps, biases where there are any.</summary>
    /// <param name="block">The block.</param>
    /// <param name="router">How experts are chosen.</param>
    /// <param name="activation">Of the experts.</param>
    /// <param name="inner">Inner width of an expert.</param>
    /// <param name="shared">An expert that all tokens use, or null.</param>
    public static MixtureOfExperts Read(
        WeightReader block,
        Router router,
        Activation activation,
        int inner,
        FeedForward? shared = null
    )
    {
        int count = block.Keys.ExpertCount;
        int width = block.Keys.EmbeddingLength;
        if (router.Used > count)
            throw block.Keys.Error("expert_used_count", $"{router.Used} experts used of only {count} experts");
        var gates = ReadStack(block, "ffn_gate_exps", count, inner, width);
        var ups = ReadStack(block, "ffn_up_exps", count, inner, width);
        var downs = ReadStack(block, "ffn_down_exps", count, width, inner);
        var experts = new FeedForward[count];
        for (int i = 0; i < count; i++)
            experts[i] = new FeedForward(gates[i], ups[i], downs[i], activation);
        return new MixtureOfExperts(block.Linear("ffn_gate_inp", count, width), router, experts, shared);
    }

    public Span<float> Forward(ForwardPass pass, ReadOnlySpan<float> x)
    {
        int width = gate.Inputs;
        int rows = x.Length / width;
        int used = router.Used;
        var result = pass.Take(x.Length);
        if (shared is null)
            result.Clear();
        else
            shared.Forward(pass, x).CopyTo(result);

        var chosen = pass.TakeIntegers(rows * used);
        var weights = pass.Take(rows * used);
        Choose(pass, x, chosen, weights);
        var starts = pass.TakeIntegers(experts.Length + 1);
        var order = pass.TakeIntegers(chosen.Length);
        SortByExpert(chosen, starts, order);

        var mark = pass.Mark();
        for (int expert = 0; expert < experts.Length; expert++)
        {
            var entries = order[starts[expert]..starts[expert + 1]];
            if (entries.IsEmpty)
                continue;
            var input = pass.Take(entries.Length, width);
            for (int i = 0; i < entries.Length; i++)
                x.Slice(entries[i] / used * width, width).CopyTo(input[(i * width)..]);
            var output = experts[expert].Forward(pass, input);
            for (int i = 0; i < entries.Length; i++)
                pass.Backend.AddScaled(
                    result.Slice(entries[i] / used * width, width),
                    output.Slice(i * width, width),
                    weights[entries[i]]
                );
            pass.Release(mark);
        }
        return result;
    }

    private static Linear[] ReadStack(WeightReader block, string name, int count, int outputs, int inputs)
    {
        var weight = block.Tensor(name + ".weight", count, outputs, inputs);
        var biases = block.Contains(name + ".bias") ? block.Tensor(name + ".bias", count, outputs) : null;
        var experts = new Linear[count];
        for (int i = 0; i < count; i++)
            experts[i] = new Linear(
                block.Prepare(weight.Slice(i)),
                biases is null ? null : block.Loaded.Copy(biases, i * outputs, outputs)
            );
        return experts;
    }

    private void Choose(ForwardPass pass, ReadOnlySpan<float> x, Span<int> chosen, Span<float> weights)
    {
        int used = router.Used;
        var mark = pass.Mark();
        var scores = gate.Forward(pass, x);
        var selection = pass.Take(experts.Length);
        for (int row = 0; row < chosen.Length / used; row++)
            router.Choose(
                scores.Slice(row * experts.Length, experts.Length),
                selection,
                chosen.Slice(row * used, used),
                weights.Slice(row * used, used)
            );
        pass.Release(mark);
    }

    /// <summary>Counting sort: order[starts[e] .. starts[e+1]] are the entries of <paramref name="chosen"/> that are e, ascending.</summary>
    private static void SortByExpert(ReadOnlySpan<int> chosen, Span<int> starts, Span<int> order)
    {
        starts.Clear();
        foreach (int expert in chosen)
            starts[expert + 1]++;
        for (int i = 1; i < starts.Length; i++)
            starts[i] += starts[i - 1];
        for (int i = 0; i < chosen.Length; i++)
            order[starts[chosen[i]]++] = i;
        // Filling moved every start to its end, which is the next one's start.
        for (int i = starts.Length - 1; i > 0; i--)
            starts[i] = starts[i - 1];
        starts[0] = 0;
    }
}
