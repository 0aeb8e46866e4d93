// Owns the operations of attention: rotary positions and the causal mix.
using Tern.Kernels;

namespace Tern.Training.Autograd;

public sealed partial class Tape
{
    /// <summary>Rotary position embedding. Takes x's memory over: x cannot be read any more.</summary>
    /// <param name="x"><c>[rows, heads · headDim]</c>, the output of an operation that does not look at it again.</param>
    /// <param name="positions">One a row; must not change until the backward pass.</param>
    /// <param name="heads">Heads in a row.</param>
    /// <param name="inverseFrequencies">One angle a pair and position.</param>
    /// <param name="style">Which elements pair up.</param>
    public Variable Rope(
        Variable x,
        ReadOnlyMemory<int> positions,
        int heads,
        float[] inverseFrequencies,
        RopeStyle style
    )
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(inverseFrequencies);
        int headDim = x.Columns / heads;
        var output = new Variable(this, x.Shape, x.TakeValue(), x.NeedsGradient);
        Backend.Rope(output.Values, positions.Span, heads, headDim, inverseFrequencies, magnitude: 1, style);
        return Record(
            output,
            () =>
            {
                // The gradient of a rotation is the rotation back.
                var change = output.TakeOwnGradient();
                var back = Array.ConvertAll(inverseFrequencies, angle => -angle);
                Backend.Rope(change.Values, positions.Span, heads, headDim, back, magnitude: 1, style);
                x.Accumulate(change);
            }
        );
    }

    /// <summary>Causal attention within each sequence of the batch.</summary>
    /// <param name="query"><c>[rows, heads · headDim]</c>.</param>
    /// <param name="keys"><c>[rows, kvHeads · headDim]</c>.</param>
    /// <param name="values">As the keys.</param>
    /// <param name="starts">First row of each sequence, then the number of rows; must not change until the backward pass.</param>
    /// <param name="heads">Query heads.</param>
    /// <param name="kvHeads">Key/value heads.</param>
    /// <param name="scale">Factor on the scores.</param>
    public Variable Attention(
        Variable query,
        Variable keys,
        Variable values,
        ReadOnlyMemory<int> starts,
        int heads,
        int kvHeads,
        float scale
    )
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(values);
        var output = Output(query.Shape, query.NeedsGradient || keys.NeedsGradient || values.NeedsGradient);
        Backend.CausalAttention(Input(), output.Values);
        return Record(
            output,
            () =>
            {
                var queryChange = Pool.Rent(query.Shape);
                var keyChange = Pool.Rent(keys.Shape);
                var valueChange = Pool.Rent(values.Shape);
                Backend.CausalAttentionBackward(
                    Input(),
                    output.Gradient,
                    queryChange.Values,
                    keyChange.Values,
                    valueChange.Values
                );
                query.Accumulate(queryChange);
                keys.Accumulate(keyChange);
                values.Accumulate(valueChange);
            }
        );

        CausalAttentionInput Input() =>
            new()
            {
                Query = query.Values,
                Keys = keys.Values,
                Values = values.Values,
                Starts = starts.Span,
                Heads = heads,
                KvHeads = kvHeads,
                HeadDim = query.Columns / heads,
                Scale = scale,
            };
    }
}
