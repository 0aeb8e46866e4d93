// Owns the walk along a panel that all kernels which read packed weights share: block by block of 32 inputs, with the
// scales of a super-block read where one begins.
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;
using static Tern.Kernels.Cpu.Jit.PanelRegisters;

namespace Tern.Kernels.Cpu.Jit;

internal abstract class PanelKernel : KernelWriter
{
    /// <summary>Inputs done so far.</summary>
    protected static readonly AssemblerRegister64 Done = rax;

    /// <summary>Bytes of the code stream that are asked for ahead of their use; hardware does not look past a page.</summary>
    private const int CodesAhead = 2048;
    private const int ScalesAhead = 512;

    protected PanelKernel(PanelFormat format)
    {
        Format = format;
        PanelRegisters.Name(this);
        Name(Done, "done");
    }

    protected PanelFormat Format { get; }

    /// <summary>Emits the loop over the blocks of the panel.</summary>
    /// <param name="width">Inputs, 64 bits.</param>
    /// <param name="block">Emits what is done with a block, once its scales are there.</param>
    /// <param name="advance">Emits the steps of the kernel's own pointers to the next block.</param>
    protected void Walk(AssemblerMemoryOperand width, Action block, Action advance)
    {
        xor(eax, eax);
        Label superBlock = default;
        if (Format.Scales.HasSuper)
        {
            superBlock = Here("super_block");
            Format.Scales.LoadSuper(this);
            add(Scales, Format.Scales.SuperBytes);
        }
        var nextBlock = Here("block");
        PrefetchAhead();
        Say("what the block's codes are multiplied with");
        Format.Scales.LoadBlock(this);
        block();

        Say("next block");
        add(Scales, PanelScales.BlockBytes);
        add(Codes, Format.Codes.BlockBytes);
        advance();
        add(Done, 32);
        if (Format.Scales.HasSuper)
        {
            Say("a super-block has 256 inputs");
            test(al, al);
            jne(nextBlock);
        }
        cmp(Done, width);
        jb(Format.Scales.HasSuper ? superBlock : nextBlock);
    }

    private void PrefetchAhead()
    {
        for (int line = 0; line < Format.Codes.BlockBytes; line += 64)
            prefetcht0(__byte_ptr[Codes + (CodesAhead + line)]);
        prefetcht0(__byte_ptr[Scales + ScalesAhead]);
    }
}
