// Owns the generator of the kernels that turn the keys of 16 positions into the tiles of a panel, in two parts. A position
// is an output of the product with queries, so what lies along a key has to lie across its tile: line j holds dimensions j
// and j + 16 of the step, for 16 positions. Queries take the dimensions in the same order.
using Iced.Intel;
using Tern.Tensors;
using static Iced.Intel.AssemblerRegisters;

namespace Tern.Kernels.Cpu.Jit;

internal sealed class KeyTiles : PartWriter
{
    /// <summary>Positions of a panel.</summary>
    public const int Positions = 16;

    private const byte EvenQuarters = 0b_10_00_10_00;
    private const byte OddQuarters = 0b_11_01_11_01;

    private static readonly AssemblerRegister64 Steps = rax;

    /// <summary>Positions 0, 4, 8 and 12.</summary>
    private static readonly AssemblerRegister64[] Fourth = [rcx, rdx, rsi, r8];
    private static readonly AssemblerRegister64 Stride = r9;
    private static readonly AssemblerRegister64 ThreeStrides = r10;
    private static readonly AssemblerRegister64 Tiles = r11;

    /// <summary>Dimensions 16 to 31 of a step, until they have joined the others.</summary>
    private static readonly AssemblerRegisterZMM Second = zmm29;

    /// <summary>A position's lanes, and after transposing a line's; one register is spare, and not always the same.</summary>
    private readonly AssemblerRegisterZMM[] _lines = [.. Enumerable.Range(0, Positions).Select(Vector)];
    private AssemblerRegisterZMM _spare = Vector(Positions);

    private KeyTiles()
    {
        Name(Steps, "steps");
        for (int i = 0; i < 4; i++)
            Name(Fourth[i], $"position{4 * i}");
        Name(Stride, "stride");
        Name(ThreeStrides, "three_strides");
        Name(Tiles, "tiles");
        Name(Second, "second");
    }

    public static string NameOf(DType type) => $"{type}-keys-to-tiles";

    /// <param name="type"><see cref="DType.F16"/> or <see cref="DType.F32"/>.</param>
    public static GeneratedKernel Generate(DType type) => new KeyTiles().Write(type);

    private GeneratedKernel Write(DType type)
    {
        int halfStepBytes = type == DType.F16 ? 32 : 64;
        PrepareParts();
        mov(Steps, Field<KeyTileJob>(nameof(KeyTileJob.Steps)));
        mov(Stride, Field<KeyTileJob>(nameof(KeyTileJob.Stride)));
        lea(ThreeStrides, __[Stride + Stride * 2]);
        mov(Tiles, Field<KeyTileJob>(nameof(KeyTileJob.Tiles)));
        mov(Fourth[0], Field<KeyTileJob>(nameof(KeyTileJob.Keys)));
        for (int i = 1; i < 4; i++)
            lea(Fourth[i], __[Fourth[i - 1] + Stride * 4]);
        var step = Here("step");
        for (int part = 0; part < Parts; part++)
        {
            Say(part == 0 ? "upper halves" : "what is left of them");
            for (int position = 0; position < Positions; position++)
            {
                var source = OfFour(position % 4, Fourth[position / 4], Stride, ThreeStrides);
                Load(type, _lines[position], source);
                Load(type, Second, source + halfStepBytes);
                if (part > 0)
                {
                    TakeRest(_lines[position]);
                    TakeRest(Second);
                }
                PairUppers(_lines[position], Second);
            }
            Transpose();
            for (int line = 0; line < Positions; line++)
                vmovups(__zmmword_ptr[Tiles + part * TileShape.Bytes + 64 * line], _lines[line]);
        }
        foreach (var position in Fourth)
            add(position, 2 * halfStepBytes);
        add(Tiles, Parts * TileShape.Bytes);
        dec(Steps);
        jne(step);
        Return();
        return Finish(NameOf(type), $"Keys of 16 positions in {type} to bfloat16 tiles, in two parts.");
    }

    /// <summary>16 lanes of 16 vectors change places.</summary>
    private void Transpose()
    {
        Say("two positions by two lanes, then four by four, in each quarter");
        for (int i = 0; i < Positions; i += 2)
            Exchange(i, i + 1, (t, a, b) => vpunpckldq(t, a, b), (t, a, b) => vpunpckhdq(t, a, b));
        for (int i = 0; i < Positions; i += 4)
        {
            for (int j = 0; j < 2; j++)
                Exchange(i + j, i + j + 2, (t, a, b) => vpunpcklqdq(t, a, b), (t, a, b) => vpunpckhqdq(t, a, b));
            // Lane 4q + m of four positions is now quarter q of the vector that belongs to m.
            (_lines[i + 1], _lines[i + 2]) = (_lines[i + 2], _lines[i + 1]);
        }
        Say("four quarters by four");
        for (int m = 0; m < 4; m++)
        {
            ExchangeQuarters(m, m + 4);
            ExchangeQuarters(m + 8, m + 12);
            ExchangeQuarters(m, m + 8);
            ExchangeQuarters(m + 4, m + 12);
        }
    }

    private void ExchangeQuarters(int first, int second) =>
        Exchange(
            first,
            second,
            (t, a, b) => vshufi32x4(t, a, b, EvenQuarters),
            (t, a, b) => vshufi32x4(t, a, b, OddQuarters)
        );

    /// <summary>What the two instructions make of two vectors takes their places.</summary>
    private void Exchange(
        int first,
        int second,
        Action<AssemblerRegisterZMM, AssemblerRegisterZMM, AssemblerRegisterZMM> one,
        Action<AssemblerRegisterZMM, AssemblerRegisterZMM, AssemblerRegisterZMM> other
    )
    {
        var (a, b) = (_lines[first], _lines[second]);
        one(_spare, a, b);
        other(b, a, b);
        _lines[first] = _spare;
        _spare = a;
    }

    private static AssemblerRegisterZMM Vector(int number) => new(Register.ZMM0 + number);
}
