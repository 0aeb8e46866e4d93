// Owns how the lines of a chart are told apart.
namespace Tern.Simulation.Reports.Charts;

/// <summary>
/// Eight colors (after Okabe and Ito, 2008, distinct to the color-blind), eight dash patterns, eight markers. From the ninth line on the
/// colors come again with other dashes: the combinations repeat after 64.
/// </summary>
internal static class SeriesStyle
{
    public const int Count = 8;

    /// <summary>Shapes about the origin, in px.</summary>
    private static readonly string[] _markers =
    [
        "M-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0-7 0z", // disc
        "M-3.2-3.2h6.4v6.4h-6.4z", // square
        "M0-4.2L4 3H-4z", // triangle
        "M0-4.6L4.2 0L0 4.6L-4.2 0z", // diamond
        "M0 4.2L4-3H-4z", // triangle, point down
        "M-1.3-4h2.6v2.7h2.7v2.6h-2.7v2.7h-2.6v-2.7h-2.7v-2.6h2.7z", // plus
        "M-4.2 0L3-4V4z", // triangle, point left
        "M4.2 0L-3-4V4z", // triangle, point right
    ];

    /// <summary>Classes of a line's group: its color and its dashes.</summary>
    public static string Of(int index) => $"c{index % Count} d{(index + index / Count) % Count}";

    /// <summary>Path data of a line's marker.</summary>
    public static string Marker(int index) => _markers[(index + index / Count) % Count];
}
