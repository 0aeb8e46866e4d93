// Owns what a chart shows, before it is drawn.
namespace Tern.Simulation.Reports.Charts;

/// <summary>Lines over two axes.</summary>
public sealed record Chart
{
    /// <summary>What is shown, in a sentence.</summary>
    public required string Title { get; init; }

    /// <summary>The horizontal axis, with its unit.</summary>
    public required string XLabel { get; init; }

    /// <summary>The vertical axis, with its unit.</summary>
    public required string YLabel { get; init; }

    /// <summary>The lines; each index has its own color, dashes and marker.</summary>
    public required IReadOnlyList<ChartSeries> Series { get; init; }

    /// <summary>Whether the horizontal axis is logarithmic; then every x is positive.</summary>
    public bool LogX { get; init; }

    /// <summary>Whether the vertical axis is logarithmic; then every y is positive.</summary>
    public bool LogY { get; init; }

    /// <summary>Limits and targets.</summary>
    public IReadOnlyList<ReferenceLine> References { get; init; } = [];
}
