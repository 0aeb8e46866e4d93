// Owns the steps of a prefill product in tests: activations and weights to tiles, tiles to results.
using Tern.Kernels.Cpu.Jit;
using Tern.Tensors;

namespace Tern.Kernels.Tests.Jit;

internal static unsafe class Tiles
{
    private static readonly GeneratedKernel s_rounding = RowRounding.Generate();

    /// <summary>Makes the tiles of a panel.</summary>
    public static void Expand(
        KernelCall call,
        MachineMemory memory,
        DType type,
        TestPanel panel,
        int width,
        byte* tiles
    )
    {
        var job = (ExpandJob*)memory.Allocate(sizeof(ExpandJob));
        *job = new ExpandJob
        {
            Scales = memory.Constant<byte>(panel.PackScales()),
            Codes = memory.Constant<byte>(panel.PackCodes()),
            Width = width,
            Tiles = tiles,
        };
        var kernel = PanelExpansion.Generate(PanelFormat.All.Single(format => format.Type == type));
        call(kernel, memory, job);
    }

    /// <summary>The tiles of up to 32 rows: those of the first 16, then those of the others.</summary>
    public static byte* Round(KernelCall call, MachineMemory memory, float[][] rows, int width)
    {
        int tileBytes = width / TileShape.Depth * TileShape.Bytes;
        byte* tiles = memory.Allocate((rows.Length + 15) / 16 * tileBytes);
        for (int row = 0; row < rows.Length; row++)
        {
            var job = (RoundJob*)memory.Allocate(sizeof(RoundJob));
            *job = new RoundJob
            {
                Input = (float*)memory.Constant<float>(rows[row], misalignment: 4),
                Tiles = tiles + row / 16 * tileBytes + row % 16 * 64,
                Width = width,
            };
            call(s_rounding, memory, job);
        }
        return tiles;
    }

    /// <summary>Rows by panels, the depth in equal slices.</summary>
    public static float[] Multiply(
        KernelCall call,
        MachineMemory memory,
        float[][] rows,
        TestPanel[] panels,
        int outputs,
        int slices
    )
    {
        int width = rows[0].Length;
        int steps = width / TileShape.Depth;
        int tileBytes = steps * TileShape.Bytes;
        byte* rowTiles = Round(call, memory, rows, width);
        byte* panelTiles = memory.Allocate(panels.Length * tileBytes);
        for (int panel = 0; panel < panels.Length; panel++)
            Expand(call, memory, DType.Q4_K, panels[panel], width, panelTiles + panel * tileBytes);
        int rowBytes = outputs * sizeof(float);
        var output = (float*)memory.Allocate(rows.Length * rowBytes, misalignment: 4);
        var kernel = TileProduct.Generate(SplitOperands.Neither, (rows.Length + 15) / 16, panels.Length);
        for (int slice = 0; slice < slices; slice++)
        {
            long skipped = (long)slice * steps / slices * TileShape.Bytes;
            var job = (TileJob*)memory.Allocate(sizeof(TileJob));
            *job = new TileJob
            {
                Shape = TileShape.ForBFloat16(rows.Length, outputs),
                Rows = rowTiles + skipped,
                RowTileStride = tileBytes,
                Panels = panelTiles + skipped,
                PanelStride = tileBytes,
                Times = 1,
                Steps = steps / slices,
                Output = output,
                OutputStride = rowBytes,
                Continues = slice == 0 ? 0 : 1,
            };
            call(kernel, memory, job);
        }
        return new Span<float>(output, rows.Length * outputs).ToArray();
    }
}
