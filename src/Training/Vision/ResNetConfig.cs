// Owns the shapes of residual networks.
namespace Tern.Training.Vision;

/// <summary>A residual network (He et al., arXiv 1512.03385, table 1).</summary>
public sealed record ResNetConfig
{
    /// <summary>Layers with weights on the longest path: 18, 34, 50, 101 or 152.</summary>
    public required int Depth { get; init; }

    /// <summary>Classes that it tells apart.</summary>
    public int Classes { get; init; } = 1000;

    /// <summary>Channels of the first stage; each later one has twice those of the one before.</summary>
    public int Width { get; init; } = 64;

    /// <summary>Channels of the images.</summary>
    public int Channels { get; init; } = 3;

    /// <summary>For images of some 32 pixels: begins with 3 x 3 taps at full size, and not with 7 x 7 and a pool at a quarter.</summary>
    public bool SmallImages { get; init; }

    /// <summary>Blocks of each stage.</summary>
    /// <exception cref="ArgumentException">There is no network of this depth.</exception>
    internal int[] Blocks =>
        Depth switch
        {
            18 => [2, 2, 2, 2],
            34 or 50 => [3, 4, 6, 3],
            101 => [3, 4, 23, 3],
            152 => [3, 8, 36, 3],
            _ => throw new ArgumentException($"there is no residual network of depth {Depth}; 18, 34, 50, 101 and 152"),
        };

    /// <summary>Whether blocks have three layers.</summary>
    internal bool Bottleneck => Depth >= 50;
}
