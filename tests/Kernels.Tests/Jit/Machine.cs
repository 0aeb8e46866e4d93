// Owns an interpreter of the instructions that generated kernels use, so that they are proven on machines that lack them.
// It decodes the emitted bytes, knows nothing of how they were made, and throws on everything it does not know. This part
// holds the loop and the scalar instructions.
using Iced.Intel;
using Tern.Kernels.Cpu.Jit;

namespace Tern.Kernels.Tests.Jit;

internal sealed unsafe partial class Machine
{
    private const int StackBytes = 4096;
    private const ulong ReturnAddress = 0x7e57;
    private const int LongestRun = 50_000_000;

    private readonly MachineMemory _memory;
    private readonly Dictionary<ulong, Instruction> _program = [];
    private readonly ulong[] _general = new ulong[16];
    private readonly ulong _entry;
    private readonly VAGetRegisterValue _addressPart;
    private bool _zero;
    private bool _carry;

    public Machine(GeneratedKernel kernel, MachineMemory memory)
    {
        _memory = memory;
        _addressPart = (register, _, _) => register.IsSegmentRegister() ? 0 : this[register];
        _entry = (ulong)memory.Constant(kernel.Code.Span, misalignment: 0);
        var decoder = Decoder.Create(64, kernel.Code[..kernel.InstructionBytes].ToArray());
        decoder.IP = _entry;
        while (decoder.IP < _entry + (ulong)kernel.InstructionBytes)
        {
            var instruction = decoder.Decode();
            _program[instruction.IP] = instruction;
        }
    }

    /// <summary>Calls the kernel as the calling convention of Linux does, and checks that it keeps it.</summary>
    public void Call(void* job)
    {
        byte* stack = _memory.Allocate(StackBytes);
        var random = new Random(1);
        for (int i = 0; i < _general.Length; i++)
            _general[i] = (ulong)random.NextInt64();
        random.NextBytes(_vectors);
        this[Register.RSP] = (ulong)stack + StackBytes;
        this[Register.RDI] = (ulong)job;
        Push(ReturnAddress);
        ulong[] before = [.. _general];

        ulong next = _entry;
        for (int step = 0; next != ReturnAddress; step++)
        {
            if (!_program.TryGetValue(next, out var instruction))
                throw new MachineException($"no instruction at offset {next - _entry}");
            if (step == LongestRun)
                throw new MachineException("does not end");
            next = instruction.NextIP;
            Execute(instruction, ref next);
        }

        foreach (
            var register in (Register[])
                [Register.RBX, Register.RBP, Register.R12, Register.R13, Register.R14, Register.R15]
        )
        {
            if (this[register] != before[register - Register.RAX])
                throw new MachineException($"does not give {register} back");
        }
        if (this[Register.RSP] != (ulong)stack + StackBytes)
            throw new MachineException("does not give the stack back");
        if (_tiles is not null)
            throw new MachineException("does not release the tiles");
    }

    private ulong this[Register register]
    {
        get
        {
            ulong value = _general[register.GetFullRegister() - Register.RAX];
            return register.GetSize() switch
            {
                8 => value,
                4 => (uint)value,
                1 when register is >= Register.AL and <= Register.BL => (byte)value,
                _ => throw new MachineException($"unknown register {register}"),
            };
        }
        set
        {
            if (register.GetSize() is not (4 or 8))
                throw new MachineException($"writes {register}");
            _general[register.GetFullRegister() - Register.RAX] = register.GetSize() == 4 ? (uint)value : value;
        }
    }

    private void Execute(in Instruction i, ref ulong next)
    {
        switch (i.Mnemonic)
        {
            case Mnemonic.Mov:
                SetOperand(i, Operand(i, 1));
                break;
            case Mnemonic.Xchg:
                (this[i.Op0Register], this[i.Op1Register]) = (this[i.Op1Register], this[i.Op0Register]);
                break;
            case Mnemonic.Lea:
                SetOperand(i, Address(i, 1));
                break;
            case Mnemonic.Add:
                SetResult(i, Operand(i, 0) + Operand(i, 1));
                break;
            case Mnemonic.Sub:
                SetResult(i, Operand(i, 0) - Operand(i, 1));
                break;
            case Mnemonic.Xor:
                SetResult(i, Operand(i, 0) ^ Operand(i, 1));
                break;
            case Mnemonic.Or:
                SetResult(i, Operand(i, 0) | Operand(i, 1));
                break;
            case Mnemonic.Shl:
                SetResult(i, Operand(i, 0) << (int)Operand(i, 1));
                break;
            case Mnemonic.Shr:
                SetResult(i, Operand(i, 0) >> (int)Operand(i, 1));
                break;
            case Mnemonic.Dec:
                SetResult(i, Operand(i, 0) - 1);
                break;
            case Mnemonic.Cmp:
                _zero = Operand(i, 0) == Operand(i, 1);
                _carry = Operand(i, 0) < Operand(i, 1);
                break;
            case Mnemonic.Test:
                _zero = (Operand(i, 0) & Operand(i, 1)) == 0;
                _carry = false;
                break;
            case Mnemonic.Jmp:
                next = i.NearBranchTarget;
                break;
            case Mnemonic.Je:
                next = _zero ? i.NearBranchTarget : next;
                break;
            case Mnemonic.Jne:
                next = _zero ? next : i.NearBranchTarget;
                break;
            case Mnemonic.Jb:
                next = _carry ? i.NearBranchTarget : next;
                break;
            case Mnemonic.Jbe:
                next = _carry || _zero ? i.NearBranchTarget : next;
                break;
            case Mnemonic.Jae:
                next = _carry ? next : i.NearBranchTarget;
                break;
            case Mnemonic.Push:
                Push(Operand(i, 0));
                break;
            case Mnemonic.Pop:
                SetOperand(i, Pop());
                break;
            case Mnemonic.Ret:
                next = Pop();
                this[Register.RSP] += i.OpCount > 0 ? i.GetImmediate(0) : 0;
                break;
            case Mnemonic.Prefetcht0:
            case Mnemonic.Prefetcht1:
                break;
            default:
                if (!TryVector(i) && !TryTile(i))
                    throw new MachineException($"unknown instruction {i}");
                break;
        }
    }

    private ulong Operand(in Instruction i, int operand) =>
        i.GetOpKind(operand) switch
        {
            OpKind.Register => this[i.GetOpRegister(operand)],
            OpKind.Memory when i.MemorySize.GetSize() == 8 => BitConverter.ToUInt64(
                _memory.Read(Address(i, operand), 8)
            ),
            OpKind.Memory => throw new MachineException($"unknown size of {i}"),
            _ => i.GetImmediate(operand),
        };

    private void SetOperand(in Instruction i, ulong value)
    {
        if (i.GetOpKind(0) != OpKind.Register)
            throw new MachineException($"unknown target of {i}");
        this[i.GetOpRegister(0)] = value;
    }

    /// <summary>Sets the target and the zero flag; the carry is left undefined, and nothing may ask for it.</summary>
    private void SetResult(in Instruction i, ulong value)
    {
        SetOperand(i, value);
        _zero = this[i.GetOpRegister(0)] == 0;
    }

    private ulong Address(in Instruction i, int operand) => i.GetVirtualAddress(operand, 0, _addressPart);

    private void Push(ulong value)
    {
        this[Register.RSP] -= 8;
        BitConverter.TryWriteBytes(_memory.Write(this[Register.RSP], 8), value);
    }

    private ulong Pop()
    {
        ulong value = BitConverter.ToUInt64(_memory.Read(this[Register.RSP], 8));
        this[Register.RSP] += 8;
        return value;
    }
}
