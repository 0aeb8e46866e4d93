// Owns the operations of training in the CPU backend: checks and pins their operands.
using System.Buffers;
using Tern.Kernels.Cpu.Float;

namespace Tern.Kernels.Cpu;

public sealed unsafe partial class CpuBackend
{
    private int[] _rowNumbers = [];

    /// <inheritdoc/>
    public void Product(in MatrixView left, in MatrixView right, Span<float> result, bool accumulate)
    {
        OperandChecks.Product(left, right, result.Length);
        fixed (float* a = left.Values)
        fixed (float* b = right.Values)
        fixed (float* c = result)
        {
            var results = new FloatResults
            {
                Data = c,
                Stride = right.Columns,
                Rows = left.Rows,
                Outputs = right.Columns,
                Depth = left.Columns,
                Adds = accumulate,
            };
            var rows = new FloatMatrix(a, left.RowStride, left.ColumnStride);
            var columns = new FloatMatrix(b, right.ColumnStride, right.RowStride);
            _training.Product(_context, rows, columns, results);
        }
    }

    /// <inheritdoc/>
    public void ScatterAdd(ReadOnlySpan<float> gradient, ReadOnlySpan<int> ids, Span<float> table, int width)
    {
        OperandChecks.ScatterAdd(gradient.Length, ids, table.Length, width);
        fixed (float* rows = gradient)
        fixed (int* numbers = ids)
        fixed (float* sums = table)
            _training.ScatterAdd(_context, rows, numbers, ids.Length, sums, width);
    }

    /// <inheritdoc/>
    public void RmsNormBackward(
        ReadOnlySpan<float> input,
        ReadOnlySpan<float> weight,
        float epsilon,
        Span<float> gradient,
        Span<float> inputGradient,
        Span<float> weightGradient
    )
    {
        int rows = OperandChecks.Rows(input.Length, weight.Length, inputGradient.Length);
        OperandChecks.SameLength(input.Length, gradient.Length);
        OperandChecks.SameLength(weight.Length, weightGradient.Length);
        fixed (float* x = input)
        fixed (float* w = weight)
        fixed (float* change = gradient)
        fixed (float* inputs = inputGradient)
        fixed (float* weights = weightGradient)
        {
            var call = new RmsNormGradient
            {
                Input = x,
                Weight = w,
                Epsilon = epsilon,
                Gradient = change,
                InputGradient = inputs,
                WeightGradient = weights,
                Width = weight.Length,
                Rows = rows,
            };
            _training.RmsNormBackward(_context, call);
        }
    }

    /// <inheritdoc/>
    public void GateBackward(
        ReadOnlySpan<float> gate,
        ReadOnlySpan<float> up,
        Span<float> gradient,
        Span<float> gateGradient,
        Span<float> upGradient,
        Activation activation
    )
    {
        OperandChecks.SameLength(gate.Length, up.Length);
        OperandChecks.SameLength(gate.Length, gradient.Length);
        OperandChecks.SameLength(gate.Length, gateGradient.Length);
        OperandChecks.SameLength(gate.Length, upGradient.Length);
        fixed (float* a = gate)
        fixed (float* b = up)
        fixed (float* change = gradient)
        fixed (float* gates = gateGradient)
        fixed (float* ups = upGradient)
        {
            var call = new GateGradient
            {
                Gate = a,
                Up = b,
                Gradient = change,
                GateChange = gates,
                UpChange = ups,
                Length = gate.Length,
            };
            _training.GateBackward(_context, call, activation);
        }
    }

    /// <inheritdoc/>
    public void ActivateBackward(ReadOnlySpan<float> x, Span<float> gradient, Activation activation)
    {
        OperandChecks.SameLength(x.Length, gradient.Length);
        fixed (float* values = x)
        fixed (float* change = gradient)
            _training.ActivateBackward(_context, values, change, x.Length, activation);
    }

    /// <inheritdoc/>
    public void CausalAttention(in CausalAttentionInput input, Span<float> output)
    {
        OperandChecks.CausalAttention(input, output.Length);
        if (input.Rows == 0)
            return;
        // The rows are a cache of blocks of one token, which each sequence's table lists in order.
        if (_rowNumbers.Length < input.Rows)
            _rowNumbers = [.. Enumerable.Range(0, Math.Max(input.Rows, 2 * _rowNumbers.Length))];
        var sequences = ArrayPool<AttentionSequence>.Shared.Rent(input.Sequences);
        for (int i = 0; i < input.Sequences; i++)
        {
            int count = input.Starts[i + 1] - input.Starts[i];
            sequences[i] = new AttentionSequence(input.Starts[i], count, count, input.Starts[i]);
        }
        fixed (float* keys = input.Keys)
        fixed (float* values = input.Values)
        {
            PagedAttention(
                new AttentionInput
                {
                    Query = input.Query,
                    Keys = View(keys, input),
                    Values = View(values, input),
                    Sequences = sequences.AsSpan(0, input.Sequences),
                    BlockTables = _rowNumbers.AsSpan(0, input.Rows),
                    Heads = input.Heads,
                    Scale = input.Scale,
                },
                output
            );
        }
        ArrayPool<AttentionSequence>.Shared.Return(sequences);
    }

    /// <inheritdoc/>
    public void CausalAttentionBackward(
        in CausalAttentionInput input,
        ReadOnlySpan<float> gradient,
        Span<float> queryGradient,
        Span<float> keyGradient,
        Span<float> valueGradient
    )
    {
        OperandChecks.CausalAttention(input, gradient.Length);
        OperandChecks.SameLength(gradient.Length, queryGradient.Length);
        OperandChecks.SameLength(input.Keys.Length, keyGradient.Length);
        OperandChecks.SameLength(input.Keys.Length, valueGradient.Length);
        int longest = 0;
        for (int i = 0; i < input.Sequences; i++)
            longest = Math.Max(longest, input.Starts[i + 1] - input.Starts[i]);
        fixed (float* query = input.Query)
        fixed (float* keys = input.Keys)
        fixed (float* values = input.Values)
        fixed (float* change = gradient)
        fixed (float* queries = queryGradient)
        fixed (float* keyChange = keyGradient)
        fixed (float* valueChange = valueGradient)
        fixed (int* starts = input.Starts)
        {
            var job = new AttentionGradientJob
            {
                Query = query,
                Keys = keys,
                Values = values,
                Gradient = change,
                QueryChange = queries,
                KeyChange = keyChange,
                ValueChange = valueChange,
                Starts = starts,
                Sequences = input.Sequences,
                Heads = input.Heads,
                KvHeads = input.KvHeads,
                HeadDim = input.HeadDim,
                Scale = input.Scale,
                Longest = longest,
            };
            _training.AttentionBackward(_context, job);
        }
    }

    /// <inheritdoc/>
    public void AddColumnSums(ReadOnlySpan<float> x, Span<float> sums)
    {
        int rows = OperandChecks.Rows(x.Length, sums.Length, x.Length);
        fixed (float* values = x)
        fixed (float* totals = sums)
            _training.AddColumnSums(_context, values, rows, totals, sums.Length);
    }

    /// <inheritdoc/>
    public void LogProbabilities(
        ReadOnlySpan<float> logits,
        ReadOnlySpan<int> tokens,
        Span<float> logProbabilities,
        Span<double> logSums,
        Span<float> entropies
    )
    {
        OperandChecks.LogProbabilities(logits.Length, tokens, logProbabilities.Length, logSums.Length);
        if (tokens.IsEmpty)
            return;
        int width = logits.Length / tokens.Length;
        fixed (float* values = logits)
        fixed (int* chosen = tokens)
        fixed (float* results = logProbabilities)
        fixed (double* sums = logSums)
        fixed (float* entropy = entropies)
            Cpu.LogProbabilities.Forward(_context, values, chosen, tokens.Length, width, results, sums, entropy);
    }

    /// <inheritdoc/>
    public void LogProbabilitiesBackward(
        Span<float> logits,
        ReadOnlySpan<int> tokens,
        ReadOnlySpan<double> logSums,
        ReadOnlySpan<float> factors,
        ReadOnlySpan<float> entropies,
        ReadOnlySpan<float> entropyFactors
    )
    {
        OperandChecks.LogProbabilities(logits.Length, tokens, factors.Length, logSums.Length);
        OperandChecks.SameLength(entropies.Length, entropyFactors.Length);
        if (tokens.IsEmpty)
            return;
        fixed (float* values = logits)
        fixed (int* chosen = tokens)
        fixed (double* sums = logSums)
        fixed (float* factor = factors)
        fixed (float* entropy = entropies)
        fixed (float* entropyFactor = entropyFactors)
        {
            var call = new LogProbabilityGradient
            {
                Logits = values,
                Tokens = chosen,
                LogSums = sums,
                Factors = factor,
                Entropies = entropy,
                EntropyFactors = entropyFactor,
                Width = logits.Length / tokens.Length,
                Rows = tokens.Length,
            };
            _training.LogProbabilitiesBackward(_context, call);
        }
    }

    private static KvView View(float* rows, in CausalAttentionInput input)
    {
        const int Bytes = sizeof(float);
        long token = (long)input.KvHeads * input.HeadDim * Bytes;
        return new KvView(
            (IntPtr)rows,
            Tensors.DType.F32,
            BlockStride: token,
            HeadStride: input.HeadDim * Bytes,
            TokenStride: token,
            BlockSize: 1,
            input.KvHeads,
            input.HeadDim
        );
    }
}
