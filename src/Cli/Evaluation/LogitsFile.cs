// Owns the file of numbers that "tern logits" leaves.
using System.Runtime.InteropServices;
using Tern.Formats;
using Tern.Models;
using Tern.Tensors;

namespace Tern.Cli.Evaluation;

/// <summary>Writes what a network says about tokens: float32, little-endian, row after row.</summary>
internal static class LogitsFile
{
    /// <summary>Computes with keys and values in F32 and writes the file whole or not at all.</summary>
    /// <param name="model">The network. An encoder always gives all rows, its token embeddings.</param>
    /// <param name="tokens">One sequence from position 0, at least one token.</param>
    /// <param name="allPositions">Whether all rows are wanted, not only the last.</param>
    /// <param name="path">The file to create or replace.</param>
    /// <returns>Rows and values in a row.</returns>
    public static (int Rows, int Width) Write(CausalModel model, int[] tokens, bool allPositions, string path)
    {
        using var sequence = new SequenceBatch(model, sequences: 1, tokens.Length, DType.F32);
        var wanted = allPositions || model.Config.IsEncoder ? OutputRows.All : OutputRows.Last;
        int rows = wanted == OutputRows.All ? tokens.Length : 1;
        AtomicFile.Write(
            path,
            (long)rows * sequence.Width * sizeof(float),
            stream => sequence.Feed(tokens, wanted, (_, values) => stream.Write(MemoryMarshal.AsBytes(values)))
        );
        return (rows, sequence.Width);
    }
}
