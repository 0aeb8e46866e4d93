// The whole way of a product: matrices as the packer lays them out and rows as the quantizer leaves them, through the
// generated kernels, give the bits of the definition.
using Tern.Kernels.Cpu.Jit;
using Tern.Kernels.Cpu.Packed;
using Tern.Kernels.Threading;
using Tern.Tensors;

namespace Tern.Kernels.Tests.Jit;

public unsafe class PackedWeightTests
{
    private const int Outputs = 21;
    private const int Rows = 3;
    private const int Panel = PackedLayout.Panel;

    public static TheoryData<DType> Types => [.. TestPanel.Types];

    [Theory]
    [MemberData(nameof(Types))]
    public void Packed_matrices_and_quantized_rows_give_the_bits_of_the_definition(DType type) =>
        Check(KernelCalls.Interpreted, type);

    [NativeTheory(JitTier.Amx)]
    [MemberData(nameof(Types))]
    public void On_the_processor_packed_matrices_and_quantized_rows_give_the_bits_of_the_definition(DType type) =>
        Check(KernelCalls.Native, type);

    private static void Check(KernelCall call, DType type)
    {
        int width = 3 * QuantizedCase.DepthUnit(type);
        var matrix = Randoms.Weight(type, Outputs, width, seed: 1);
        float[] input = Randoms.Floats(Rows * width, seed: 2);
        float[] expected =
        [
            .. Enumerable
                .Range(0, Rows * Outputs)
                .Select(at => IntegerProduct.Compute(matrix, at % Outputs, input.AsSpan(at / Outputs * width, width))),
        ];

        using var pool = new WorkerPool(1);
        using var weight = PackedWeight.Pack(pool, matrix);
        using var memory = new MachineMemory();
        memory.Register(weight.Data, weight.Layout.Bytes);
        var rows = new QuantizedRows(
            (float*)memory.Allocate((int)QuantizedRows.Floats(Rows, width) * sizeof(float)),
            Rows,
            width
        );
        fixed (float* x = input)
            rows.Quantize(pool, x);
        var output = (float*)memory.Allocate(Rows * Outputs * sizeof(float));
        var byteOutput = (float*)memory.Allocate(Rows * Outputs * sizeof(float));
        var format = PanelFormat.All.Single(format => format.Type == type);
        for (int panel = 0; panel < weight.Layout.Panels; panel++)
        {
            var job = (ByteTileJob*)memory.Allocate(sizeof(ByteTileJob));
            byte* scales = weight.Data + panel * weight.Layout.PanelBytes;
            job->Panel = new PanelJob
            {
                Scales = scales,
                Codes = scales + weight.Layout.ScaleStride,
                Rows = (byte*)rows.Slab(0, 0),
                SlabStride = rows.SlabStride,
                Width = width,
                Output = output + panel * Panel,
                OutputStride = Outputs * sizeof(float),
                OutputMask = (1 << Math.Min(Panel, Outputs - panel * Panel)) - 1,
                RowCount = Rows,
                Scratch = memory.Allocate(ByteTileProduct.ScratchBytes),
            };
            call(PanelProduct.Generate(format, Rows), memory, job);

            job->Panel.Output = byteOutput + panel * Panel;
            job->Shape = TileShape.ForBytes(Rows, format.Scales.HasHalves);
            call(ByteTileProduct.Generate(format), memory, job);
        }
        Backends.AssertBits(expected, new Span<float>(output, expected.Length), $"{type}");
        Backends.AssertBits(expected, new Span<float>(byteOutput, expected.Length), $"{type} in byte tiles");
    }
}
