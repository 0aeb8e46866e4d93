// Owns the generator of the kernels that turn the values of 32 positions into tiles, in two parts. A position is an input of
// the product with weights, and a dimension an output: line i of a panel's tile holds positions i and i + 16, for 16
// dimensions. Weights take the positions in the same order.
using Iced.Intel;
using Tern.Tensors;
using static Iced.Intel.AssemblerRegisters;

namespace Tern.Kernels.Cpu.Jit;

internal sealed class ValueTiles : PartWriter
{
    private const int LineBytes = 64;
    private const int Lines = TileShape.Bytes / LineBytes;

    private static readonly AssemblerRegister64 Offset = rax;
    private static readonly AssemblerRegister64 First = rcx;
    private static readonly AssemblerRegister64 Second = rdx;
    private static readonly AssemblerRegister64 Line = rsi;
    private static readonly AssemblerRegister64 Target = r8;
    private static readonly AssemblerRegister64 TileStride = r9;
    private static readonly AssemblerRegister64 PanelsLeft = r10;
    private static readonly AssemblerRegister64 LinesLeft = r11;

    private static readonly AssemblerRegisterZMM[] Values = [zmm0, zmm1];
    private static readonly AssemblerRegisterZMM[] Rests = [zmm2, zmm3];

    private ValueTiles()
    {
        Name(Offset, "offset");
        Name(First, "first");
        Name(Second, "second");
        Name(Line, "line");
        Name(Target, "target");
        Name(TileStride, "tile_stride");
        Name(PanelsLeft, "panels_left");
        Name(LinesLeft, "lines_left");
        for (int i = 0; i < 2; i++)
        {
            Name(Values[i], $"value{i}");
            Name(Rests[i], $"rest{i}");
        }
    }

    public static string NameOf(DType type) => $"{type}-values-to-tiles";

    /// <param name="type"><see cref="DType.F16"/> or <see cref="DType.F32"/>.</param>
    public static GeneratedKernel Generate(DType type) => new ValueTiles().Write(type);

    private GeneratedKernel Write(DType type)
    {
        PrepareParts();
        mov(First, Field<ValueTileJob>(nameof(ValueTileJob.First)));
        mov(Second, Field<ValueTileJob>(nameof(ValueTileJob.Second)));
        mov(Line, Field<ValueTileJob>(nameof(ValueTileJob.Tiles)));
        mov(TileStride, Field<ValueTileJob>(nameof(ValueTileJob.TileStride)));
        mov(r11d, Lines);
        var line = Here("line");
        mov(Target, Line);
        mov(PanelsLeft, Field<ValueTileJob>(nameof(ValueTileJob.Panels)));
        mov(Offset, 0);
        var panel = Here("panel");
        Load(type, Values[0], __[First + Offset]);
        Load(type, Values[1], __[Second + Offset]);
        for (int i = 0; i < 2; i++)
        {
            vmovups(Rests[i], Values[i]);
            TakeRest(Rests[i]);
        }
        PairUppers(Values[0], Values[1]);
        PairUppers(Rests[0], Rests[1]);
        vmovups(__zmmword_ptr[Target], Values[0]);
        vmovups(__zmmword_ptr[Target + TileShape.Bytes], Rests[0]);
        add(Offset, type == DType.F16 ? 32 : 64);
        add(Target, TileStride);
        dec(PanelsLeft);
        jne(panel);
        add(First, Field<ValueTileJob>(nameof(ValueTileJob.Stride)));
        add(Second, Field<ValueTileJob>(nameof(ValueTileJob.Stride)));
        add(Line, LineBytes);
        dec(LinesLeft);
        jne(line);
        Return();
        return Finish(NameOf(type), $"Values of 32 positions in {type} to bfloat16 tiles, in two parts.");
    }
}
