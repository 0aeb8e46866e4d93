// Owns the way from the residual stream to logits.
using Tern.Models.Loading;

namespace Tern.Models.Layers;

/// <summary>Final norm and output matrix.</summary>
internal sealed class OutputHead
{
    public required Norm Norm { get; init; }

    public required Linear Output { get; init; }

    /// <summary>Factor on the logits.</summary>
    public float Scale { get; init; } = 1;

    /// <summary>Soft cap on the logits; 0 = none.</summary>
    public float SoftCap { get; init; }

    /// <summary>The output matrix, or the token embedding where the model ties the two.</summary>
    public static Linear ReadOutput(WeightReader weights)
    {
        var tokens = weights.TokenEmbedding();
        return weights.Contains("output.weight")
            ? weights.Linear("output", (int)tokens.Rows, weights.Keys.EmbeddingLength)
            : new Linear(weights.Prepare(tokens), bias: null);
    }

    public static OutputHead Read(WeightReader weights) =>
        new() { Norm = weights.RmsNorm("output_norm"), Output = ReadOutput(weights) };

    /// <summary>Overwrites <paramref name="x"/>.</summary>
    public void Forward(ForwardPass pass, Span<float> x, Span<float> logits)
    {
        Norm.Apply(pass, x);
        Output.Forward(pass, x, logits);
        if (Scale != 1)
            pass.Backend.Scale(logits, Scale);
        if (SoftCap != 0)
            pass.Backend.SoftCap(logits, SoftCap);
    }
}
