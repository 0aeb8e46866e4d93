// Owns the way from token ids to the residual stream.
using Tern.Models.Loading;
using Tern.Tensors;

namespace Tern.Models.Layers;

/// <summary>Looks tokens up, adds what is known about them, and scales or normalizes the sum.</summary>
internal sealed class Embedding
{
    /// <summary><c>[vocabulary, width]</c>.</summary>
    public required Tensor Tokens { get; init; }

    /// <summary>Learned positions <c>[context, width]</c>, or null.</summary>
    public Tensor? Positions { get; init; }

    /// <summary>The embedding of token type 0, or null: a text is one segment.</summary>
    public float[]? TokenType { get; init; }

    /// <summary>Norm of the sum, or null.</summary>
    public Norm? Norm { get; init; }

    /// <summary>Factor on the embedding.</summary>
    public float Scale { get; init; } = 1;

    public static Embedding Read(WeightReader weights, float scale = 1) =>
        new() { Tokens = weights.TokenEmbedding(), Scale = scale };

    /// <summary><c>[rows, width]</c> in scratch memory.</summary>
    public Span<float> Forward(ForwardPass pass)
    {
        var x = pass.Take(pass.Rows, (int)Tokens.Columns);
        pass.Backend.Gather(Tokens, pass.Tokens, x);
        if (Scale != 1)
            pass.Backend.Scale(x, Scale);
        if (TokenType is not null)
            pass.Backend.AddBias(x, TokenType);
        if (Positions is not null)
        {
            var positions = pass.Take(x.Length);
            pass.Backend.Gather(Positions, pass.Positions, positions);
            pass.Backend.Add(x, positions, x);
        }
        Norm?.Apply(pass, x);
        return x;
    }
}
