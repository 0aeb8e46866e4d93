// Owns how a generated kernel is printed: the instructions as the processor will read them, decoded from the bytes, with
// the names and comments of the generator.
using Iced.Intel;

namespace Tern.Kernels.Cpu.Jit;

internal static class KernelListing
{
    private const string Indent = "    ";

    public static void Write(GeneratedKernel kernel, TextWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        var formatter = new IntelFormatter(new LabelNames(kernel.Labels));
        formatter.Options.SpaceAfterOperandSeparator = true;
        formatter.Options.RipRelativeAddresses = true;
        formatter.Options.FirstOperandCharIndex = 12;
        formatter.Options.MemorySizeOptions = MemorySizeOptions.Minimal;
        var text = new StringOutput();
        writer.WriteLine($"; {kernel.Name}: {kernel.Summary} {kernel.Code.Length} bytes.");
        foreach (var instruction in Instructions(kernel))
        {
            int offset = (int)instruction.IP;
            if (kernel.Labels.TryGetValue(offset, out string? label))
                writer.WriteLine($"{label}:");
            if (kernel.Comments.TryGetValue(offset, out string? comment))
                writer.WriteLine($"{Indent}; {comment}");
            formatter.Format(instruction, text);
            writer.WriteLine(Indent + text.ToStringAndReset());
        }
    }

    /// <summary>The instructions of the kernel, decoded from its bytes; their addresses count from 0.</summary>
    internal static IEnumerable<Instruction> Instructions(GeneratedKernel kernel)
    {
        var decoder = Decoder.Create(64, kernel.Code[..kernel.InstructionBytes].ToArray());
        while (decoder.IP < (ulong)kernel.InstructionBytes)
            yield return decoder.Decode();
    }

    private sealed class LabelNames(IReadOnlyDictionary<int, string> labels) : ISymbolResolver
    {
        public bool TryGetSymbol(
            in Instruction instruction,
            int operand,
            int instructionOperand,
            ulong address,
            int addressSize,
            out SymbolResult symbol
        )
        {
            bool isCode =
                instructionOperand >= 0
                && (
                    instruction.GetOpKind(instructionOperand) == OpKind.NearBranch64
                    || instruction.IsIPRelativeMemoryOperand
                );
            string? name = null;
            bool known = isCode && labels.TryGetValue((int)address, out name);
            symbol = known ? new SymbolResult(address, name!) : default;
            return known;
        }
    }
}
