// Owns the checks of operand sizes that both backends make before they touch memory: the fast one reads through pointers.
using Tern.Tensors;

namespace Tern.Kernels;

internal static partial class OperandChecks
{
    public static void Prepare(Tensor matrix)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        if (!matrix.Type.IsReal())
            throw new NotSupportedException($"weight {matrix} holds integers and cannot be multiplied");
    }

    public static void Refresh(Weight weight, Tensor values)
    {
        ArgumentNullException.ThrowIfNull(weight);
        ArgumentNullException.ThrowIfNull(values);
        if (weight.Source.Type is not (DType.F32 or DType.F16 or DType.BF16))
            throw new NotSupportedException(
                $"weight {weight.Source} takes no other values; one of F32, F16 or BF16 would"
            );
        if (values.Type != DType.F32 || values.Rows != weight.Outputs || values.Columns != weight.Inputs)
            throw new ArgumentException(
                $"{values} cannot replace the values of {weight.Source}; F32 [{weight.Outputs}, {weight.Inputs}] can"
            );
    }

    public static void MatMul(Weight weight, int inputLength, int outputLength, int rows)
    {
        ArgumentNullException.ThrowIfNull(weight);
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        if (inputLength < (long)rows * weight.Inputs)
            throw new ArgumentException(
                $"weight {weight.Source} by {rows} rows needs more input than {inputLength} elements"
            );
        if (outputLength < (long)rows * weight.Outputs)
            throw new ArgumentException(
                $"weight {weight.Source} by {rows} rows needs more output than {outputLength} elements"
            );
    }

    public static void Gather(Tensor table, ReadOnlySpan<int> ids, int outputLength)
    {
        ArgumentNullException.ThrowIfNull(table);
        if (!table.Type.IsReal())
            throw new NotSupportedException($"table {table} holds integers and cannot be gathered");
        foreach (int id in ids)
        {
            if ((uint)id >= (ulong)table.Rows)
                throw new ArgumentOutOfRangeException(nameof(ids), id, $"no such row of {table}");
        }
        if (outputLength < ids.Length * table.Columns)
            throw new ArgumentException($"{ids.Length} rows of {table} need more output than {outputLength} elements");
    }

    /// <summary>Checks a row-wise operation and returns the number of rows.</summary>
    public static int Rows(int inputLength, int width, int outputLength)
    {
        if (width == 0 || inputLength % width != 0)
            throw new ArgumentException($"{inputLength} elements are no whole number of rows of {width}");
        if (outputLength < inputLength)
            throw new ArgumentException($"{inputLength} elements do not fit an output of {outputLength}");
        return inputLength / width;
    }

    public static void SameLength(int x, int y)
    {
        if (x != y)
            throw new ArgumentException($"operands of {x} and {y} elements must be equally long");
    }

    public static void Rope(int length, int rows, int heads, int headDim, int pairs)
    {
        if (length != (long)rows * heads * headDim)
            throw new ArgumentException($"{length} elements are not {rows} rows of {heads} heads of {headDim}");
        if (2 * pairs > headDim)
            throw new ArgumentException($"{pairs} pairs do not fit a head of {headDim} elements");
    }

    public static void StoreKv(int length, in KvView cache, ReadOnlySpan<int> slots)
    {
        Cache(cache);
        if (length != (long)slots.Length * cache.Heads * cache.HeadDim)
            throw new ArgumentException(
                $"{length} elements are not {slots.Length} rows of {cache.Heads} heads of {cache.HeadDim}"
            );
        foreach (int slot in slots)
            ArgumentOutOfRangeException.ThrowIfNegative(slot, nameof(slots));
    }

    public static void PagedAttention(in AttentionInput input, int outputLength)
    {
        Cache(input.Keys);
        Cache(input.Values);
        int kvHeads = input.Keys.Heads;
        if (kvHeads <= 0 || input.Heads % kvHeads != 0 || input.Values.Heads != kvHeads)
            throw new ArgumentException(
                $"{input.Heads} query heads cannot share {kvHeads} key heads and {input.Values.Heads} value heads"
            );
        if (input.Values.BlockSize != input.Keys.BlockSize || input.Keys.BlockSize <= 0)
            throw new ArgumentException(
                $"block sizes {input.Keys.BlockSize} of keys and {input.Values.BlockSize} of values must be one positive number"
            );
        if (!input.Sinks.IsEmpty && input.Sinks.Length != input.Heads)
            throw new ArgumentException($"{input.Sinks.Length} sinks for {input.Heads} heads");
        ArgumentOutOfRangeException.ThrowIfNegative(input.Window, nameof(input));
        foreach (var sequence in input.Sequences)
        {
            long end = (long)sequence.QueryStart + sequence.QueryCount;
            if (sequence.QueryStart < 0 || sequence.QueryCount < 0 || sequence.QueryCount > sequence.ContextLength)
                throw new ArgumentException($"impossible sequence {sequence}");
            if (
                end * input.Heads * input.Keys.HeadDim > input.Query.Length
                || end * input.Heads * input.Values.HeadDim > outputLength
            )
                throw new ArgumentException($"{sequence} leaves the rows of the query or the output");
            long blocks = (sequence.ContextLength + (long)input.Keys.BlockSize - 1) / input.Keys.BlockSize;
            if (sequence.BlockTableStart < 0 || sequence.BlockTableStart + blocks > input.BlockTables.Length)
                throw new ArgumentException(
                    $"{sequence} leaves the block tables of {input.BlockTables.Length} entries"
                );
            foreach (int block in input.BlockTables.Slice(sequence.BlockTableStart, (int)blocks))
                ArgumentOutOfRangeException.ThrowIfNegative(block, nameof(input));
        }
    }

    private static void Cache(in KvView cache)
    {
        if (!KvTypes.Contains(cache.Type))
            throw new NotSupportedException($"a cache of {cache.Type} is not supported; {KvTypes.Names} are");
        if (!KvTypes.Fits(cache.Type, cache.HeadDim))
            throw new ArgumentException(
                $"a head of {cache.HeadDim} elements is no whole number of blocks of {cache.Type}; {KvTypes.NamesThatFit(cache.HeadDim)} fit"
            );
    }
}
