// The interpreter's instructions of 256 and 512 bits: 8 or 16 lanes of 32 bits, optionally masked when stored, optionally
// broadcast when loaded. Writing less than a register clears the rest of it. Arithmetic follows the manual: each
// operation rounds once, to nearest even.
using System.Runtime.InteropServices;
using Iced.Intel;

namespace Tern.Kernels.Tests.Jit;

internal sealed unsafe partial class Machine
{
    private const int VectorBytes = 64;
    private readonly byte[] _vectors = new byte[32 * VectorBytes];
    private readonly ulong[] _masks = new ulong[8];

    private bool TryVector(in Instruction i)
    {
        switch (i.Mnemonic)
        {
            case Mnemonic.Kmovw:
                _masks[i.Op0Register - Register.K0] = BitConverter.ToUInt16(_memory.Read(Address(i, 1), 2));
                return true;
            case Mnemonic.Vzeroupper:
                for (int register = 0; register < 16; register++)
                    _vectors.AsSpan(register * VectorBytes + 16, VectorBytes - 16).Clear();
                return true;
            case Mnemonic.Vmovups or Mnemonic.Vmovdqu when i.Op0Kind == OpKind.Memory:
                Store(i);
                return true;
            case Mnemonic.Vmovups or Mnemonic.Vmovdqu:
                Source(i, 1).CopyTo(Target(i));
                return true;
            case Mnemonic.Vmovd:
                Target(i).Clear();
                Target(i)[0] = (uint)this[i.Op1Register];
                return true;
            case Mnemonic.Vpbroadcastd or Mnemonic.Vbroadcastss:
                Target(i).Fill(FirstLane(i));
                return true;
            case Mnemonic.Vpmovzxbd:
                Widen(i, value => value);
                return true;
            case Mnemonic.Vpmovsxbd:
                Widen(i, value => (uint)(sbyte)value);
                return true;
            case Mnemonic.Vcvtph2ps:
                WidenWords(i, value => Bits((float)BitConverter.UInt16BitsToHalf(value)));
                return true;
            case Mnemonic.Vpmovzxwd:
                WidenWords(i, value => value);
                return true;
            case Mnemonic.Vcvtdq2ps:
                Each(i, Source(i, 1), default, (_, a, _) => Bits((int)a));
                return true;
            case Mnemonic.Vpunpckldq:
                TakeTurns(i, first: 0, lanes: 1);
                return true;
            case Mnemonic.Vpunpckhdq:
                TakeTurns(i, first: 2, lanes: 1);
                return true;
            case Mnemonic.Vpunpcklqdq:
                TakeTurns(i, first: 0, lanes: 2);
                return true;
            case Mnemonic.Vpunpckhqdq:
                TakeTurns(i, first: 2, lanes: 2);
                return true;
            case Mnemonic.Vshufi32x4:
                ChooseQuarters(i);
                return true;
            case Mnemonic.Vpermw:
                Permute(i);
                return true;
            case Mnemonic.Vcvtne2ps2bf16:
                ToBFloat16(i);
                return true;
            default:
                return TryLanes(i);
        }
    }

    /// <summary>The instructions that treat every lane alike: target = f(target, first, second).</summary>
    private bool TryLanes(in Instruction i)
    {
        byte immediate = i.OpCount > 2 && i.GetOpKind(i.OpCount - 1) == OpKind.Immediate8 ? i.Immediate8 : (byte)0;
        Func<uint, uint, uint, uint>? function = i.Mnemonic switch
        {
            Mnemonic.Vpaddd => (_, a, b) => a + b,
            Mnemonic.Vpsubd => (_, a, b) => a - b,
            Mnemonic.Vpsubb => (_, a, b) => EachByte(a, b, (value, less) => value - less),
            Mnemonic.Vpandd or Mnemonic.Vpand => (_, a, b) => a & b,
            Mnemonic.Vpor or Mnemonic.Vpord => (_, a, b) => a | b,
            Mnemonic.Vpxord or Mnemonic.Vpxor => (_, a, b) => a ^ b,
            Mnemonic.Vpslld => (_, a, _) => a << immediate,
            Mnemonic.Vpsrld => (_, a, _) => a >> immediate,
            Mnemonic.Vpternlogd => (target, a, b) => Ternary(target, a, b, immediate),
            Mnemonic.Vmulps => (_, a, b) => Bits(Float(a) * Float(b)),
            Mnemonic.Vsubps => (_, a, b) => Bits(Float(a) - Float(b)),
            Mnemonic.Vfmadd231ps => (target, a, b) => Bits(MathF.FusedMultiplyAdd(Float(a), Float(b), Float(target))),
            Mnemonic.Vfmadd213ps => (target, a, b) => Bits(MathF.FusedMultiplyAdd(Float(a), Float(target), Float(b))),
            Mnemonic.Vfnmadd231ps => (target, a, b) => Bits(MathF.FusedMultiplyAdd(-Float(a), Float(b), Float(target))),
            Mnemonic.Vpaddw => (_, a, b) => Words(Low(a) + Low(b), High(a) + High(b)),
            Mnemonic.Vpmaddwd => (_, a, b) => DotWords(a, b),
            Mnemonic.Vpmaddubsw => (_, a, b) => MultiplyBytes(a, b),
            Mnemonic.Vpabsb => (_, a, _) => EachByte(a, a, (value, _) => Math.Abs((int)value)),
            Mnemonic.Vpsignb => (_, a, b) => EachByte(a, b, (value, sign) => value * Math.Sign(sign)),
            Mnemonic.Vpdpbusd => (target, a, b) => target + DotBytes(a, b),
            Mnemonic.Vpdpwssd => (target, a, b) => target + DotWords(a, b),
            _ => null,
        };
        if (function is null)
            return false;
        bool isUnary = i.Mnemonic is Mnemonic.Vpslld or Mnemonic.Vpsrld or Mnemonic.Vpabsb;
        Each(i, Source(i, 1), isUnary ? default : Source(i, 2), function);
        return true;
    }

    private void Each(in Instruction i, Span<uint> first, Span<uint> second, Func<uint, uint, uint, uint> function)
    {
        var target = Target(i);
        for (int lane = 0; lane < target.Length; lane++)
            target[lane] = function(target[lane], first[lane], second.IsEmpty ? 0 : second[lane]);
    }

    /// <summary>The register an instruction without mask writes.</summary>
    private Span<uint> Target(in Instruction i)
    {
        if (i.HasOpMask)
            throw new MachineException($"unknown mask of {i}");
        var target = Vector(i.Op0Register);
        int start = Number(i.Op0Register) * VectorBytes;
        int bytes = target.Length * sizeof(uint);
        _vectors.AsSpan(start + bytes, VectorBytes - bytes).Clear();
        return target;
    }

    private Span<uint> Vector(Register register)
    {
        return MemoryMarshal.Cast<byte, uint>(_vectors.AsSpan(Number(register) * VectorBytes, register.GetSize()));
    }

    private static int Number(Register register)
    {
        if (!register.IsVectorRegister())
            throw new MachineException($"unknown register {register}");
        return register.GetNumber();
    }

    private Span<uint> Source(in Instruction i, int operand)
    {
        if (i.GetOpKind(operand) == OpKind.Register)
            return Vector(i.GetOpRegister(operand));
        if (!i.IsBroadcast)
            return MemoryMarshal.Cast<byte, uint>(_memory.Read(Address(i, operand), i.Op0Register.GetSize()));
        var lanes = new uint[Vector(i.Op0Register).Length];
        lanes.AsSpan().Fill(LoadLane(i, operand));
        return lanes;
    }

    private uint LoadLane(in Instruction i, int operand) =>
        BitConverter.ToUInt32(_memory.Read(Address(i, operand), sizeof(uint)));

    /// <summary>What an instruction broadcasts: from memory, a general or a vector register.</summary>
    private uint FirstLane(in Instruction i) =>
        i.Op1Kind != OpKind.Register ? LoadLane(i, 1)
        : i.Op1Register.IsVectorRegister() ? Vector(i.Op1Register)[0]
        : (uint)this[i.Op1Register];

    private void Store(in Instruction i)
    {
        ulong mask = i.HasOpMask ? _masks[i.OpMask - Register.K0] : ulong.MaxValue;
        var source = Vector(i.Op1Register);
        for (int lane = 0; lane < source.Length; lane++)
        {
            if ((mask >> lane & 1) != 0)
                BitConverter.TryWriteBytes(_memory.Write(Address(i, 0) + (ulong)(4 * lane), 4), source[lane]);
        }
    }

    private void Widen(in Instruction i, Func<byte, uint> widen)
    {
        var bytes = _memory.Read(Address(i, 1), Target(i).Length);
        for (int lane = 0; lane < bytes.Length; lane++)
            Target(i)[lane] = widen(bytes[lane]);
    }

    private void WidenWords(in Instruction i, Func<ushort, uint> widen)
    {
        var words = MemoryMarshal.Cast<byte, ushort>(_memory.Read(Address(i, 1), 2 * Target(i).Length));
        for (int lane = 0; lane < words.Length; lane++)
            Target(i)[lane] = widen(words[lane]);
    }

    private void Permute(in Instruction i)
    {
        ushort[] order = MemoryMarshal.Cast<uint, ushort>(Source(i, 1)).ToArray();
        ushort[] words = MemoryMarshal.Cast<uint, ushort>(Source(i, 2)).ToArray();
        var target = MemoryMarshal.Cast<uint, ushort>(Target(i));
        for (int word = 0; word < target.Length; word++)
            target[word] = words[order[word] % target.Length];
    }

    /// <summary>In every four lanes: some of the first operand and of the second in turn, from a half of the four on.</summary>
    private void TakeTurns(in Instruction i, int first, int lanes)
    {
        uint[][] sources = [Source(i, 1).ToArray(), Source(i, 2).ToArray()];
        var target = Target(i);
        for (int lane = 0; lane < target.Length; lane++)
        {
            int place = lane % 4;
            target[lane] = sources[place / lanes % 2][
                lane - place + first + place / (2 * lanes) * lanes + place % lanes
            ];
        }
    }

    /// <summary>Two quarters of the first operand, then two of the second.</summary>
    private void ChooseQuarters(in Instruction i)
    {
        uint[][] sources = [Source(i, 1).ToArray(), Source(i, 2).ToArray()];
        var target = Target(i);
        if (target.Length != 16)
            throw new MachineException($"unknown width of {i}");
        for (int quarter = 0; quarter < 4; quarter++)
        {
            int chosen = i.Immediate8 >> 2 * quarter & 3;
            sources[quarter / 2].AsSpan(4 * chosen, 4).CopyTo(target[(4 * quarter)..]);
        }
    }

    private void ToBFloat16(in Instruction i)
    {
        uint[] upper = Source(i, 1).ToArray();
        uint[] lower = Source(i, 2).ToArray();
        var target = MemoryMarshal.Cast<uint, ushort>(Target(i));
        for (int lane = 0; lane < lower.Length; lane++)
        {
            target[lane] = BFloat16.Round(Float(lower[lane]));
            target[lower.Length + lane] = BFloat16.Round(Float(upper[lane]));
        }
    }

    private static uint Ternary(uint a, uint b, uint c, byte table)
    {
        uint result = 0;
        for (int entry = 0; entry < 8; entry++)
        {
            if ((table >> entry & 1) != 0)
                result |= Match(a, entry >> 2) & Match(b, entry >> 1) & Match(c, entry);
        }
        return result;

        static uint Match(uint value, int bit) => (bit & 1) != 0 ? value : ~value;
    }

    private static uint EachByte(uint a, uint b, Func<sbyte, sbyte, int> function)
    {
        uint result = 0;
        for (int shift = 0; shift < 32; shift += 8)
            result |= (uint)(byte)function((sbyte)(a >> shift), (sbyte)(b >> shift)) << shift;
        return result;
    }

    /// <summary>Unsigned bytes by signed bytes; sums of two, which stop at the ends of 16 bits.</summary>
    private static uint MultiplyBytes(uint unsigned, uint signed)
    {
        return Words(Pair(0), Pair(16));

        int Pair(int shift)
        {
            int first = (byte)(unsigned >> shift) * (sbyte)(signed >> shift);
            int second = (byte)(unsigned >> (shift + 8)) * (sbyte)(signed >> (shift + 8));
            return Math.Clamp(first + second, short.MinValue, short.MaxValue);
        }
    }

    private static uint DotBytes(uint unsigned, uint signed)
    {
        int sum = 0;
        for (int shift = 0; shift < 32; shift += 8)
            sum += (byte)(unsigned >> shift) * (sbyte)(signed >> shift);
        return (uint)sum;
    }

    private static uint DotWords(uint a, uint b) => (uint)(Low(a) * Low(b) + High(a) * High(b));

    private static short Low(uint lane) => (short)lane;

    private static short High(uint lane) => (short)(lane >> 16);

    private static uint Words(int low, int high) => (ushort)low | (uint)high << 16;

    private static float Float(uint bits) => BitConverter.UInt32BitsToSingle(bits);

    private static uint Bits(float value) => BitConverter.SingleToUInt32Bits(value);
}
