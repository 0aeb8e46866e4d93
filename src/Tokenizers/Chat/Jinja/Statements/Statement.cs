// Owns what all statements of a template are: nodes that write output or change variables.
namespace Tern.Tokenizers.Chat.Jinja.Statements;

/// <summary>A node of the syntax tree that acts. Immutable, shared by all renderings.</summary>
internal abstract class Statement
{
    /// <summary>Acts, and says whether the enclosing loop goes on.</summary>
    public abstract Flow Execute(Rendering rendering);
}
