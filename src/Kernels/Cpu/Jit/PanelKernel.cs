// Owns the walk along a panel that the kernels of 512 bits which read packed weights share: block by block of 32 inputs,
// in slabs of eight, with the scales of a super-block read where one begins.
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;
using static Tern.Kernels.Cpu.Jit.PanelRegisters;

namespace Tern.Kernels.Cpu.Jit;

internal abstract class PanelKernel : KernelWriter
{
    /// <summary>Four times the number of the block in its slab.</summary>
    protected static readonly AssemblerRegister64 At = rax;

    /// <summary>Inputs left.</summary>
    protected static readonly AssemblerRegister64 Left = rcx;

    /// <summary>Bytes of the code stream that are asked for ahead of their use; hardware does not look past a page.</summary>
    public const int CodesAhead = 2048;
    public const int ScalesAhead = 512;

    protected PanelKernel(PanelFormat format)
    {
        Format = format;
        PanelRegisters.Name(this);
        Name(At, "at");
        Name(Left, "left");
    }

    protected PanelFormat Format { get; }

    /// <summary>Emits the loop over the blocks of the panel.</summary>
    /// <param name="width">Inputs, 64 bits.</param>
    /// <param name="block">Emits what is done with a block, once its scales are there.</param>
    /// <param name="advance">Emits the steps of the kernel's own pointers to the next block.</param>
    /// <param name="nextSlab">Emits their steps to the next slab.</param>
    protected void Walk(AssemblerMemoryOperand width, Action block, Action advance, Action nextSlab)
    {
        mov(Left, width);
        var end = CreateLabel("end");
        var slab = Here("slab");
        xor(eax, eax);
        if (Format.Scales.HasSuper)
        {
            Format.Scales.LoadSuper(this);
            add(Scales, Format.Scales.SuperBytes);
        }
        var nextBlock = Here("block");
        PrefetchAhead(Codes);
        Say("what the block's codes are multiplied with");
        Format.Scales.LoadBlock(this);
        block();

        Say("next block");
        add(Scales, PanelScales.BlockBytes);
        add(Codes, Format.Codes.BlockBytes);
        advance();
        add(Left, -32);
        je(end);
        add(At, 4);
        cmp(At, RowFields.SlabEnd);
        jne(nextBlock);
        nextSlab();
        jmp(slab);
        Place(ref end);
    }

    /// <summary>Asks for what lies ahead of a place in the codes and of the scales.</summary>
    protected void PrefetchAhead(AssemblerRegister64 codes)
    {
        for (int line = 0; line < Format.Codes.BlockBytes; line += 64)
            prefetcht0(__byte_ptr[codes + (CodesAhead + line)]);
        prefetcht0(__byte_ptr[Scales + ScalesAhead]);
    }
}
