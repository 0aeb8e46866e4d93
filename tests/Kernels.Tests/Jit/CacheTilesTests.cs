// Keys and values as tiles: every half is there with all its bits, and every float with 15, each in its place.
using Tern.Kernels.Cpu.Jit;
using Tern.Tensors;

namespace Tern.Kernels.Tests.Jit;

public unsafe class CacheTilesTests
{
    private const int Gap = 8;

    public static TheoryData<DType> Types => [DType.F16, DType.F32];

    [Theory]
    [MemberData(nameof(Types))]
    public void The_tiles_of_keys_sum_up_to_them(DType type) => CheckKeys(KernelCalls.Interpreted, type);

    [Theory]
    [MemberData(nameof(Types))]
    public void The_tiles_of_values_sum_up_to_them(DType type) => CheckValues(KernelCalls.Interpreted, type);

    [NativeTheory(JitTier.Amx)]
    [MemberData(nameof(Types))]
    public void On_the_processor_the_tiles_of_keys_sum_up_to_them(DType type) => CheckKeys(KernelCalls.Native, type);

    [NativeTheory(JitTier.Amx)]
    [MemberData(nameof(Types))]
    public void On_the_processor_the_tiles_of_values_sum_up_to_them(DType type) =>
        CheckValues(KernelCalls.Native, type);

    private static void CheckKeys(KernelCall call, DType type)
    {
        const int Positions = KeyTiles.Positions;
        const int Dims = (1 << 16) / Positions; // of halves, all there are
        using var memory = new MachineMemory();
        var (bytes, stride, values) = Rows(type, Positions, Dims);
        var job = (KeyTileJob*)memory.Allocate(sizeof(KeyTileJob));
        *job = new KeyTileJob
        {
            Keys = memory.Constant<byte>(bytes, misalignment: 4),
            Stride = stride,
            Steps = Dims / 32,
            Tiles = memory.Allocate(Dims / 32 * 2 * TileShape.Bytes),
        };
        call(KeyTiles.Generate(type), memory, job);
        for (int position = 0; position < Positions; position++)
        for (int dim = 0; dim < Dims; dim++)
        {
            var tile = (ushort*)(job->Tiles + dim / 32 * 2 * TileShape.Bytes);
            CheckParts(type, values[position * Dims + dim], tile + dim % 16 * 32 + 2 * position + dim % 32 / 16);
        }
    }

    private static void CheckValues(KernelCall call, DType type)
    {
        const int Positions = 32;
        const int Dims = (1 << 16) / Positions;
        const int TileStride = 3 * TileShape.Bytes;
        using var memory = new MachineMemory();
        var (bytes, stride, values) = Rows(type, Positions, Dims);
        int half = Positions / 2 * stride;
        var job = (ValueTileJob*)memory.Allocate(sizeof(ValueTileJob));
        *job = new ValueTileJob
        {
            First = memory.Constant<byte>(bytes.AsSpan(0, half), misalignment: 4),
            Second = memory.Constant<byte>(bytes.AsSpan(half), misalignment: 8),
            Stride = stride,
            Panels = Dims / 16,
            Tiles = memory.Allocate(Dims / 16 * TileStride),
            TileStride = TileStride,
        };
        call(ValueTiles.Generate(type), memory, job);
        for (int position = 0; position < Positions; position++)
        for (int dim = 0; dim < Dims; dim++)
        {
            var tile = (ushort*)(job->Tiles + dim / 16 * TileStride);
            CheckParts(type, values[position * Dims + dim], tile + position % 16 * 32 + 2 * (dim % 16) + position / 16);
        }
    }

    private static (byte[] Bytes, int Stride, float[] Values) Rows(DType type, int count, int width)
    {
        float[] values =
            type == DType.F16
                ? [.. Enumerable.Range(0, count * width).Select(i => (float)BitConverter.UInt16BitsToHalf((ushort)i))]
                : Randoms.Floats(count * width, 1, scale: 100);
        int element = type == DType.F16 ? sizeof(ushort) : sizeof(float);
        int stride = width * element + Gap;
        byte[] bytes = new byte[count * stride];
        for (int row = 0; row < count; row++)
        for (int i = 0; i < width; i++)
        {
            var place = bytes.AsSpan(row * stride + i * element);
            if (type == DType.F16)
                BitConverter.TryWriteBytes(place, (ushort)(row * width + i));
            else
                BitConverter.TryWriteBytes(place, values[row * width + i]);
        }
        return (bytes, stride, values);
    }

    private static void CheckParts(DType type, float value, ushort* upper)
    {
        float sum = BFloat16.Expand(*upper) + BFloat16.Expand(upper[TileShape.Bytes / sizeof(ushort)]);
        float bound = type == DType.F16 ? 0 : MathF.ScaleB(MathF.Abs(value), -15);
        Assert.True(
            float.IsFinite(value) ? MathF.Abs(sum - value) <= bound : float.IsNaN(sum),
            $"{value:R} became {sum:R}"
        );
    }
}
