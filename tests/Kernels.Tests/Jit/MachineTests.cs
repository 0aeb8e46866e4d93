// The interpreter itself: what it must not let pass, and the operand order of the instructions that are easy to confuse.
using Tern.Kernels.Cpu.Jit;
using static Iced.Intel.AssemblerRegisters;

namespace Tern.Kernels.Tests.Jit;

public unsafe class MachineTests
{
    [Fact]
    public void An_access_outside_the_buffers_is_caught_to_the_byte()
    {
        Run(k => k.vmovups(zmm0, __zmmword_ptr[rdi]));
        AssertCaught("reads 64 bytes", k => k.vmovups(zmm0, __zmmword_ptr[rdi + 1]));
        AssertCaught("reads 64 bytes", k => k.vmovups(zmm0, __zmmword_ptr[rdi - 1]));
        AssertCaught("reads 4 bytes", k => k.vpaddd(zmm0, zmm0, __dword_bcst[rdi + 61]));
    }

    [Fact]
    public void A_masked_store_touches_only_the_lanes_of_its_mask()
    {
        var job = Run(k =>
        {
            k.kmovw(k1, __word_ptr[rdi]);
            k.Fill(zmm0, -1);
            k.vmovups(__zmmword_ptr[rdi + 4].k1, zmm0);
        });
        Assert.Equal([5, -1, 0, -1, 0], job[..5]);
    }

    [Fact]
    public void A_write_to_memory_that_is_only_to_be_read_is_caught()
    {
        using var memory = new MachineMemory();
        byte* constant = memory.Constant<int>([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);
        var kernel = new KernelWriter();
        kernel.vmovups(__zmmword_ptr[rdi], zmm0);
        kernel.Return();
        var machine = new Machine(kernel.Finish("", ""), memory);
        Assert.Contains("writes 4 bytes", Assert.Throws<MachineException>(() => machine.Call(constant)).Message);
    }

    [Fact]
    public void A_broken_calling_convention_is_caught()
    {
        AssertCaught("does not give RBX back", k => k.xor(ebx, ebx));
        AssertCaught("does not give the stack back", k => k.add(rsp, 0), after: k => k.ret(8));
    }

    [Fact]
    public void An_unknown_instruction_is_caught() =>
        AssertCaught("unknown instruction", k => k.vpmulld(zmm0, zmm1, zmm2));

    [Fact]
    public void The_first_source_of_a_byte_product_is_unsigned_and_the_second_signed()
    {
        var job = Run(k =>
        {
            k.Zero(zmm0);
            k.Fill(zmm1, 0xff);
            k.Fill(zmm2, 0xff);
            k.vpdpbusd(zmm0, zmm1, zmm2);
            k.vmovups(__zmmword_ptr[rdi], zmm0);
        });
        Assert.Equal(-255, job[0]);
    }

    /// <summary>Runs the instructions on a job of 64 bytes that starts with 5.</summary>
    private static int[] Run(Action<KernelWriter> write, Action<KernelWriter>? end = null)
    {
        using var memory = new MachineMemory();
        int* job = (int*)memory.Allocate(64);
        job[0] = 5;
        var kernel = new KernelWriter();
        write(kernel);
        (end ?? (k => k.Return()))(kernel);
        new Machine(kernel.Finish("", ""), memory).Call(job);
        return new Span<int>(job, 16).ToArray();
    }

    private static void AssertCaught(string message, Action<KernelWriter> write, Action<KernelWriter>? after = null) =>
        Assert.Contains(message, Assert.Throws<MachineException>(() => Run(write, after)).Message);
}
