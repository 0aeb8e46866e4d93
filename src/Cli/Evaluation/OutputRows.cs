// Owns the choice of which rows of a forward pass answer.
namespace Tern.Cli.Evaluation;

/// <summary>Whose logits (or embeddings) are wanted.</summary>
internal enum OutputRows
{
    /// <summary>Nobody's: the tokens only become context.</summary>
    None,

    /// <summary>Those of every sequence's last token.</summary>
    Last,

    /// <summary>All tokens'.</summary>
    All,
}
