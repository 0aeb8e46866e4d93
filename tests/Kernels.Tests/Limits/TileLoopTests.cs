// Owns the proof that the loop of tile products is a kernel that ends, for processors with AMX and without.
using Iced.Intel;
using Tern.Kernels.Cpu.Jit;
using Tern.Kernels.Limits;
using Tern.Kernels.Tests.Jit;

namespace Tern.Kernels.Tests.Limits;

public sealed unsafe class TileLoopTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void It_ends_and_keeps_the_calling_convention(bool isBytes) => Run(KernelCalls.Interpreted, isBytes);

    [NativeTheory(JitTier.Amx)]
    [InlineData(false)]
    [InlineData(true)]
    public void On_the_processor_it_ends(bool isBytes) => Run(KernelCalls.Native, isBytes);

    [Theory]
    [InlineData(false, Mnemonic.Tdpbf16ps)]
    [InlineData(true, Mnemonic.Tdpbssd)]
    public void Its_operations_are_those_of_its_products(bool isBytes, Mnemonic product)
    {
        var kernel = TileLoop.Generate(isBytes);
        var decoder = Decoder.Create(64, kernel.Code[..kernel.InstructionBytes].ToArray());
        int products = decoder.Count(instruction => instruction.Mnemonic == product);
        // 16 x 16 results, each the sum of 64 bytes by 64 bytes.
        Assert.Equal(products * 16 * 16 * (isBytes ? 64 : 32) * 2.0, TileLoop.Operations(isBytes));
    }

    private static void Run(KernelCall call, bool isBytes)
    {
        using var memory = new MachineMemory();
        var job = (TileLoopJob*)memory.Allocate(sizeof(TileLoopJob));
        *job = new TileLoopJob { Shape = TileShape.ForBFloat16(TileShape.MaxRows, TileShape.MaxOutputs), Repeats = 3 };
        call(TileLoop.Generate(isBytes), memory, job);
    }
}
