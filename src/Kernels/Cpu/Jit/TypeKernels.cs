// Owns the kernels that multiply quantized rows with panels of one type. An unmanaged struct, so that it travels with the
// work that is handed to other threads; it is also the fast backend's way of multiplying where code is generated.
using Tern.Kernels.Cpu.Packed;

namespace Tern.Kernels.Cpu.Jit;

/// <summary>The functions of a tier for one type; those that the tier lacks are null.</summary>
internal unsafe struct TypeKernels : IPanelProduct
{
    private const int TileRows = Jit.ByteTiles.TileRows;

    private fixed long _panelProducts[PanelProduct.MaxRows + 1];

    /// <summary>One row by one panel, in 256 bits.</summary>
    public delegate* unmanaged<PanelJob*, void> OneRow;

    /// <summary>One row by <see cref="RowProduct.ManyPanels"/> panels, in 256 bits.</summary>
    public delegate* unmanaged<PanelJob*, void> OneRowManyPanels;

    /// <summary>Any number of rows, in 256 bits.</summary>
    public delegate* unmanaged<PanelJob*, void> Rows;

    /// <summary>1 to 16 rows, in tiles.</summary>
    public delegate* unmanaged<ByteTileJob*, void> ByteTile;

    /// <summary>Any number of rows, in tiles.</summary>
    public delegate* unmanaged<ByteTileJob*, void> ByteTiles;

    /// <summary>A slice of a panel to bfloat16 tiles.</summary>
    public delegate* unmanaged<ExpandJob*, void> Expansion;

    /// <summary>Whether halves of a block have scales of their own, which tiles want to know.</summary>
    public bool HasHalves;

    /// <summary><see cref="PanelProduct.FewestRows"/> to <see cref="PanelProduct.MaxRows"/> rows, in 512 bits.</summary>
    public delegate* unmanaged<PanelJob*, void> Panel(int rows) =>
        (delegate* unmanaged<PanelJob*, void>)_panelProducts[rows];

    public void SetPanel(int rows, nint kernel) => _panelProducts[rows] = kernel;

    public readonly int PanelsAtOnce(int rows) => rows == 1 && OneRowManyPanels is not null ? RowProduct.ManyPanels : 1;

    public readonly long WorkingFloats(int rows) =>
        rows == 1 ? Floats(RowProduct.ScratchBytes, RowProduct.ManyPanels)
        : Rows is not null ? Floats(SlabProduct.ScratchBytes, rows)
        : ByteTiles is null || rows <= PanelProduct.MaxRows ? 0
        : rows <= TileRows ? Floats(ByteTileProduct.ScratchBytes, 0)
        : Floats(SlabTileProduct.ScratchBytes, (rows + TileRows - 1) / TileRows * TileRows);

    private static long Floats(int scratchBytes, int resultRows) =>
        scratchBytes / sizeof(float) + resultRows * (long)PackedLayout.Panel;

    public void Multiply(in PanelTask task)
    {
        var job = new PanelJob
        {
            Scales = task.Scales,
            Codes = task.Codes,
            SlabStride = task.X.SlabStride,
            Width = task.Width,
            PanelStride = task.PanelStride,
            OutputMask = (1 << task.Outputs) - 1,
        };
        if (task.Rows == 1)
            InRow(task, job);
        else if (Rows is not null)
            InSlabs(task, job);
        else if (ByteTiles is null || task.Rows <= PanelProduct.MaxRows)
            InPanels(task, job);
        else if (task.Rows <= TileRows)
            InOneTile(task, job);
        else
            InTiles(task, job);
    }

    private readonly void InRow(in PanelTask task, PanelJob job)
    {
        job.Rows = (byte*)task.X.Slab(0, 0);
        job.Scratch = (byte*)task.Working;
        float* results = task.Working + RowProduct.ScratchBytes / sizeof(float);
        job.Output = results;
        if (task.Panels == 1)
            OneRow(&job);
        else
            OneRowManyPanels(&job);
        for (int panel = 0; panel < task.Panels; panel++)
        {
            int outputs = panel + 1 == task.Panels ? task.Outputs : PackedLayout.Panel;
            new ReadOnlySpan<float>(results + panel * PackedLayout.Panel, outputs).CopyTo(
                new Span<float>(task.Output + (long)panel * task.PanelOutputStride, outputs)
            );
        }
    }

    private readonly void InSlabs(in PanelTask task, PanelJob job)
    {
        TakeRows(task, ref job, SlabProduct.ScratchBytes);
        Rows(&job);
        task.Write(job.Output);
    }

    private readonly void InTiles(in PanelTask task, PanelJob job)
    {
        TakeRows(task, ref job, SlabTileProduct.ScratchBytes);
        var tiles = new ByteTileJob { Panel = job, Shape = TileShape.ForBytes(TileRows, HasHalves) };
        ByteTiles(&tiles);
        task.Write(job.Output);
    }

    /// <summary>All rows; the results go behind the scratch.</summary>
    private static void TakeRows(in PanelTask task, ref PanelJob job, int scratchBytes)
    {
        job.Rows = (byte*)task.X.Slab(0, 0);
        job.RowCount = task.Rows;
        job.Scratch = (byte*)task.Working;
        job.Output = task.Working + scratchBytes / sizeof(float);
        job.OutputStride = PackedLayout.Panel * sizeof(float);
    }

    private readonly void InOneTile(in PanelTask task, PanelJob job)
    {
        job.Rows = (byte*)task.X.Slab(0, 0);
        job.RowCount = task.Rows;
        job.Scratch = (byte*)task.Working;
        job.Output = task.Output;
        job.OutputStride = (long)task.OutputStride * sizeof(float);
        var tile = new ByteTileJob { Panel = job, Shape = TileShape.ForBytes(task.Rows, HasHalves) };
        ByteTile(&tile);
    }

    private void InPanels(in PanelTask task, PanelJob job)
    {
        job.OutputStride = (long)task.OutputStride * sizeof(float);
        // In equal parts, so that no row is left alone.
        int parts = (task.Rows + PanelProduct.MaxRows - 1) / PanelProduct.MaxRows;
        for (int part = 0, row = 0; part < parts; part++)
        {
            int rows = (task.Rows - row) / (parts - part);
            job.Rows = (byte*)task.X.Slab(row, 0);
            job.Output = task.Output + (long)row * task.OutputStride;
            Panel(rows)(&job);
            row += rows;
        }
    }
}
