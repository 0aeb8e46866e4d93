// Owns how a generated kernel is printed: the instructions as the processor will read them, decoded from the bytes, with
// the labels, comments and register names of the generator.
using System.Text;
using Iced.Intel;

namespace Tern.Kernels.Cpu.Jit;

internal static class KernelListing
{
    private const string Indent = "    ";
    private const int LineLength = 120;

    public static void Write(GeneratedKernel kernel, TextWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteLine($"; {kernel.Name}: {kernel.Summary} {kernel.Code.Length} bytes.");
        WriteNames(kernel, writer);
        var formatter = new IntelFormatter(new LabelNames(kernel.Labels));
        formatter.Options.SpaceAfterOperandSeparator = true;
        formatter.Options.FirstOperandCharIndex = 15;
        formatter.Options.RipRelativeAddresses = true;
        formatter.Options.ShowBranchSize = false;
        var text = new NamedRegisters(kernel.Names);
        foreach (var instruction in Instructions(kernel))
        {
            int offset = (int)instruction.IP;
            if (kernel.Labels.TryGetValue(offset, out string? label))
                writer.WriteLine($"{label}:");
            if (kernel.Comments.TryGetValue(offset, out string? comment))
                writer.WriteLine($"{Indent}; {comment}");
            formatter.Format(instruction, text);
            writer.WriteLine(Indent + text.Take());
        }
    }

    /// <summary>The instructions of the kernel, decoded from its bytes; their addresses count from 0.</summary>
    internal static IEnumerable<Instruction> Instructions(GeneratedKernel kernel)
    {
        var decoder = Iced.Intel.Decoder.Create(64, kernel.Code[..kernel.InstructionBytes].ToArray());
        while (decoder.IP < (ulong)kernel.InstructionBytes)
            yield return decoder.Decode();
    }

    private static void WriteNames(GeneratedKernel kernel, TextWriter writer)
    {
        var factory = new InstructionInfoFactory();
        var used = Instructions(kernel)
            .SelectMany(instruction => factory.GetInfo(instruction).GetUsedRegisters().Select(use => use.Register))
            .Distinct()
            .Order();
        var line = new StringBuilder(";");
        foreach (var register in used)
        {
            if (!kernel.Names.TryGetValue(register.ToString(), out string? name))
                continue;
            string entry = $" {register.ToString().ToLowerInvariant()}={name}";
            if (line.Length + entry.Length > LineLength)
            {
                writer.WriteLine(line);
                line.Clear().Append(';');
            }
            line.Append(entry);
        }
        if (line.Length > 1)
            writer.WriteLine(line);
    }

    private sealed class NamedRegisters(IReadOnlyDictionary<string, string> names) : FormatterOutput
    {
        private readonly StringBuilder _text = new();

        public override void Write(string text, FormatterTextKind kind) => _text.Append(text);

        public override void WriteRegister(
            in Instruction instruction,
            int operand,
            int instructionOperand,
            string text,
            Register register
        ) => _text.Append(names.GetValueOrDefault(register.ToString(), text));

        public string Take()
        {
            string text = _text.ToString();
            _text.Clear();
            return text;
        }
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
            bool isPlace = instruction.IsIPRelativeMemoryOperand || instruction.FlowControl != FlowControl.Next;
            string? name = null;
            bool isKnown = isPlace && labels.TryGetValue((int)address, out name);
            symbol = isKnown ? new SymbolResult(address, name!) : default;
            return isKnown;
        }
    }
}
