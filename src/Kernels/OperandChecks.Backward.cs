// Owns the checks of the operands of training.
namespace Tern.Kernels;

internal static partial class OperandChecks
{
    public static void Product(in MatrixView left, in MatrixView right, int resultLength)
    {
        if (left.Columns != right.Rows)
            throw new ArgumentException(
                $"a product of [{left.Rows}, {left.Columns}] and [{right.Rows}, {right.Columns}] has no inner dimension"
            );
        if (resultLength != (long)left.Rows * right.Columns)
            throw new ArgumentException(
                $"a product of {left.Rows} rows and {right.Columns} columns does not fill {resultLength} elements"
            );
    }

    public static void ScatterAdd(int length, ReadOnlySpan<int> ids, int tableLength, int width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        if (length != (long)ids.Length * width)
            throw new ArgumentException($"{length} elements are not {ids.Length} rows of {width}");
        foreach (int id in ids)
        {
            if (id < 0 || id >= tableLength / width)
                throw new ArgumentOutOfRangeException(nameof(ids), id, $"the table has {tableLength / width} rows");
        }
    }

    public static void CausalAttention(in CausalAttentionInput input, int outputLength)
    {
        long queries = (long)input.Rows * input.Heads * input.HeadDim;
        long keys = (long)input.Rows * input.KvHeads * input.HeadDim;
        if (input.KvHeads < 1 || input.Heads % input.KvHeads != 0)
            throw new ArgumentException($"{input.Heads} query heads do not share {input.KvHeads} key/value heads");
        if (input.Query.Length != queries || input.Keys.Length != keys || input.Values.Length != keys)
            throw new ArgumentException($"queries, keys and values are not those of {input.Rows} rows");
        if (outputLength != queries)
            throw new ArgumentException($"{outputLength} elements of output are not {queries}");
        for (int i = 0; i < input.Sequences; i++)
        {
            if (input.Starts[i] > input.Starts[i + 1] || input.Starts[0] != 0)
                throw new ArgumentException("sequences must begin at row 0 and follow each other");
        }
    }

    public static void LogProbabilities(int length, ReadOnlySpan<int> tokens, int results, int sums)
    {
        if (tokens.Length != results || tokens.Length != sums)
            throw new ArgumentException($"{tokens.Length} tokens have {results} results and {sums} sums");
        if (tokens.IsEmpty)
            return;
        if (length % tokens.Length != 0)
            throw new ArgumentException($"{length} logits are no whole number of columns for {tokens.Length} rows");
        foreach (int token in tokens)
        {
            if (token < 0 || token >= length / tokens.Length)
                throw new ArgumentOutOfRangeException(
                    nameof(tokens),
                    token,
                    $"the vocabulary has {length / tokens.Length} tokens"
                );
        }
    }

    public static Exception NoGradient(Activation activation) =>
        new NotSupportedException($"the activation {activation} has no gradient; Silu, GeluTanh and Relu have");
}
