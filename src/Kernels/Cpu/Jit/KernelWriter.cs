// Owns what all generators share: an assembler whose code can be read back with the names and comments it was written
// with, the convention by which kernels are called, and the small patterns that every kernel repeats.
using System.Runtime.InteropServices;
using Iced.Intel;
using Tern.Kernels.Cpu.Packed;
using static Iced.Intel.AssemblerRegisters;

namespace Tern.Kernels.Cpu.Jit;

/// <summary>
/// A kernel takes one argument, the address of its job, which the calling convention of Linux puts into rdi, and returns
/// nothing. It may use rax, rcx, rdx, rsi, r8 to r11 and all vector registers freely.
/// </summary>
internal class KernelWriter : Assembler
{
    /// <summary>The address of the job.</summary>
    public static readonly AssemblerRegister64 Job = rdi;

    private readonly Dictionary<Register, string> _names = [];
    private readonly Dictionary<int, string> _comments = [];
    private readonly Dictionary<int, string> _labels = [];
    private readonly List<(Label Label, byte[] Bytes)> _tables = [];
    private readonly Stack<AssemblerRegister64> _saved = [];

    public KernelWriter()
        : base(64) => Name(Job, "job");

    /// <summary>Says what a register holds, in one word.</summary>
    public void Name(Register register, string name) => _names[register] = name;

    /// <summary>Explains the instructions that follow.</summary>
    public void Say(string comment) => _comments[Instructions.Count] = comment;

    /// <summary>A place to jump back to.</summary>
    public Label Here(string name)
    {
        var label = CreateLabel(name);
        Place(ref label);
        return label;
    }

    /// <summary>Makes the label stand for what follows.</summary>
    public void Place(ref Label label)
    {
        _labels[Instructions.Count] = label.Name;
        Label(ref label);
    }

    /// <summary>A field of the job, 64 bits wide.</summary>
    public static AssemblerMemoryOperand Field<TJob>(string name)
        where TJob : unmanaged => __qword_ptr[Job + (int)Marshal.OffsetOf<TJob>(name)];

    /// <summary>A place of up to four at equal distances, the first of them where the register is.</summary>
    public static AssemblerMemoryOperand OfFour(
        int index,
        AssemblerRegister64 first,
        AssemblerRegister64 stride,
        AssemblerRegister64 threeStrides
    ) =>
        index switch
        {
            0 => __[first],
            1 => __[first + stride],
            2 => __[first + stride * 2],
            _ => __[first + threeStrides],
        };

    /// <summary>Keeps a register that belongs to the caller until <see cref="Return"/>.</summary>
    public void Save(AssemblerRegister64 register)
    {
        push(register);
        _saved.Push(register);
    }

    /// <summary>Gives the caller its registers back. Narrow vector code is slow while upper halves hold something.</summary>
    public void Return()
    {
        vzeroupper();
        while (_saved.TryPop(out var register))
            pop(register);
        ret();
    }

    /// <summary>All 32-bit lanes become the value.</summary>
    public void Fill(AssemblerRegisterZMM register, int value)
    {
        mov(eax, value);
        vpbroadcastd(register, eax);
    }

    /// <inheritdoc cref="Fill(AssemblerRegisterZMM, int)"/>
    public void Fill(AssemblerRegisterYMM register, int value)
    {
        mov(eax, value);
        var lane = new AssemblerRegisterXMM(Register.XMM0 + (register.Value - Register.YMM0));
        vmovd(lane, eax);
        vpbroadcastd(register, lane);
    }

    public void Zero(AssemblerRegisterZMM register) => vpxord(register, register, register);

    /// <summary>How many of the inputs that are left the current slab has: four times its blocks, as rows' records count them.</summary>
    public void MeasureSlab(AssemblerRegister64 end, AssemblerRegister64 left)
    {
        const int Inputs = PackedLayout.Block * RowSlab.Blocks;
        Say($"a slab has up to {Inputs} inputs");
        var isLast = CreateLabel("is_last");
        mov(end, left);
        cmp(left, Inputs);
        jb(isLast);
        mov(end, Inputs);
        Place(ref isLast);
        shr(end, 3);
    }

    /// <summary>Bytes behind the code that it can load.</summary>
    public AssemblerMemoryOperand Table(string name, ReadOnlySpan<byte> bytes)
    {
        var label = CreateLabel(name);
        _tables.Add((label, bytes.ToArray()));
        return __zmmword_ptr[label];
    }

    /// <summary>Ends the kernel.</summary>
    /// <param name="name">How it is listed.</param>
    /// <param name="summary">What it does, one sentence.</param>
    public GeneratedKernel Finish(string name, string summary)
    {
        int instructions = Instructions.Count;
        foreach (var (label, bytes) in _tables)
        {
            var place = label;
            Place(ref place);
            db(bytes);
        }
        using var stream = new MemoryStream();
        var result = Assemble(new StreamCodeWriter(stream), 0, BlockEncoderOptions.ReturnNewInstructionOffsets);
        uint[] offsets = result.Result[0].NewInstructionOffsets;
        byte[] code = stream.ToArray();
        return new GeneratedKernel
        {
            Name = name,
            Summary = summary,
            Code = code,
            Names = _names.ToDictionary(pair => pair.Key.ToString(), pair => pair.Value),
            InstructionBytes = instructions < offsets.Length ? (int)offsets[instructions] : code.Length,
            Comments = _comments.ToDictionary(pair => (int)offsets[pair.Key], pair => pair.Value),
            Labels = _labels.ToDictionary(pair => (int)offsets[pair.Key], pair => pair.Value),
        };
    }
}
