// Owns the list of ways to make one embedding of many.
namespace Tern.Models;

/// <summary>How token embeddings become the embedding of a text. The numbers are those of GGUF's <c>*.pooling_type</c>.</summary>
public enum PoolingType
{
    /// <summary>No pooling: one embedding a token.</summary>
    None = 0,

    /// <summary>The mean over all tokens.</summary>
    Mean = 1,

    /// <summary>The first token's.</summary>
    Cls = 2,

    /// <summary>The last token's.</summary>
    Last = 3,
}
