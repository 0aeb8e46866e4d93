// Owns the result of a generator: the bytes, and what a reader needs to understand them.
namespace Tern.Kernels.Cpu.Jit;

/// <summary>Machine code that takes the address of a job in rdi, with the notes of its generator.</summary>
public sealed record GeneratedKernel
{
    /// <summary>For listings, like "q4_K-4".</summary>
    public required string Name { get; init; }

    /// <summary>What it does, one sentence.</summary>
    public required string Summary { get; init; }

    /// <summary>Position-independent code and its tables.</summary>
    public required ReadOnlyMemory<byte> Code { get; init; }

    /// <summary>How many of the bytes are instructions; tables follow.</summary>
    public required int InstructionBytes { get; init; }

    /// <summary>What the registers hold, by their names in upper case.</summary>
    public required IReadOnlyDictionary<string, string> Names { get; init; }

    /// <summary>Comments by the offset of the instruction they stand before.</summary>
    public required IReadOnlyDictionary<int, string> Comments { get; init; }

    /// <summary>Names by the offset they stand for.</summary>
    public required IReadOnlyDictionary<int, string> Labels { get; init; }

    /// <summary>
    /// Writes the instructions, one a line, with labels, comments and, for registers, names; which register has which
    /// name stands above.
    /// </summary>
    public void Write(TextWriter writer) => KernelListing.Write(this, writer);
}
