// Owns which register holds what in the kernels of 256 bits. A panel's 16 outputs are two registers: part 0 and part 1.
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace Tern.Kernels.Cpu.Jit;

internal static class SlabRegisters
{
    /// <summary>The panel's scales of the next block or super-block.</summary>
    public static readonly AssemblerRegister64 Scales = r11;

    /// <summary>The panel's codes from the current slab on.</summary>
    public static readonly AssemblerRegister64 Codes = r10;

    /// <summary>Four times the number of the block in the slab.</summary>
    public static readonly AssemblerRegister64 At = rax;

    /// <summary>What <see cref="At"/> is at the end of the slab.</summary>
    public static readonly AssemblerRegister64 End = rdx;

    /// <summary>Inputs left, those of the current slab included.</summary>
    public static readonly AssemblerRegister64 Left = rcx;

    /// <summary>The first row's record in the current slab.</summary>
    public static readonly AssemblerRegister64 SlabRows = r8;

    /// <summary>The record of the first row of those at hand.</summary>
    public static readonly AssemblerRegister64 Rows = rsi;
    public static readonly AssemblerRegister64 RowsLeft = r9;

    /// <summary>The results of the rows at hand.</summary>
    public static readonly AssemblerRegister64 Results = rbx;

    /// <summary>The current block's codes, packed or unpacked.</summary>
    public static readonly AssemblerRegister64 CodeAt = rbp;

    /// <summary>The current block's factors.</summary>
    public static readonly AssemblerRegister64 FactorAt = r12;

    /// <summary>The slab's factors, then its unpacked codes.</summary>
    public static readonly AssemblerRegister64 Factors = r13;

    /// <summary>Codes of later slabs, that are asked for while rows multiply.</summary>
    public static readonly AssemblerRegister64 Ahead = r14;

    /// <summary>Sums of products, as many as the rows at hand need.</summary>
    public static readonly AssemblerRegisterYMM[] Sums = [ymm0, ymm1, ymm2, ymm3, ymm4, ymm5, ymm6, ymm7];

    /// <summary>Bytes that hold two groups of codes, by part, while one row passes by.</summary>
    public static readonly AssemblerRegisterYMM[] Nibbles = [ymm6, ymm7];

    /// <summary>While factors are made: what the super-block's blocks share, of two planes and two parts.</summary>
    public static readonly AssemblerRegisterYMM[] Super = [ymm0, ymm1, ymm2, ymm3];

    /// <summary>Four codes of each of eight outputs, by part.</summary>
    public static readonly AssemblerRegisterYMM[] Four = [ymm8, ymm9];

    /// <summary>Where codes are signed bytes and factors of products must not be: their magnitudes, by part.</summary>
    public static readonly AssemblerRegisterYMM[] Magnitude = [ymm10, ymm11];

    /// <summary>Where codes are packed.</summary>
    public static readonly AssemblerRegisterYMM NibbleMask = ymm10;

    /// <summary>Where codes have upper bits, or a sign to be turned.</summary>
    public static readonly AssemblerRegisterYMM HighMask = ymm11;

    /// <summary>What a row has for all outputs.</summary>
    public static readonly AssemblerRegisterYMM Row = ymm12;
    public static readonly AssemblerRegisterYMM Scratch = ymm13;

    /// <summary>16 ones of 16 bits.</summary>
    public static readonly AssemblerRegisterYMM Ones = ymm14;

    /// <summary>What every code is too large by, negative, as factors of 16 bits.</summary>
    public static readonly AssemblerRegisterYMM Offset = ymm15;

    /// <summary>Names in the listing all that have one use.</summary>
    public static void Name(KernelWriter k)
    {
        k.Name(Scales, "scales");
        k.Name(Codes, "codes");
        k.Name(At, "at");
        k.Name(End, "end");
        k.Name(Left, "left");
        k.Name(SlabRows, "slab_rows");
        k.Name(Rows, "rows");
        k.Name(RowsLeft, "rows_left");
        k.Name(Results, "results");
        k.Name(CodeAt, "code_at");
        k.Name(FactorAt, "factor_at");
        k.Name(Factors, "factors");
        k.Name(Ahead, "ahead");
        k.Name(Four[0], "codes0");
        k.Name(Four[1], "codes1");
        k.Name(Row, "row");
        k.Name(Scratch, "t");
        k.Name(Ones, "ones");
        k.Name(Offset, "offset");
    }
}
