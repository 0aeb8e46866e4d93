// Owns the question what this processor and its operating system offer beyond what .NET says: CPUID tells the
// instructions, the register XCR0 which registers the system saves, and AMX wants the process to ask for permission.
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Tern.Kernels.Cpu.Jit;

/// <summary>The instruction sets that generated kernels may need.</summary>
public sealed partial record ProcessorFeatures
{
    private const int Avx512State = 0b1110_0110;
    private const int TileState = 0b11 << 17;

    private static readonly Lazy<ProcessorFeatures> s_current = new(Detect);

    /// <summary>This machine's. The first call asks for the permission to use AMX, for the whole process.</summary>
    public static ProcessorFeatures Current => s_current.Value;

    /// <summary>Why no code can be made at run time; null where it can, or where nothing would use it.</summary>
    public ExecutableMemoryRefusal? Refusal { get; init; }

    /// <summary>AVX2, FMA and conversion of halves, on a system that saves 256-bit registers.</summary>
    public bool Avx2 { get; init; }

    /// <summary>256-bit integer dot products.</summary>
    public bool AvxVnni { get; init; }

    /// <summary>AVX-512 F, BW and VL.</summary>
    public bool Avx512 { get; init; }

    /// <summary>512-bit integer dot products.</summary>
    public bool Avx512Vnni { get; init; }

    /// <summary>Conversion to bfloat16.</summary>
    public bool Avx512Bf16 { get; init; }

    /// <summary>Arithmetic in half precision.</summary>
    public bool Avx512Fp16 { get; init; }

    /// <summary>Tile registers.</summary>
    public bool AmxTile { get; init; }

    /// <summary>Tile products of bytes.</summary>
    public bool AmxInt8 { get; init; }

    /// <summary>Tile products of bfloat16.</summary>
    public bool AmxBf16 { get; init; }

    /// <summary>Whether the operating system saves 512-bit registers.</summary>
    public bool SavesAvx512 { get; init; }

    /// <summary>Whether the operating system saves tiles and lets this process use them.</summary>
    public bool PermitsTiles { get; init; }

    private static unsafe ProcessorFeatures Detect()
    {
        if (!X86Base.X64.IsSupported || X86Base.CpuId(0, 0).Eax < 7)
            return new();
        var (leaves, ebx, ecx, edx) = X86Base.CpuId(7, 0);
        int eax1 = leaves > 0 ? X86Base.CpuId(7, 1).Eax : 0;
        bool hasHalves = Bit(X86Base.CpuId(1, 0).Ecx, 29);
        bool hasAvx2 = System.Runtime.Intrinsics.X86.Avx2.IsSupported && Fma.IsSupported && hasHalves;
        bool hasAvx512 = Bit(ebx, 16) && Bit(ebx, 30) && Bit(ebx, 31);
        ExecutableMemoryRefusal? refusal = null;
        ulong saved = hasAvx2 || hasAvx512 ? ReadXcr0(out refusal) : 0;
        bool hasTiles = Bit(edx, 24);
        return new()
        {
            Refusal = refusal,
            Avx2 = hasAvx2,
            AvxVnni = Bit(eax1, 4),
            Avx512 = hasAvx512,
            Avx512Vnni = Bit(ecx, 11),
            Avx512Bf16 = Bit(eax1, 5),
            Avx512Fp16 = Bit(edx, 23),
            AmxTile = hasTiles,
            AmxInt8 = Bit(edx, 25),
            AmxBf16 = Bit(edx, 22),
            SavesAvx512 = (saved & Avx512State) == Avx512State,
            PermitsTiles = hasTiles && (saved & TileState) == TileState && RequestTiles(),
        };
    }

    private static bool Bit(int register, int bit) => (register >> bit & 1) != 0;

    /// <summary>The states the operating system saves when it switches threads; .NET has no call for it.</summary>
    internal static unsafe ulong ReadXcr0(out ExecutableMemoryRefusal? refusal)
    {
        ReadOnlySpan<byte> code =
        [
            .. (ReadOnlySpan<byte>)[0x31, 0xc9], // xor ecx, ecx
            .. (ReadOnlySpan<byte>)[0x0f, 0x01, 0xd0], // xgetbv
            .. (ReadOnlySpan<byte>)[0x48, 0xc1, 0xe2, 0x20], // shl rdx, 32
            .. (ReadOnlySpan<byte>)[0x48, 0x09, 0xd0], // or rax, rdx
            .. (ReadOnlySpan<byte>)[0xc3], // ret
        ];
        (var memory, refusal) = ExecutableMemory.Map(code);
        if (memory is null)
            return 0;
        using (memory)
            return ((delegate* unmanaged[SuppressGCTransition]<ulong>)memory.Start)();
    }

    /// <summary>Linux gives a process the large state of tiles only when it asks (arch_prctl, ARCH_REQ_XCOMP_PERM).</summary>
    private static bool RequestTiles()
    {
        const int ArchPrctl = 158;
        const int RequestPermission = 0x1023;
        const int TileData = 18;
        return SystemCall(ArchPrctl, RequestPermission, TileData) == 0;
    }

    [LibraryImport("libc", EntryPoint = "syscall")]
    private static partial nint SystemCall(nint number, nint first, nint second);
}
