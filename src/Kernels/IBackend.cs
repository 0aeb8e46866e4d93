// Owns the list of operations a device must offer to run a model. Two implementations: the plain truth in Reference/,
// the fast one in Cpu/. Every operation treats rows independently and in one fixed order of accumulation, so a row's
// result never depends on what else is in the call, on the number of threads or on how a prompt is cut into chunks.
using Tern.Tensors;

namespace Tern.Kernels;

/// <summary>The operations of a forward pass on float32 activations, row-major <c>[rows, width]</c>.</summary>
public interface IBackend : IDisposable
{
    /// <summary>A name for messages: "reference" or "cpu (AVX-512, 2 threads)".</summary>
    string Name { get; }

    /// <summary>Makes a matrix ready for products: checks its type and, where that is faster, repacks it.</summary>
    /// <param name="matrix"><c>[out, in]</c>, any real element type. Its bytes are given back where they were copied.</param>
    /// <exception cref="NotSupportedException">The matrix holds integers.</exception>
    Weight Prepare(Tensor matrix);

    /// <summary>Gives a prepared weight other values, rounded to its element type; the matrix it was prepared from stays as it is.</summary>
    /// <param name="weight">A weight of F32, F16 or BF16 that this backend prepared; nobody may be multiplying with it.</param>
    /// <param name="values"><c>[out, in]</c>, F32.</param>
    /// <exception cref="ArgumentException">The values are no F32 matrix of the weight's shape.</exception>
    /// <exception cref="NotSupportedException">The weight is of another type.</exception>
    void Refresh(Weight weight, Tensor values);

    /// <summary>output[r, o] = Σ weight[o, i] · input[r, i].</summary>
    /// <param name="weight">A matrix that this backend prepared.</param>
    /// <param name="input"><c>[rows, in]</c>.</param>
    /// <param name="output"><c>[rows, out]</c>.</param>
    /// <param name="rows">Rows of input and output.</param>
    void MatMul(Weight weight, ReadOnlySpan<float> input, Span<float> output, int rows);

    /// <summary>Copies rows <paramref name="ids"/> of the table, expanded to float32, to output <c>[ids, width]</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An id is outside the table.</exception>
    void Gather(Tensor table, ReadOnlySpan<int> ids, Span<float> output);

    /// <summary>Per row of <c>weight.Length</c>: output = input / sqrt(mean(input²) + epsilon) · weight. May be in place.</summary>
    void RmsNorm(ReadOnlySpan<float> input, ReadOnlySpan<float> weight, float epsilon, Span<float> output);

    /// <summary>Per row: output = (input - mean) / sqrt(variance + epsilon) · weight + bias (bias may be empty). May be in place.</summary>
    void LayerNorm(
        ReadOnlySpan<float> input,
        ReadOnlySpan<float> weight,
        ReadOnlySpan<float> bias,
        float epsilon,
        Span<float> output
    );

    /// <summary>Rotates the first 2·pairs elements of every head in place.</summary>
    /// <param name="x"><c>[rows, heads, headDim]</c>.</param>
    /// <param name="positions">One position a row.</param>
    /// <param name="heads">Heads in a row.</param>
    /// <param name="headDim">Elements of a head.</param>
    /// <param name="inverseFrequencies">One angle per position a pair (already divided by frequency factors and scaled).</param>
    /// <param name="magnitude">Factor on cosine and sine (YaRN's attention factor); 1 for none.</param>
    /// <param name="style">Which elements pair up.</param>
    void Rope(
        Span<float> x,
        ReadOnlySpan<int> positions,
        int heads,
        int headDim,
        ReadOnlySpan<float> inverseFrequencies,
        float magnitude,
        RopeStyle style
    );

    /// <summary>Stores rows into the cache, converted to its element type.</summary>
    /// <param name="rows"><c>[slots, kvHeads, headDim]</c>.</param>
    /// <param name="cache">Where.</param>
    /// <param name="slots">block * BlockSize + offset of each row.</param>
    void StoreKv(ReadOnlySpan<float> rows, KvView cache, ReadOnlySpan<int> slots);

    /// <summary>softmax(Q·Kᵀ·scale)·V over paged keys and values. Output <c>[rows, heads, valueDim]</c>.</summary>
    void PagedAttention(in AttentionInput input, Span<float> output);

    /// <summary>x[r, :] += bias.</summary>
    void AddBias(Span<float> x, ReadOnlySpan<float> bias);

    /// <summary>output = x + y.</summary>
    /// <param name="x">An operand.</param>
    /// <param name="y">As many elements.</param>
    /// <param name="output">Written; may be an operand.</param>
    void Add(ReadOnlySpan<float> x, ReadOnlySpan<float> y, Span<float> output);

    /// <summary>x += factor · y.</summary>
    void AddScaled(Span<float> x, ReadOnlySpan<float> y, float factor);

    /// <summary>x *= factor.</summary>
    void Scale(Span<float> x, float factor);

    /// <summary>x = cap · tanh(x / cap).</summary>
    void SoftCap(Span<float> x, float cap);

    /// <summary>output = activation(gate) · up, element by element.</summary>
    /// <param name="gate">What the function is of.</param>
    /// <param name="up">As many factors.</param>
    /// <param name="output">Written; may be an operand.</param>
    /// <param name="activation">The function.</param>
    void Gate(ReadOnlySpan<float> gate, ReadOnlySpan<float> up, Span<float> output, Activation activation);

    /// <summary>output = activation(x).</summary>
    /// <param name="x">What the function is of.</param>
    /// <param name="output">Written; may be <paramref name="x"/>.</param>
    /// <param name="activation">The function.</param>
    void Activate(ReadOnlySpan<float> x, Span<float> output, Activation activation);
}
