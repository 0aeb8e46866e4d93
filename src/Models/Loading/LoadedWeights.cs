// Owns the list of what a network has taken from its file, so that it can be taken again.
using Tern.Kernels;
using Tern.Tensors;

namespace Tern.Models.Loading;

/// <summary>What the reading of a model has made of its tensors.</summary>
internal sealed class LoadedWeights
{
    private readonly List<(float[] Values, Tensor Source, int Start)> _vectors = [];
    private Tensor? _derived;

    /// <summary>All matrices, in the order in which they were prepared.</summary>
    public List<Weight> Matrices { get; } = [];

    /// <summary>Some of a tensor's elements as floats of one's own.</summary>
    public float[] Copy(Tensor tensor, int start, int count)
    {
        float[] values = WeightReader.Expand(tensor);
        if (count != values.Length)
            values = values.AsSpan(start, count).ToArray();
        _vectors.Add((values, tensor, start));
        return values;
    }

    /// <summary>All elements of a tensor from which something else is computed, once and for all.</summary>
    public float[] Derive(Tensor tensor)
    {
        _derived = tensor;
        return WeightReader.Expand(tensor);
    }

    /// <summary>Why something would not follow its tensor, or null.</summary>
    public string? Obstacle =>
        _derived is not null ? $"the network holds what was computed of {_derived} and cannot take new weights"
        : Matrices.Find(matrix => matrix.Source.Type != DType.F32) is { } other
            ? $"{other.Source} cannot take new values; matrices of F32 can"
        : null;

    /// <summary>Takes all values again.</summary>
    /// <exception cref="NotSupportedException">Something does not follow its tensor; nothing was changed.</exception>
    public void Refresh(IBackend backend)
    {
        if (Obstacle is { } obstacle)
            throw new NotSupportedException(obstacle);
        foreach (var matrix in Matrices)
            backend.Refresh(matrix, matrix.Source);
        foreach (var (values, source, start) in _vectors)
            WeightReader.Expand(source).AsSpan(start, values.Length).CopyTo(values);
    }
}
