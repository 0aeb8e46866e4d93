// Owns what a long write tells about how far it is.
using Tern.Tensors;

namespace Tern.Formats.Gguf;

/// <summary>A tensor is about to be written.</summary>
/// <param name="Tensor">Its name.</param>
/// <param name="Type">Its element type in the new file.</param>
/// <param name="Index">How many were written before it.</param>
/// <param name="Count">How many there are.</param>
public readonly record struct GgufProgress(string Tensor, DType Type, int Index, int Count);
